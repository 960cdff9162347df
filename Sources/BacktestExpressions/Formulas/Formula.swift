import BacktestModel

/// A number or condition over named numbers, such as `momentum_1.fast < momentum_1.slow` or `total_trades >= 30`.
///
/// Functions: `abs min max log exp sqrt`. Names may have dots; numbers may carry `%` or `bps`.
public struct Formula: Sendable, Hashable {
    /// The text as written.
    public let text: String
    /// The names whose values are asked for, each once, in the order of first use.
    public let names: [String]
    /// Whether the formula is a condition; otherwise it is a number.
    public let isBoolean: Bool
    /// The parsed text.
    public let expression: Expression

    /// Parses and type-checks a formula.
    ///
    /// - Parameters:
    ///   - text: The formula.
    ///   - known: Names that may occur; needed for those whose shape alone does not show it, such as `my-strategy.fast`.
    ///     Where the list is not empty, any other name is an error that names the nearest one.
    /// - Returns: the formula.
    /// - Throws: the first problem, with its place.
    public static func parse(_ text: String, known: [String] = []) throws(ExpressionDiagnostic) -> Formula {
        let expression = try ExpressionParser.parse(text, vocabulary: ExpressionVocabulary(names: known))
        var names: [String] = []
        for (name, place) in expression.names {
            if !known.isEmpty, !known.contains(name) {
                throw ExpressionDiagnostic(
                    place,
                    "unknown name '\(name)'",
                    hint: nearestWord(to: name, among: known).map { "did you mean '\($0)'?" }
                )
            }
            if !names.contains(name) { names.append(name) }
        }
        let isBoolean = try Formula.isCondition(expression)
        return Formula(text: text, names: names, isBoolean: isBoolean, expression: expression)
    }

    /// Number of arguments of each function; `max` is `nil` where there is no upper bound.
    static let functions: [(name: String, minimum: Int, maximum: Int?)] = [
        ("abs", 1, 1), ("min", 2, nil), ("max", 2, nil), ("log", 1, 1), ("exp", 1, 1), ("sqrt", 1, 1),
    ]

    static func isCondition(_ expression: Expression) throws(ExpressionDiagnostic) -> Bool {
        switch expression.kind {
        case .number, .name: return false
        case .unary(.minus, let operand):
            try require(operand, condition: false, "'-'")
            return false
        case .unary(.not, let operand):
            try require(operand, condition: true, "'not'")
            return true
        case .binary(let sign, _, let left, let right):
            try require(left, condition: sign.isLogical, "'\(sign.rawValue)'")
            try require(right, condition: sign.isLogical, "'\(sign.rawValue)'")
            return sign.isLogical || sign.isComparison
        case .index(_, let steps):
            throw ExpressionDiagnostic(steps.place, "a formula has no history to look back into")
        case .call(let name, let place, let arguments):
            try checkCall(name, place, arguments, expression.place)
            return false
        }
    }

    private static func require(
        _ operand: Expression,
        condition: Bool,
        _ what: String
    ) throws(ExpressionDiagnostic) {
        guard try isCondition(operand) != condition else { return }
        throw ExpressionDiagnostic(
            operand.place,
            condition
                ? "\(what) needs a condition, this is a number"
                : "\(what) needs a number, this is a condition"
        )
    }

    private static func checkCall(
        _ name: String,
        _ place: TextPlace,
        _ arguments: [Expression],
        _ whole: TextPlace
    ) throws(ExpressionDiagnostic) {
        guard let function = functions.first(where: { $0.name == name }) else {
            throw ExpressionDiagnostic(
                place,
                "unknown function '\(name)'",
                hint: nearestWord(to: name, among: functions.map(\.name)).map { "did you mean '\($0)'?" }
                    ?? "known are " + functions.map(\.name).joined(separator: ", ")
            )
        }
        guard arguments.count >= function.minimum, arguments.count <= function.maximum ?? Int.max else {
            let wanted = function.maximum == nil ? "at least \(function.minimum)" : "\(function.minimum)"
            let plural = function.minimum == 1 ? "argument" : "arguments"
            throw ExpressionDiagnostic(whole, "'\(name)' takes \(wanted) \(plural), not \(arguments.count)")
        }
        for argument in arguments { try require(argument, condition: false, "'\(name)'") }
    }
}
