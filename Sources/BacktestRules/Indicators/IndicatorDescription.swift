/// What `admf indicators` prints about a function or series of the rule language.
public struct IndicatorDescription: Sendable, Hashable {
    /// The name in rules.
    public var name: String
    /// How it is called, such as `sma(x, n)`.
    public var signature: String
    /// The arguments in order; empty for series and time.
    public var arguments: [String]
    /// One line.
    public var summary: String
    /// Bars before the first defined value, as a formula of the arguments.
    public var warmUp: String
    /// Definition, with its source where it follows one.
    public var formula: String
    /// Whether it is true or false on a bar rather than a number.
    public var isCondition: Bool
}

/// Everything that a rule can name.
public enum Indicators {
    /// Functions first, in groups, then the series.
    public static let all: [IndicatorDescription] = functions + series

    private static let functions = RuleFunction.all.map { function in
        IndicatorDescription(
            name: function.name,
            signature: function.signature,
            arguments: function.arguments.map(\.name),
            summary: function.summary,
            warmUp: function.warmUp,
            formula: function.formula,
            isCondition: function.kind == .condition
        )
    }

    private static let series = SeriesField.allCases.map { field in
        IndicatorDescription(
            name: field.rawValue,
            signature: field.rawValue,
            arguments: [],
            summary: field.summary,
            warmUp: "0",
            formula: "of another symbol as QQQ.\(field.rawValue)",
            isCondition: false
        )
    }

    /// Names that mean something in every rule, so that a parameter may not have them.
    public static let reservedNames: [String] = all.map(\.name) + ["and", "or", "not", "other"]
}
