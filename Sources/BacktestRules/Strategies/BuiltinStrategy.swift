public import BacktestModel

/// A parameter of a built-in strategy.
public struct BuiltinParameter: Sendable, Hashable {
    /// The key under `params`.
    public var name: String
    /// The value where the config gives none.
    public var defaultValue: Double
    /// One line.
    public var summary: String
    /// Whether only whole numbers make sense.
    public var isWhole: Bool
    /// Smallest value allowed.
    public var minimum: Double
    /// Largest value allowed, `nil` for no bound.
    public var maximum: Double?

    /// Makes a parameter.
    public init(
        name: String,
        defaultValue: Double,
        summary: String,
        isWhole: Bool,
        minimum: Double,
        maximum: Double? = nil
    ) {
        self.name = name
        self.defaultValue = defaultValue
        self.summary = summary
        self.isWhole = isWhole
        self.minimum = minimum
        self.maximum = maximum
    }
}

/// A strategy that comes with the program: parameters and rules that a user can read and copy.
public struct BuiltinStrategy: Sendable {
    /// The `type` in the config.
    public let name: String
    /// One line.
    public let summary: String
    /// The parameters, in the order in which values are given.
    public let parameters: [BuiltinParameter]
    /// How many symbols it needs, `nil` where any number will do.
    public let symbolCount: Int?
    /// The rules as text, in the order of publication on a bar.
    public let rules: [(action: SignalAction, text: String)]

    /// The rules, checked.
    ///
    /// - Parameter symbols: All symbols of the tape, in order.
    /// - Returns: the strategy; its parameters are in the order of `parameters`.
    public func strategyRules(symbols: [String]) -> StrategyRules {
        let context = RuleContext(
            parameters: parameters.map(\.name),
            symbols: symbols,
            other: symbolCount == 2 ? "other" : nil
        )
        var parsed: [SignalAction: Rule] = [:]
        for (action, text) in rules {
            let result = Rule.parse(text, as: .condition, in: context)
            precondition(result.rule != nil, "built-in rule '\(text)' does not parse: \(result.diagnostics)")
            parsed[action] = result.rule
        }
        return StrategyRules(
            parameterNames: context.parameters,
            enterLong: parsed[.enterLong],
            exitLong: parsed[.exitLong],
            enterShort: parsed[.enterShort],
            exitShort: parsed[.exitShort]
        )
    }
}
