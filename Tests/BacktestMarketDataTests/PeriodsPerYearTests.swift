import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Testing

/// How many periods a year has (rule R13), against the rule's own words over random calendars.
struct PeriodsPerYearTests {
    /// 1 January 2024, a Monday.
    private static let monday = 19_723

    /// A timeline with so many bars on each day, a minute apart.
    private static func timeline(_ days: [Int: Int], length: BarLength = .unknown) -> Timeline {
        var stamps: [Int64] = []
        for day in days.keys.sorted() {
            for bar in 0..<(days[day] ?? 0) {
                stamps.append(Int64((monday + day) * 86_400 + bar * 60) * Timestamp.nanosecondsPerSecond)
            }
        }
        let times = Column(stamps)
        let ones = Column(stamps.map { _ in 1.0 })
        let series = Series(
            symbol: "A",
            calendar: BarCalendar(length: length),
            timestamps: times,
            known: times,
            open: ones,
            high: ones,
            low: ones,
            close: ones,
            volume: ones
        )
        return Timeline(tape: Tape(series: [series], timeZone: .utc), symbols: [0])
    }

    private static func periods(_ days: [Int: Int], length: BarLength = .unknown) -> PeriodsPerYear {
        PeriodsPerYear(timeline: timeline(days, length: length))
    }

    private static func each(_ days: some Sequence<Int>, _ bars: Int) -> [Int: Int] {
        Dictionary(uniqueKeysWithValues: days.map { ($0, bars) })
    }

    private static func on(_ weekdays: Set<Int>, of count: Int = 700) -> [Int] {
        (0..<count).filter { weekdays.contains($0 % 7) }
    }

    private static let weeks: [(weekdays: Set<Int>, year: Double, words: String)] = [
        ([0, 1, 2, 3, 4], 252, "Monday to Friday"), ([0, 1, 2, 3, 4, 5, 6], 365, "every day of the week"),
        ([0, 1, 2, 3, 4, 5], 313, "Monday to Saturday"), ([6, 0, 1, 2, 3], 252, "Sunday to Thursday"),
        ([5, 6, 0, 1, 2, 3], 313, "Saturday to Thursday"), ([0, 2, 4], 157, "Monday, Wednesday, Friday"),
        ([1, 3], 104, "Tuesday, Thursday"), ([2], 52, "Wednesday"),
    ]

    @Test(arguments: weeks)
    func weeksOfAnyKind(weekdays: Set<Int>, year: Double, words: String) {
        for bars in [1, 7, 390] {
            let found = PeriodsPerYearTests.periods(
                PeriodsPerYearTests.each(PeriodsPerYearTests.on(weekdays), bars)
            )
            #expect(found.days == year)
            #expect(found.bars == year * Double(bars))
            #expect(found.barsReason.contains(words) && found.warning == nil)
        }
    }

    @Test func aRoundTheClockWeekThatBeginsOnSundayEveningHasFiveDays() {
        var days: [Int: Int] = [:]
        for day in 0..<210 { days[day] = [24, 24, 24, 24, 22, 0, 2][day % 7] }
        days = days.filter { $0.value > 0 }
        #expect(PeriodsPerYearTests.periods(days).bars == 252 * 24)
        // Sundays of half a day count.
        for day in 0..<210 where day % 7 == 6 { days[day] = 12 }
        #expect(PeriodsPerYearTests.periods(days).days == 313)
    }

    @Test func barsOfWeeksAndMonthsAreToldByTheirLength() {
        let some = PeriodsPerYearTests.each(stride(from: 0, to: 700, by: 7), 1)
        #expect(PeriodsPerYearTests.periods(some, length: .days(7)).bars == 52)
        #expect(PeriodsPerYearTests.periods(some, length: .days(7)).days == 52)
        for (months, periods) in [(1, 12.0), (3, 4), (12, 1), (6, 2)] {
            let found = PeriodsPerYearTests.periods(some, length: .months(months))
            #expect(found.bars == periods && found.warning == nil)
        }
    }

    @Test func shortSpans() {
        #expect(PeriodsPerYearTests.periods([0: 1]).bars == 252)
        #expect(PeriodsPerYearTests.periods([0: 3, 1: 4]).bars == 252 * 3.5)
        // A Saturday alone: Sunday is as it is, and the others are taken to be full.
        #expect(PeriodsPerYearTests.periods([5: 1]).days == 365)
        // The first date holds less than half of the median, and so says nothing.
        #expect(PeriodsPerYearTests.periods([0: 1, 1: 10, 2: 10, 3: 10]).bars == 252 * 10)
        #expect(PeriodsPerYearTests.periods([:].merging([0: 1]) { $1 }).spanDays == 1)
    }

