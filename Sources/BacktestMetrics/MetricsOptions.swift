/// The returns that the return statistics are taken over.
public enum ReturnBasis: String, Sendable, Hashable, CaseIterable {
    /// From bar to bar, the first against the initial capital.
    case bar
    /// From the last equity of a calendar day to the next day's, the first against the initial capital.
    case daily
}

/// How metrics are annualised.
public struct MetricsOptions: Sendable, Hashable {
    /// Bar returns, or returns of the last equity of each calendar day.
    public var returns: ReturnBasis = .bar
    /// Periods a year that the config fixes; `nil` for the default of rule R13, which depends on the data.
    public var periodsPerYear: Double?
    /// Yearly risk-free rate.
    public var riskFree: Double = 0

    /// Bar returns, the data's own periods, no risk-free rate.
    public init() {}
}
