import BacktestModel

/// How long a bar is: elapsed time, or days and months of the calendar, which clock changes and months stretch.
public enum BarLength: Sendable, Hashable, ExpressibleByIntegerLiteral {
    /// The config does not say, and the stamps keep no regular distance.
    case unknown
    /// So many nanoseconds, which are no whole number of days.
    case elapsed(Int64)
    /// So many days of the calendar.
    case days(Int)
    /// So many months of the calendar.
    case months(Int)

    /// A length in nanoseconds: whole days are days of the calendar, 0 is unknown.
    public init(nanoseconds: Int64) {
        if nanoseconds <= 0 {
            self = .unknown
        } else if nanoseconds % Timestamp.nanosecondsPerDay == 0 {
            self = .days(Int(nanoseconds / Timestamp.nanosecondsPerDay))
        } else {
            self = .elapsed(nanoseconds)
        }
    }

    /// A length in nanoseconds, as `init(nanoseconds:)` reads it.
    public init(integerLiteral value: Int64) { self.init(nanoseconds: value) }

    /// About how long, in nanoseconds; a month counts as 30 days, an unknown length as 0.
    public var nanoseconds: Int64 {
        switch self {
        case .unknown: 0
        case .elapsed(let length): length
        case .days(let count): Int64(count) * Timestamp.nanosecondsPerDay
        case .months(let count): Int64(count) * 30 * Timestamp.nanosecondsPerDay
        }
    }

    /// Whether bars of this length end by the calendar: those of days and months.
    public var isCalendrical: Bool {
        switch self {
        case .unknown, .elapsed: false
        case .days, .months: true
        }
    }

    /// Whether bars of the other length fill this one without a rest; months are filled by days and by what fills a day.
    public func isMultiple(of other: BarLength) -> Bool {
        switch (self, other) {
        case (.unknown, _), (_, .unknown): false
        case (.months(let count), .months(let step)): count % step == 0
        case (.months, .days(let step)): step == 1
        case (.months, .elapsed(let step)): Timestamp.nanosecondsPerDay % step == 0
        case (_, .months): false
        default: nanoseconds % other.nanoseconds == 0
        }
    }

    /// The length as people write it: `5m`, `1h`, `1d`, `1M`, `1y`.
    public var text: String {
        switch self {
        case .unknown: "unknown"
        case .elapsed(let length): BarDistance.text(length)
        case .days(let count): "\(count)d"
        case .months(let count): count % 12 == 0 ? "\(count / 12)y" : "\(count)M"
        }
    }
}
