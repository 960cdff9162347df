import BacktestModel

/// A condition on a whole run, such as `max(sharpe_ratio) >= 1` or `count(total_trades >= 30) >= 100`.
///
/// A plain name is the value in the best container. Over all containers look `max min mean median` of a number,
/// `quantile(number, q)`, `count share all any` of a condition; `best(x)` is x in the best container. `all(x) <= 0.3` is
/// short for `all(x <= 0.3)`, and `any` likewise. `abs log exp sqrt`, and `min max` of two numbers and more, as in a formula.
public struct Requirement: Sendable, Hashable {
    /// What a part of a requirement is worth.
    enum Form: Sendable, Hashable {
        case number
        case condition
        /// `all(x)` of a number, which waits for its comparison.
        case quantified
    }

    /// The text as written.
    public let text: String
    /// The parsed text.
    public let expression: Expression

    /// Aggregates over containers, as an error lists them.
    public static let aggregates = [
        "max", "min", "mean", "median", "quantile", "count", "share", "all", "any", "best",
    ]

    /// Parses and type-checks a requirement.
    ///
    /// - Parameters:
    ///   - text: The requirement.
    ///   - known: Names that may occur; any other is an error that names the nearest one. Where empty, any name may.
    /// - Returns: the requirement.
    /// - Throws: the first problem, with its place.
    public static func parse(_ text: String, known: [String] = []) throws(ExpressionDiagnostic) -> Requirement
    {
        let expression = try ExpressionParser.parse(text, vocabulary: ExpressionVocabulary(names: known))
        if !known.isEmpty {
            for (name, place) in expression.names where !known.contains(name) {
                let near = nearestWord(to: name, among: known)
                throw ExpressionDiagnostic(
                    place,
                    "unknown name '\(name)'",
                    hint: near.map { "did you mean '\($0)'?" }
                )
            }
        }
        switch try form(expression) {
        case .condition: return Requirement(text: text, expression: expression)
        case .number:
            throw ExpressionDiagnostic(
                expression.place,
                "a requirement is a condition, this is a number",
                hint: "compare it, such as \(text) >= 1"
            )
        case .quantified: throw Requirement.incomplete(expression)
        }
    }

    private static func incomplete(_ expression: Expression) -> ExpressionDiagnostic {
        ExpressionDiagnostic(
            expression.place,
            "'all' and 'any' of a number need a comparison",
            hint: "write all(max_drawdown <= 0.3) or all(max_drawdown) <= 0.3"
        )
    }

    static func form(_ expression: Expression) throws(ExpressionDiagnostic) -> Form {
        switch expression.kind {
        case .number, .name: return .number
        case .unary(.minus, let operand):
            try require(operand, .number, "'-'")
            return .number
        case .unary(.not, let operand):
            try require(operand, .condition, "'not'")
            return .condition
        case .binary(let sign, let place, let left, let right):
            if sign.isLogical {
                try require(left, .condition, "'\(sign.rawValue)'")
                try require(right, .condition, "'\(sign.rawValue)'")
                return .condition
            }
            guard sign.isComparison else {
                try require(left, .number, "'\(sign.rawValue)'")
                try require(right, .number, "'\(sign.rawValue)'")
                return .number
            }
            let forms = (try form(left), try form(right))
            if forms.0 == .quantified, forms.1 == .quantified {
                throw ExpressionDiagnostic(
                    place,
                    "only one side of a comparison may be 'all' or 'any' of a number"
                )
            }
            for (side, form) in [(left, forms.0), (right, forms.1)] where form == .condition {
                throw ExpressionDiagnostic(
                    side.place,
                    "'\(sign.rawValue)' needs a number, this is a condition"
                )
            }
            return .condition
        case .index(_, let steps):
            throw ExpressionDiagnostic(steps.place, "a requirement has no history to look back into")
        case .call(let name, let place, let arguments): return try call(name, place, arguments, expression)
        }
    }