    @Test func rareBarsAreCountedAndSaidSo() throws {
        let rare = PeriodsPerYearTests.each(stride(from: 0, to: 700, by: 3), 2)
        let found = PeriodsPerYearTests.periods(rare)
        #expect(found.days == 234 * 365.25 / 700)
        #expect(found.bars == 2 * found.days)
        #expect(try #require(found.warning).contains("only 234 of 700 days"))
        // Four months without a bar in ten: fewer than 0.8 of what five weekdays promise.
        let halved = PeriodsPerYearTests.each(
            PeriodsPerYearTests.on([0, 1, 2, 3, 4]).filter { $0 < 350 || $0 > 510 },
            1
        )
        #expect(PeriodsPerYearTests.periods(halved).warning != nil)
    }

    /// The rule, sentence by sentence, over days written out one by one.
    private static func naive(_ days: [Int: Int]) -> (bars: Double, days: Double) {
        func median(_ values: [Double]) -> Double {
            let sorted = values.sorted()
            return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        }
        guard let first = days.keys.min(), let last = days.keys.max() else { return (252, 252) }
        let all = median(days.values.map(Double.init))
        var judged: [Int] = []
        for day in first...last {
            if day == first, Double(days[day] ?? 0) < all / 2 { continue }
            if day == last, Double(days[day] ?? 0) < all / 2 { continue }
            judged.append(day)
        }
        var full: [Int: Bool] = [:]
        for weekday in 0..<7 {
            let dates = judged.filter { ($0 % 7 + 7) % 7 == weekday }
            if dates.isEmpty { continue }
            let counts = dates.compactMap { days[$0] }.map(Double.init)
            full[weekday] = Double(counts.count) >= Double(dates.count) / 2 && median(counts) >= all / 2
        }
        let saturday = full[5] ?? full[6] ?? false
        let sunday = full[6] ?? full[5] ?? false
        var week = Set((0..<5).filter { full[$0] ?? true })
        if saturday { week.insert(5) }
        if sunday { week.insert(6) }
        let span = Double(last - first + 1)
        var year = week.count == 5 ? 252 : week.count == 7 ? 365 : (Double(week.count) * 52.1775).rounded()
        let promise = year * span / 365.25
        if week.isEmpty || (promise >= 30 && Double(days.count) < 0.8 * promise) {
            year = Double(days.count) * 365.25 / span
        }
        let onFull = judged.filter { week.contains(($0 % 7 + 7) % 7) }.compactMap { days[$0] }.map(
            Double.init
        )
        return (year * (onFull.isEmpty ? all : median(onFull)), year)
    }

    /// Weeks of any days, half days, holidays, thin and short series.
    private static func random(_ seed: UInt64) -> [Int: Int] {
        var random = SeededGenerator(seed: seed)
        let weekdays = Set((0..<7).filter { _ in Int.random(in: 0..<10, using: &random) < 7 })
        let kept = [100, 97, 85, 75, 50, 30, 10].randomElement(using: &random) ?? 100
        let usual = [1, 1, 2, 7, 24].randomElement(using: &random) ?? 1
        let count = [1, 2, 3, 6, 9, 20, 45, 120, 400].randomElement(using: &random) ?? 9
        let offset = Int.random(in: 0..<7, using: &random)
        var days: [Int: Int] = [:]
        for day in offset..<(offset + count) {
            let isDay = weekdays.contains(day % 7)
            guard Int.random(in: 0..<100, using: &random) < (isDay ? kept : 4) else { continue }
            let isHalf = Int.random(in: 0..<8, using: &random) == 0
            days[day] = isHalf ? Int.random(in: 1...usual, using: &random) : usual
        }
        return days.isEmpty ? [offset: usual] : days
    }

    @Test(arguments: 0..<2_000 as Range<UInt64>)
    func randomCalendars(_ seed: UInt64) {
        let days = PeriodsPerYearTests.random(seed)
        let expected = PeriodsPerYearTests.naive(days)
        let found = PeriodsPerYearTests.periods(days)
        #expect(abs(found.bars - expected.bars) <= 1e-9 * expected.bars, "seed \(seed)")
        #expect(abs(found.days - expected.days) <= 1e-9 * expected.days, "seed \(seed)")
    }
}
