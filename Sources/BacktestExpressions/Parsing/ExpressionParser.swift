/// Reads the expression language shared by rules, constraints and requirements.
///
/// Binding, loosest first: `or`, `and`, `not`, comparison, `+ -`, `* /`, unary `-`, `[ ]` (rule R24). Comparisons do not
/// chain. Nesting and length are bounded, so no input makes the parser or a later walk over the tree overflow the stack.
public struct ExpressionParser {
    /// Deepest nesting of parentheses, calls and prefix operators.
    public static let nestingLimit = 100
    /// Most levels of a tree, which a long chain of operators makes deep as well.
    public static let depthLimit = 500

    private var lexer: Lexer
    private var token: Token
    private var nesting = 0

    /// Parses a whole text.
    ///
    /// - Throws: the first problem, with its place.
    public static func parse(
        _ text: String,
        vocabulary: ExpressionVocabulary = ExpressionVocabulary()
    ) throws(ExpressionDiagnostic) -> Expression {
        var parser = try ExpressionParser(text, vocabulary)
        if parser.token.kind == .end {
            throw ExpressionDiagnostic(parser.token.place, "the expression is empty")
        }
        let expression = try parser.expression(atLeast: 1)
        guard parser.token.kind == .end else { throw parser.leftover() }
        return expression
    }

    private init(_ text: String, _ vocabulary: ExpressionVocabulary) throws(ExpressionDiagnostic) {
        lexer = Lexer(text, vocabulary: vocabulary)
        token = try lexer.next()
    }

    private mutating func advance() throws(ExpressionDiagnostic) -> Token {
        let current = token
        token = try lexer.next()
        return current
    }

    // Precedence climbing: everything that binds at least as strongly as `minimum`.
    private mutating func expression(atLeast minimum: Int) throws(ExpressionDiagnostic) -> Expression {
        nesting += 1
        defer { nesting -= 1 }
        if nesting > ExpressionParser.nestingLimit {
            throw ExpressionDiagnostic(
                token.place,
                "the expression nests deeper than \(ExpressionParser.nestingLimit) levels"
            )
        }
        var left = try prefixed(minimum)
        while case .binary(let sign) = token.kind, sign.precedence >= minimum {
            let place = try advance().place
            let right = try expression(atLeast: sign.precedence + 1)
            if sign.isComparison, case .binary(let next) = token.kind, next.isComparison {
                throw ExpressionDiagnostic(
                    token.place,
                    "comparisons do not chain",
                    hint: "join two comparisons with 'and'"
                )
            }
            left = try checked(
                Expression(
                    .binary(sign, operatorPlace: place, left, right),
                    at: left.place.joined(with: right.place)
                )
            )
        }
        return left
    }

    private mutating func prefixed(_ minimum: Int) throws(ExpressionDiagnostic) -> Expression {
        switch token.kind {
        case .not:
            let place = try advance().place
            guard minimum <= 3 else {
                throw ExpressionDiagnostic(place, "'not' binds loosely and needs parentheses here")
            }
            let operand = try expression(atLeast: 3)
            return try checked(Expression(.unary(.not, operand), at: place.joined(with: operand.place)))
        case .binary(.subtract):
            let place = try advance().place
            let operand = try expression(atLeast: 7)
            return try checked(Expression(.unary(.minus, operand), at: place.joined(with: operand.place)))
        default: return try indexed()
        }
    }

    private mutating func indexed() throws(ExpressionDiagnostic) -> Expression {
        var base = try primary()
        while token.kind == .openBracket {
            let open = try advance().place
            let steps = try expression(atLeast: 1)
            let close = try closing(.closeBracket, "]", opened: open)
            base = try checked(Expression(.index(base, steps), at: base.place.joined(with: close)))
        }
        return base
    }

    private mutating func primary() throws(ExpressionDiagnostic) -> Expression {
        switch token.kind {
        case .number(let value): return Expression(.number(value), at: try advance().place)
        case .name(let name):
            let place = try advance().place
            guard token.kind == .openParenthesis else { return Expression(.name(name), at: place) }
            return try call(name, place)
        case .openParenthesis:
            let open = try advance().place
            let inner = try expression(atLeast: 1)
            _ = try closing(.closeParenthesis, ")", opened: open)
            return inner
        case .end:
            throw ExpressionDiagnostic(token.place, "the expression ends where a value is expected")
        default:
            throw ExpressionDiagnostic(token.place, "a value is expected here, not \(spelling(token))")
        }
    }

    private mutating func call(_ name: String, _ place: TextPlace) throws(ExpressionDiagnostic) -> Expression
    {
        let open = try advance().place
        var arguments: [Expression] = []
        if token.kind != .closeParenthesis {
            arguments.append(try expression(atLeast: 1))
            while token.kind == .comma {
                _ = try advance()
                arguments.append(try expression(atLeast: 1))
            }
        }
        let close = try closing(.closeParenthesis, ")", opened: open)
        return try checked(
            Expression(
                .call(name: name, namePlace: place, arguments: arguments),
                at: place.joined(with: close)
            )
        )
    }

    private mutating func closing(
        _ kind: Token.Kind,
        _ sign: String,
        opened: TextPlace
    ) throws(ExpressionDiagnostic) -> TextPlace {
        if token.kind == kind { return try advance().place }
        if token.kind == .end {
            throw ExpressionDiagnostic(opened, "this is never closed", hint: "add '\(sign)'")
        }
        throw ExpressionDiagnostic(token.place, "'\(sign)' is expected here, not \(spelling(token))")
    }

    private func checked(_ expression: Expression) throws(ExpressionDiagnostic) -> Expression {
        guard expression.depth <= ExpressionParser.depthLimit else {
            throw ExpressionDiagnostic(
                expression.place,
                "the expression has more than \(ExpressionParser.depthLimit) levels"
            )
        }
        return expression
    }

    private func leftover() -> ExpressionDiagnostic {
        if case .name(let name) = token.kind {
            let lowered = name.lowercased()
            let hint = ["and", "or", "not"].contains(lowered) ? "write '\(lowered)' in lower case" : nil
            return ExpressionDiagnostic(token.place, "an operator is expected before '\(name)'", hint: hint)
        }
        return ExpressionDiagnostic(token.place, "unexpected \(spelling(token))")
    }

    private func spelling(_ token: Token) -> String {
        switch token.kind {
        case .number: "a number"
        case .name(let name): "'\(name)'"
        case .binary(let sign): "'\(sign.rawValue)'"
        case .not: "'not'"
        case .openParenthesis: "'('"
        case .closeParenthesis: "')'"
        case .openBracket: "'['"
        case .closeBracket: "']'"
        case .comma: "','"
        case .end: "the end"
        }
    }
}
