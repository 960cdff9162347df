import BacktestModel

/// How long the bars of a file are, told from the distances between neighbours.
enum BarDistance {
    /// Distances looked at: enough to tell the grid of any file.
    private static let sampleCount = 20_000

    /// The length that at least half of the first bars keep: months, quarters or years of the calendar on the clocks of a
    /// zone, else a distance.
    ///
    /// Unknown for fewer than two bars and for bars without a regular distance.
    static func length(_ stamps: UnsafeBufferPointer<Int64>, zone: TimeZoneRules) -> BarLength {
        let sample = UnsafeBufferPointer(rebasing: stamps.prefix(sampleCount + 1))
        let day = Timestamp.nanosecondsPerDay
        var found = commonest(Array(sample))
        // A day across a clock change has 23 or 25 hours, and is a day on the clock.
        if found.distance > day / 2 {
            var clock = LocalClock(zone)
            let second = Timestamp.nanosecondsPerSecond
            let onClock = commonest(
                sample.map { clock.localSeconds(of: $0) * second + $0 - floorDivide($0, second) * second }
            )
            if onClock.distance > 0 { found = onClock }
        }
        // Days and less are told by the distance alone, whatever months they cross.
        if found.distance > 0, found.distance < 20 * day { return length(found.distance) }
        guard sample.count > 1, let span = sample.last,
            (span - sample[0]) / Int64(sample.count - 1) >= 20 * day
        else { return length(found.distance) }
        return months(sample, zone, found)
            ?? length(found.distance)
    }

    private static func length(_ distance: Int64) -> BarLength { BarLength(nanoseconds: distance) }

    /// Distances of a month, a quarter or a year; `nil` where the bars keep none of them.
    private static func months(
        _ stamps: UnsafeBufferPointer<Int64>,
        _ zone: TimeZoneRules,
        _ found: (distance: Int64, count: Int)
    ) -> BarLength? {
        var clock = LocalClock(zone)
        let days = stamps.map { Int(clock.localDay(of: $0)) }
        let dates = days.map { CivilDate(daysSinceEpoch: $0) }
        // Bars a fixed distance apart walk through the days of the month.
        let keepsDay = dates.indices.dropFirst().count { dates[$0].day == dates[$0 - 1].day }
        if found.count * 10 >= (stamps.count - 1) * 9, keepsDay * 2 < stamps.count - 1 { return nil }
        let kinds: [(months: Int, days: ClosedRange<Int>)] = [(1, 25...36), (3, 80...100), (12, 350...380)]
        for kind in kinds {
            let fitting = dates.indices.dropFirst().count { index in
                let months = (dates[index].year - dates[index - 1].year) * 12 + dates[index].month
                return months - dates[index - 1].month == kind.months
                    && kind.days.contains(days[index] - days[index - 1])
            }
            if fitting * 2 >= stamps.count - 1 { return .months(kind.months) }
        }
        return nil
    }

    /// The distance in nanoseconds that at least half of the bars keep, of equally frequent ones the smallest, and how many do.
    private static func commonest(_ stamps: [Int64]) -> (distance: Int64, count: Int) {
        guard stamps.count > 1 else { return (0, 0) }
        let count = stamps.count - 1
        let distances = (0..<count).map { stamps[$0 + 1] - stamps[$0] }.sorted()
        var best: (distance: Int64, count: Int) = (0, 0)
        var start = 0
        while start < count {
            var end = start
            while end < count, distances[end] == distances[start] { end += 1 }
            if end - start > best.count { best = (distances[start], end - start) }
            start = end
        }
        return best.count * 2 >= count ? best : (0, best.count)
    }

    /// A bar length as people write it: `5m`, `1h`, `1d`.
    static func text(_ nanoseconds: Int64) -> String {
        let units: [(name: String, length: Int64)] = [
            ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ]
        for unit in units where nanoseconds % unit.length == 0 {
            return "\(nanoseconds / unit.length)\(unit.name)"
        }
        return "\(nanoseconds)ns"
    }
}
