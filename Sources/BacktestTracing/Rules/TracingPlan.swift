/// The trace rules of a run, in the order written.
public struct TracingPlan: Sendable {
    /// The rules, in the order written; on a tie of specificity the later one wins.
    public var rules: [TraceRule]

    /// Without rules: level `minimal` for all.
    public init(rules: [TraceRule] = []) {
        self.rules = rules
    }
}
