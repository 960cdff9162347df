/// The trace settings of every container of a run.
public struct TracingPlan: Sendable {
    /// Level `minimal` for all.
    public init() {}

    /// The settings of one container.
    public func settings(forContainer id: String) -> TraceSettings { TraceSettings() }
}
