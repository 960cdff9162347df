public import BacktestModel

/// The offsets from UTC of one time zone of the IANA database, over all of time.
public struct TimeZoneRules: Sendable, Hashable {
    /// The name, such as `UTC` or `America/New_York`.
    public let name: String

    /// Coordinated universal time: offset 0 for ever.
    public static let utc = TimeZoneRules(name: "UTC")

    init(name: String) { self.name = name }

    /// Seconds to add to UTC to get local time at an instant.
    public func offsetSeconds(at instant: Timestamp) -> Int { 0 }
}
