public import BacktestModel

/// The offsets from UTC of one time zone of the IANA database, over all of time.
///
/// Offsets are piecewise constant: `offsets[0]` holds before the first transition, `offsets[i + 1]` from transition i on.
/// The daylight-saving rule of the file's footer is written out to the year 2262, the end of 64-bit nanoseconds.
public struct TimeZoneRules: Sendable, Hashable {
    /// The name, such as `UTC` or `America/New_York`.
    public let name: String
    /// Seconds since the Unix epoch at which a new offset begins, strictly increasing.
    let transitions: [Int64]
    /// Seconds east of UTC; one more than transitions.
    let offsets: [Int32]

    /// Coordinated universal time: offset 0 for ever.
    public static let utc = TimeZoneRules(name: "UTC", transitions: [], offsets: [0])

    init(name: String, transitions: [Int64], offsets: [Int32]) {
        precondition(offsets.count == transitions.count + 1)
        self.name = name
        self.transitions = transitions
        self.offsets = offsets
    }

    /// Reads a zone of the system's database (`TZDIR`, else /usr/share/zoneinfo); `nil` where it has none of that name.
    ///
    /// `UTC` and `Etc/UTC` need no file. Names that leave the database's folder are refused.
    public init?(named name: String) {
        if name == "UTC" || name == "Etc/UTC" {
            self.init(name: name, transitions: [], offsets: [0])
            return
        }
        guard let bytes = ZoneFile.bytes(ofZone: name), let zone = ZoneFile.parse(bytes, name: name) else {
            return nil
        }
        self = zone
    }

    /// Whether the offset never changes, and is 0.
    var isUTC: Bool { transitions.isEmpty && offsets[0] == 0 }

    /// Seconds to add to UTC to get local time at an instant.
    public func offsetSeconds(at instant: Timestamp) -> Int {
        if transitions.isEmpty { return Int(offsets[0]) }
        return Int(offsets[segment(at: instant.secondsFloor)])
    }

    /// The local calendar day of an instant, as days since 1970-01-01.
    public func localDay(of instant: Timestamp) -> Int {
        Int(floorDivide(instant.secondsFloor + Int64(offsetSeconds(at: instant)), 86_400))
    }

    /// The instants at which clocks in the zone show a local time, ascending.
    ///
    /// `local` is that time read as if it were UTC. None in a daylight-saving gap, two in an overlap, otherwise one.
    public func instants(ofLocal local: Timestamp) -> [Timestamp] {
        let seconds = local.secondsFloor
        let fraction = local.nanoseconds &- seconds &* Timestamp.nanosecondsPerSecond
        var found: [Timestamp] = []
        // No offset reaches 26 hours, so only the segments around there can hold the instant.
        for index in segment(at: seconds - 93_600)...segment(at: seconds + 93_600) {
            let candidate = seconds - Int64(offsets[index])
            let begins = index == 0 || transitions[index - 1] <= candidate
            let ends = index == transitions.count || candidate < transitions[index]
            // Local times at the ends of 64-bit nanoseconds may be instants beyond them.
            let fits = abs(candidate) < 9_223_372_036
            if begins && ends && fits {
                found.append(
                    Timestamp(nanoseconds: candidate * Timestamp.nanosecondsPerSecond + fraction)
                )
            }
        }
        return found
    }

    /// The first instant of a local calendar day, given as days since 1970-01-01.
    ///
    /// Where clocks skip midnight it is the moment of the jump. Days outside the years 1678 to 2261 give the first or last
    /// instant there is (people write 9999-12-31 for never).
    public func startOfDay(_ day: Int) -> Timestamp {
        instant(ofDay: day, second: 0)
    }

    /// The first instant at which clocks show a time of a local day or, where they skip it, the moment of the jump.
    ///
    /// `day` counts from 1970-01-01, `second` from the day's midnight on the clock.
    func instant(ofDay day: Int, second: Int64, nanoseconds fraction: Int64 = 0) -> Timestamp {
        if day < TimeZoneRules.firstDay { return Timestamp(nanoseconds: Int64.min) }
        if day > TimeZoneRules.lastDay { return Timestamp(nanoseconds: Int64.max) }
        let local = Int64(day) * 86_400 + second
        let time = Timestamp(nanoseconds: local * Timestamp.nanosecondsPerSecond + fraction)
        if let first = instants(ofLocal: time).first { return first }
        // In a gap: the transition that jumps over the time.
        let last = segment(at: local + 93_600)
        for index in segment(at: local - 93_600)..<last {
            let jump = transitions[index]
            if jump + Int64(offsets[index]) <= local, local < jump + Int64(offsets[index + 1]) {
                return Timestamp(seconds: jump)
            }
        }
        preconditionFailure("a local time without an instant lies in a gap")
    }

    /// 1678-01-01 and 2262-01-01: every local time between them is an instant that fits.
    private static let firstDay = -106_650
    private static let lastDay = 106_651

    /// Index into `offsets` of what holds at a second.
    func segment(at second: Int64) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