    private static func call(
        _ name: String,
        _ place: TextPlace,
        _ arguments: [Expression],
        _ whole: Expression
    ) throws(ExpressionDiagnostic) -> Form {
        switch (name, arguments.count) {
        case ("all", 1), ("any", 1): return try inner(arguments[0]) ? .condition : .quantified
        case ("count", 1), ("share", 1):
            guard try inner(arguments[0]) else {
                throw ExpressionDiagnostic(
                    arguments[0].place,
                    "'\(name)' needs a condition, this is a number",
                    hint: "such as \(name)(total_trades >= 30)"
                )
            }
            return .number
        case ("max", 1), ("min", 1), ("mean", 1), ("median", 1), ("best", 1):
            try number(arguments[0], name)
            return .number
        case ("quantile", 2):
            try number(arguments[0], name)
            guard case .number(let q) = arguments[1].kind, q >= 0, q <= 1 else {
                throw ExpressionDiagnostic(
                    arguments[1].place,
                    "a quantile needs a number from 0 to 1, such as 0.5"
                )
            }
            return .number
        default: break
        }
        if let wanted = ["quantile": 2][name]
            ?? (aggregates.contains(name) && !["min", "max"].contains(name) ? 1 : nil)
        {
            let plural = wanted == 1 ? "argument" : "arguments"
            throw ExpressionDiagnostic(
                whole.place,
                "'\(name)' takes \(wanted) \(plural), not \(arguments.count)",
                hint: wanted == 2 ? "such as quantile(sharpe_ratio, 0.5)" : nil
            )
        }
        guard let function = Formula.functions.first(where: { $0.name == name }) else {
            let words = aggregates + Formula.functions.map(\.name).filter { !aggregates.contains($0) }
            throw ExpressionDiagnostic(
                place,
                "unknown function '\(name)'",
                hint: nearestWord(to: name, among: words).map { "did you mean '\($0)'?" }
                    ?? "known are " + words.joined(separator: ", ")
            )
        }
        guard arguments.count >= function.minimum, arguments.count <= function.maximum ?? Int.max else {
            throw ExpressionDiagnostic(whole.place, "'\(name)' cannot take \(arguments.count) arguments")
        }
        for argument in arguments { try require(argument, .number, "'\(name)'") }
        return .number
    }

    /// Whether what an aggregate looks at is a condition; an aggregate inside another has no meaning.
    private static func inner(_ argument: Expression) throws(ExpressionDiagnostic) -> Bool {
        if let (name, place) = aggregate(in: argument) {
            throw ExpressionDiagnostic(
                place,
                "'\(name)' looks at all containers and cannot stand inside another that does"
            )
        }
        return try Formula.isCondition(argument)
    }

    private static func number(_ argument: Expression, _ name: String) throws(ExpressionDiagnostic) {
        if try inner(argument) {
            throw ExpressionDiagnostic(argument.place, "'\(name)' needs a number, this is a condition")
        }
    }

    private static func aggregate(in expression: Expression) -> (String, TextPlace)? {
        switch expression.kind {
        case .number, .name: return nil
        case .unary(_, let operand): return aggregate(in: operand)
        case .binary(_, _, let left, let right): return aggregate(in: left) ?? aggregate(in: right)
        case .index(let left, let right): return aggregate(in: left) ?? aggregate(in: right)
        case .call(let name, let place, let arguments):
            let isScalar = ["min", "max"].contains(name) && arguments.count > 1
            if aggregates.contains(name), !isScalar { return (name, place) }
            for argument in arguments {
                if let found = aggregate(in: argument) { return found }
            }
            return nil
        }
    }

    private static func require(
        _ operand: Expression,
        _ wanted: Form,
        _ what: String
    ) throws(ExpressionDiagnostic) {
        let found = try form(operand)
        if found == wanted { return }
        if found == .quantified { throw incomplete(operand) }
        throw ExpressionDiagnostic(
            operand.place,
            wanted == .condition
                ? "\(what) needs a condition, this is a number"
                : "\(what) needs a number, this is a condition"
        )
    }
}
