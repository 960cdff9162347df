import BacktestModel

/// The weekdays on which bars come, told from the days that have some (rule R13).
public struct TradingWeek: Sendable, Hashable {
    /// Whether each weekday is full, Monday first.
    public let isFull: [Bool]
    /// Days with bars.
    public let dayCount: Int
    /// Days from the first to the last of them, both included.
    public let spanDays: Int
    /// Median number of bars on a full day; of all days with bars where no weekday is full.
    public let barsPerDay: Double

    /// Number of full weekdays.
    public var fullCount: Int { isFull.count { $0 } }

    /// Days of a year that the full weekdays promise: 252 for five of them, 365 for all, else 52.1775 each, rounded; 0 for none.
    public var promisedYear: Double {
        switch fullCount {
        case 5: 252
        case 7: 365
        case let count: (Double(count) * 52.1775).rounded()
        }
    }

    /// Days with bars that the span would have at that rate.
    public var promisedDays: Double { promisedYear * Double(spanDays) / 365.25 }

    /// Whether days with bars are too few for the weekdays' promise, so that they themselves are counted.
    public var isSparse: Bool {
        fullCount == 0 || (promisedDays >= 30 && Double(dayCount) < 0.8 * promisedDays)
    }

    /// Periods a year of returns by day.
    public var year: Double {
        isSparse ? Double(dayCount) * 365.25 / Double(spanDays) : promisedYear
    }

    /// Looks at the local day of each bar, ascending; at least one.
    public init(days: some Collection<Int32>) {
        var dates: [(day: Int, count: Int)] = []
        for day in days {
            if let last = dates.last, last.day == Int(day) {
                dates[dates.count - 1].count += 1
            } else {
                dates.append((Int(day), 1))
            }
        }
        precondition(!dates.isEmpty, "a week is told from days")
        let first = dates[0]
        let last = dates[dates.count - 1]
        let all = TradingWeek.median(dates.map(\.count))
        // What begins or ends within a day says nothing of that day's weekday.
        func isJudged(_ day: Int) -> Bool {
            (day != first.day || Double(first.count) * 2 >= all)
                && (day != last.day || Double(last.count) * 2 >= all)
        }
        let judged = dates.filter { isJudged($0.day) }
        var full: [Bool?] = []
        for weekday in 0..<7 {
            let counts = judged.filter { CivilDate.weekday(daysSinceEpoch: $0.day) == weekday }.map(\.count)
            let dateCount = TradingWeek.dates(of: weekday, in: first.day...last.day, where: isJudged)
            if dateCount == 0 {
                full.append(nil)
            } else {
                full.append(counts.count * 2 >= dateCount && TradingWeek.median(counts) * 2 >= all)
            }
        }
        let weekend = [full[6], full[5]].map { $0 ?? false }
        isFull = full.enumerated().map { weekday, known in known ?? (weekday < 5 || weekend[weekday - 5]) }
        let isFull = isFull
        let counts = judged.filter { isFull[CivilDate.weekday(daysSinceEpoch: $0.day)] }.map(\.count)
        barsPerDay = counts.isEmpty ? all : TradingWeek.median(counts)
        dayCount = dates.count
        spanDays = last.day - first.day + 1
    }

    /// How many dates of a span are of a weekday and judged.
    private static func dates(
        of weekday: Int,
        in span: ClosedRange<Int>,
        where isJudged: (Int) -> Bool
    ) -> Int {
        let first = span.lowerBound
        let ahead = (weekday - CivilDate.weekday(daysSinceEpoch: first) + 7) % 7
        guard first + ahead <= span.upperBound else { return 0 }
        var count = (span.upperBound - first - ahead) / 7 + 1
        for end in Set([span.lowerBound, span.upperBound])
        where CivilDate.weekday(daysSinceEpoch: end) == weekday && !isJudged(end) { count -= 1 }
        return count
    }

    /// The middle value, of an even number the mean of the middle two; 0 for none.
    private static func median(_ values: [Int]) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1
            ? Double(sorted[middle]) : Double(sorted[middle - 1] + sorted[middle]) / 2
    }

    /// Whether bars are to be expected on a local day.
    public func isFull(day: Int) -> Bool { isFull[CivilDate.weekday(daysSinceEpoch: day)] }

    /// The full weekdays in words: `Monday to Friday`.
    public var text: String {
        let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        let full = (0..<7).filter { isFull[$0] }
        if full.count == 7 { return "every day of the week" }
        guard let first = full.first(where: { !isFull[($0 + 6) % 7] }) else { return "no weekday" }
        let run = (0..<7).prefix { isFull[(first + $0) % 7] }
        guard run.count == full.count, run.count > 2 else {
            return full.map { names[$0] }.joined(separator: ", ")
        }
        return "\(names[first]) to \(names[(first + run.count - 1) % 7])"
    }
}
