import BacktestModel

/// Local time of one stamp after another; cheap where stamps follow each other, right for any order.
public struct LocalClock: Sendable {
    private let zone: TimeZoneRules
    private var from: Int64 = 0
    private var limit: Int64 = 0
    private var offset: Int64 = 0

    /// A clock that shows a zone's local time.
    public init(_ zone: TimeZoneRules) { self.zone = zone }

    /// Seconds since 1970 on the zone's clock at an instant in nanoseconds.
    public mutating func localSeconds(of stamp: Int64) -> Int64 {
        let second = floorDivide(stamp, Timestamp.nanosecondsPerSecond)
        if second < from || second >= limit {
            let segment = zone.segment(at: second)
            from = segment == 0 ? Int64.min : zone.transitions[segment - 1]
            limit = segment < zone.transitions.count ? zone.transitions[segment] : Int64.max
            offset = Int64(zone.offsets[segment])
        }
        return second + offset
    }

    /// The local calendar day of an instant in nanoseconds, as days since 1970-01-01.
    public mutating func localDay(of stamp: Int64) -> Int32 {
        Int32(floorDivide(localSeconds(of: stamp), 86_400))
    }
}
