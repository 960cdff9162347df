public import BacktestModel

/// When the bars of one series end (rule R12), and on which local days they lie.
///
/// Bars of days or months end by the calendar: at the local midnight so many days or months after a stamp at midnight, else at
/// the same local time. So a day of 23 or 25 hours and a month of any length end when they end.
public struct BarCalendar: Sendable {
    /// How long a bar is.
    public let length: BarLength
    /// The clock of local days: `data.timezone`, else the offsets that the stamps carry.
    public let zone: TimeZoneRules
    /// Whether stamps are openings or closes.
    public let meaning: TimestampMeaning
    /// Whether the bars are aggregated: those within a day then end with their buckets, the last one at midnight.
    public let isResampled: Bool

    /// Makes a calendar.
    public init(
        length: BarLength,
        zone: TimeZoneRules = .utc,
        meaning: TimestampMeaning = .open,
        isResampled: Bool = false
    ) {
        self.length = length
        self.zone = zone
        self.meaning = meaning
        self.isResampled = isResampled
    }

    /// When each bar ends, strictly increasing as the stamps are.
    ///
    /// The stamps themselves where they are closes, or where nothing tells how long the bars are.
    public func ends(of stamps: Column<Int64>) -> Column<Int64> {
        if meaning == .close || length == .unknown { return stamps }
        var grid = BucketGrid(length: length, zone: zone)
        let usesGrid = isResampled && !length.isCalendrical
        return Column<Int64>(count: stamps.count) { buffer in
            var last = Int64.min
            for bar in 0..<stamps.count {
                let stamp = stamps.pointer[bar]
                let next = bar + 1 < stamps.count ? stamps.pointer[bar + 1] : Int64.max
                let end = usesGrid ? grid.bucket(of: stamp).upperBound : end(of: stamp, before: next)
                // Bars that lie closer than they are long must still come one after the other.
                last = max(end, last == Int64.max ? last : last + 1)
                buffer[bar] = last
            }
        }
    }

    /// When a bar ends, given the stamp of the next one.
    ///
    /// Bars that are stamped on the last day of a month go on to the last day of another, 29 February to 31 March, unless the
    /// next bar begins on the same day of the month.
    private func end(of stamp: Int64, before next: Int64) -> Int64 {
        let end = moved(stamp, by: 1)
        guard case .months = length else { return end }
        let latest = moved(stamp, by: 1, keepsMonthEnd: true)
        return next >= end && next < latest ? next : latest
    }

    /// Nanoseconds from the opening of a bar to its end, told by its stamp.
    public func duration(ofBarAt stamp: Int64) -> Int64 {
        meaning == .open ? moved(stamp, by: 1) - stamp : stamp - moved(stamp, by: -1)
    }

    /// The instant so many bars after a stamp, by the calendar.
    private func moved(_ stamp: Int64, by bars: Int, keepsMonthEnd: Bool = false) -> Int64 {
        switch length {
        case .unknown: return stamp
        case .elapsed(let length): return stamp.addingReportingOverflow(Int64(bars) * length).partialValue
        case .days(let count): return moved(stamp, by: bars) { $0 + bars * count }
        case .months(let count):
            return moved(stamp, by: bars) { day in
                let from = CivilDate(daysSinceEpoch: day)
                var date = CivilMonth(ofDay: day).moved(by: bars * count).firstDate
                // The 31st of a shorter month is its last day.
                let last = CivilDate.daysInMonth(year: date.year, month: date.month)
                let isLast = from.day == CivilDate.daysInMonth(year: from.year, month: from.month)
                date.day = isLast && keepsMonthEnd ? last : min(from.day, last)
                return date.daysSinceEpoch
            }
        }
    }

    /// The same time of another day, given the day as days since 1970-01-01.
    private func moved(_ stamp: Int64, by bars: Int, _ target: (Int) -> Int) -> Int64 {
        let instant = Timestamp(nanoseconds: stamp)
        let local = instant.secondsFloor + Int64(zone.offsetSeconds(at: instant))
        let day = floorDivide(local, 86_400)
        let fraction = stamp - instant.secondsFloor * Timestamp.nanosecondsPerSecond
        let later = target(Int(day))
        // Where clocks skip midnight, the day's first instant stands for it.
        let isMidnight =
            (local == day * 86_400 && fraction == 0) || zone.startOfDay(Int(day)).nanoseconds == stamp
        if isMidnight { return zone.startOfDay(later).nanoseconds }
        return zone.instant(ofDay: later, second: local - day * 86_400, nanoseconds: fraction).nanoseconds
    }
}
