import BacktestModel

/// Finds bars that are missing in a regular grid, and says so in one sentence a file.
///
/// Markets close, so a distance larger than the grid's step is no gap where one of these holds:
/// - steps of a day: fewer than five full weekdays (rule R13) are missing in a row (holidays); where all seven are full, the
///   market never closes and every missing day counts. Longer steps are not looked at;
/// - steps within a day: the same break, from the same to the same local time of day, occurs on at least a tenth of the days
///   and three times (a lunch break, a daily halt, the night);
/// - the break spans a local midnight, as at least half of the changes of day do (a market with sessions; with fewer than three
///   changes of day the break must also last four hours);
/// - the break holds a whole day of a weekday that is not full (a market that closes at the weekend, whichever that is).
struct GapSearch {
    /// Bars missing between two neighbours.
    struct Gap: Equatable {
        /// Index of the bar after the gap.
        var row: Int
        /// Bars that the grid has room for.
        var missing: Int
    }

    private struct Break {
        var row: Int
        var missing: Int
        var daysCrossed: Int
        var fromTimeOfDay: Int64
        var toTimeOfDay: Int64
        var length: Int64
        var holdsClosedDay: Bool
    }

    private let stamps: UnsafeBufferPointer<Int64>
    private let step: Int64
    private let zone: TimeZoneRules

    /// A search over strictly increasing stamps on a grid of `step` nanoseconds; the stamps must outlive it.
    init(_ stamps: UnsafeBufferPointer<Int64>, step: Int64, zone: TimeZoneRules) {
        self.stamps = stamps
        self.step = step
        self.zone = zone
    }

    /// The gaps, oldest first.
    func gaps() -> [Gap] {
        guard step > 0, step <= Timestamp.nanosecondsPerDay, stamps.count > 2 else { return [] }
        let narrow = step + step / 2
        let wide = (1..<stamps.count).filter { stamps[$0] - stamps[$0 - 1] >= narrow }
        guard !wide.isEmpty else { return [] }
        let days = localDays()
        return step == Timestamp.nanosecondsPerDay ? dailyGaps(wide, days) : intradayGaps(wide, days)
    }

    /// Bars that fit between a bar and the one before it, less one for rounding.
    private func missing(before row: Int) -> Int {
        Int((stamps[row] - stamps[row - 1] + step / 2) / step) - 1
    }

    private func dailyGaps(_ wide: [Int], _ days: [Int32]) -> [Gap] {
        let week = TradingWeek(days: days)
        // Bars so rare that no weekday promises any are missing nowhere.
        if week.fullCount == 0 { return [] }
        return wide.compactMap { row in
            if week.fullCount == 7 { return Gap(row: row, missing: missing(before: row)) }
            let absent = (Int(days[row - 1]) + 1)..<max(Int(days[row]), Int(days[row - 1]) + 1)
            let expected = absent.count { week.isFull(day: $0) }
            return expected >= 5 ? Gap(row: row, missing: expected) : nil
        }
    }

    private func intradayGaps(_ wide: [Int], _ days: [Int32]) -> [Gap] {
        let week = TradingWeek(days: days)
        let breaks = wide.map { describe($0, days, week) }
        let dayCount = week.dayCount
        let nights = breaks.reduce(0) { $0 + ($1.daysCrossed > 0 ? 1 : 0) }
        let hasSessions = nights * 2 >= dayCount - 1
        let recurring = recurringBreaks(breaks, atLeast: max(3, dayCount / 10))
        return breaks.compactMap { found in
            let spansNight =
                found.daysCrossed > 0 && hasSessions
                && (dayCount > 3 || found.length >= 4 * 3_600_000_000_000)
            let recurs = recurring.contains([found.fromTimeOfDay, found.toTimeOfDay])
            if spansNight || found.holdsClosedDay || recurs { return nil }
            return Gap(row: found.row, missing: found.missing)
        }
    }

    private func recurringBreaks(_ breaks: [Break], atLeast limit: Int) -> Set<[Int64]> {
        var counts: [[Int64]: Int] = [:]
        for found in breaks { counts[[found.fromTimeOfDay, found.toTimeOfDay], default: 0] += 1 }
        return Set(counts.filter { $0.value >= limit }.keys)
    }

    private func describe(_ row: Int, _ days: [Int32], _ week: TradingWeek) -> Break {
        let firstAbsent = Int(days[row - 1]) + 1
        let crossed = Int(days[row] - days[row - 1])
        let absent = (firstAbsent..<max(Int(days[row]), firstAbsent)).prefix(7)
        return Break(
            row: row,
            missing: missing(before: row),
            daysCrossed: crossed,
            fromTimeOfDay: timeOfDay(row - 1),
            toTimeOfDay: timeOfDay(row),
            length: stamps[row] - stamps[row - 1],
            holdsClosedDay: absent.contains { !week.isFull(day: $0) }
        )
    }

    /// Seconds since local midnight on the clock.
    private func timeOfDay(_ row: Int) -> Int64 {
        let instant = Timestamp(nanoseconds: stamps[row])
        let local = instant.secondsFloor + Int64(zone.offsetSeconds(at: instant))
        return local - floorDivide(local, 86_400) * 86_400
    }

    private func localDays() -> [Int32] {
        var clock = LocalClock(zone)
        return stamps.map { clock.localDay(of: $0) }
    }
}
