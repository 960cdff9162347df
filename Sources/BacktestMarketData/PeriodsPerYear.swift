import BacktestModel

/// How many periods a year has, where the config does not say, and why (rule R13).
public struct PeriodsPerYear: Sendable, Hashable {
    /// Periods of returns by bar.
    public let bars: Double
    /// Periods of returns by day (`metrics.returns: daily`): the year alone.
    public let days: Double
    /// Why `bars` is what it is: one sentence without a full stop.
    public let barsReason: String
    /// Why `days` is what it is.
    public let daysReason: String
    /// What the user should know where too few days have bars; `nil` where the weekdays are kept.
    public let warning: String?
    /// Days from the first bar to the last, both included; 0 without bars.
    public let spanDays: Int

    /// Counts the bars of a timeline; an empty one counts as daily, 252.
    public init(timeline: Timeline) {
        guard timeline.count > 0 else {
            (bars, days, warning, spanDays) = (252, 252, nil, 0)
            (barsReason, daysReason) = ("no bars, taken as daily", "no bars, taken as daily")
            return
        }
        let week = TradingWeek(days: timeline.calendarDays.buffer)
        spanDays = week.spanDays
        let year = PeriodsPerYear.text(week.year)
        if let larger = PeriodsPerYear.larger(timeline) {
            (bars, days) = (larger.periods, larger.periods)
            barsReason = larger.reason
            daysReason = larger.reason
            warning = nil
            return
        }
        days = week.year
        bars = week.year * week.barsPerDay
        let perDay = "\(PeriodsPerYear.text(week.barsPerDay)) bar\(week.barsPerDay == 1 ? "" : "s") a day"
        if week.isSparse {
            daysReason =
                "\(week.dayCount) days with bars in \(week.spanDays) days are \(year) a year of 365.25 days"
            barsReason = "\(daysReason), with \(perDay)"
            let usual =
                week.fullCount == 0
                ? "no weekday has bars on at least half of its dates"
                : "\(week.text) would have about \(PeriodsPerYear.text(week.promisedDays.rounded()))"
            warning =
                "only \(week.dayCount) of \(week.spanDays) days have bars (\(usual)), so a year is taken to have \(year) days "
                + "with bars; set metrics.periods_per_year, or data.bars[].timeframe for bars of a week or more, if that is wrong"
        } else {
            daysReason =
                "bars come \(week.text == "every day of the week" ? "on " : "")\(week.text), \(year) days a year"
            barsReason = "\(daysReason), with \(perDay)"
            warning = nil
        }
    }

    /// Bars of weeks and months, which no weekdays tell: the shortest of the timeline's symbols decides.
    private static func larger(_ timeline: Timeline) -> (periods: Double, reason: String)? {
        let lengths = timeline.lanes.map(\.series.length)
        guard let shortest = lengths.min(by: { $0.nanoseconds < $1.nanoseconds }) else { return nil }
        switch shortest {
        case .days(7): return (52, "bars are weekly")
        case .months(1): return (12, "bars are monthly")
        case .months(3): return (4, "bars are quarterly")
        case .months(12): return (1, "bars are yearly")
        case .months(let count): return (12 / Double(count), "bars are of \(count) months")
        default: return nil
        }
    }

    /// A number to two decimals.
    private static func text(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
}
