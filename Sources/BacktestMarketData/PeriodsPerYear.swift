import BacktestModel

/// How many periods a year has, where the config does not say (rule R13).
public enum PeriodsPerYear {
    /// Periods for per-bar returns: year x median bars of the calendar days that have bars; weekly 52, monthly 12.
    ///
    /// The year has 365 days where more than 2/7 x 0.6 of the bars fall on a Saturday or Sunday, else 252. The median of an even
    /// number of days is the mean of the middle two. Bars further than four days apart (by the median) are weekly up to nine
    /// days, monthly from 26 to 32, and otherwise 365.25 / that distance. An empty timeline counts as daily: 252.
    public static func standard(timeline: Timeline) -> Double {
        let days = timeline.days
        let counts = barsPerDay(days)
        let distance = medianDistance(days)
        switch distance {
        case ...4: break
        case ...9: return 52
        case 26...32: return 12
        default: return 365.25 / distance
        }
        return year(timeline: timeline) * (counts.isEmpty ? 1 : median(counts))
    }

    /// Periods for returns of calendar days (`metrics.returns: daily`): the year alone, 252 or 365.
    public static func daily(timeline: Timeline) -> Double { year(timeline: timeline) }

    private static func year(timeline: Timeline) -> Double {
        let days = timeline.days
        var weekend = 0
        for index in 0..<days.count where CivilDate.weekday(daysSinceEpoch: Int(days.pointer[index])) >= 5 {
            weekend += 1
        }
        // weekend / count > 2/7 x 0.6, in whole numbers.
        return weekend * 70 > days.count * 12 ? 365 : 252
    }

    private static func barsPerDay(_ days: Column<Int32>) -> [Double] {
        var counts: [Double] = []
        var start = 0
        for index in 0..<days.count where index + 1 == days.count || days[index + 1] != days[index] {
            counts.append(Double(index + 1 - start))
            start = index + 1
        }
        return counts
    }

    /// Median number of days between neighbouring days that have bars, 1 for fewer than two.
    private static func medianDistance(_ days: Column<Int32>) -> Double {
        var distances: [Double] = []
        for index in 1..<max(days.count, 1) where days[index] != days[index - 1] {
            distances.append(Double(days[index] - days[index - 1]))
        }
        return distances.isEmpty ? 1 : median(distances)
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
