/// All market data of a run: the series in the order of `data.bars`, immutable and shared by every container.
public struct Tape: Sendable {
    /// The series, in config order; symbols are distinct.
    public let series: [Series]
    /// The time zone of calendar days, hours and sessions.
    public let timeZone: TimeZoneRules

    /// Makes a tape; symbols must be distinct.
    public init(series: [Series], timeZone: TimeZoneRules) {
        self.series = series
        self.timeZone = timeZone
    }

    /// Index of a symbol, `nil` where the tape has none of that name.
    public func index(of symbol: String) -> Int? { series.firstIndex { $0.symbol == symbol } }
}
