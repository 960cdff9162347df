/// The rules of a strategy before numbers are put in place of its parameters.
public struct StrategyRules: Sendable {
    /// Names of the parameters, in the order in which values are given.
    public var parameterNames: [String]

    /// Rules without parameters.
    public init() { parameterNames = [] }
}
