/// All market data of a run: the series in the order of `data.bars`, immutable and shared by every container.
public struct Tape: Sendable {
    /// The series, in config order; symbols are distinct.
    public let series: [Series]
    /// The time zone of calendar days, hours and sessions.
    public let timeZone: TimeZoneRules
    /// Age in nanoseconds beyond which another symbol's last bar says nothing; `nil` for the larger of 7 days and 3 of its
    /// bars (rule R25).
    public let staleAfter: Int64?

    /// Makes a tape; symbols must be distinct.
    public init(series: [Series], timeZone: TimeZoneRules, staleAfter: Int64? = nil) {
        self.series = series
        self.staleAfter = staleAfter
        self.timeZone = timeZone
    }

    /// Index of a symbol, `nil` where the tape has none of that name.
    public func index(of symbol: String) -> Int? { series.firstIndex { $0.symbol == symbol } }
}
