import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Foundation
import Testing

/// Bars aggregated to weeks, months, quarters and years, against Foundation's calendar.
struct CalendarResampleTests {
    private static let lengths: [BarLength] = [.days(7), .months(1), .months(3), .months(12)]
    private let files = BarFiles()

    /// The first day of the week, month, quarter or year of a time.
    private static func bucket(_ time: Date, _ length: BarLength, _ calendar: Calendar) -> Date? {
        var parts = calendar.dateComponents([.year, .month, .day, .weekday], from: time)
        switch length {
        case .days:
            // Sunday is 1; weeks begin on Monday.
            let back = ((parts.weekday ?? 1) + 5) % 7
            return calendar.date(byAdding: .day, value: -back, to: calendar.startOfDay(for: time))
        case .months(let count):
            parts.month = ((parts.month ?? 1) - 1) / count * count + 1
            return calendar.date(from: DateComponents(year: parts.year, month: parts.month, day: 1))
        default: return nil
        }
    }

    @Test(
        arguments: ["America/New_York", "Australia/Sydney"],
        [0, 1, 2, 3]
    )
    func barsOfTheCalendar(zone name: String, kind: Int) throws {
        guard TimeZoneTests.hasDatabase else { return }
        let length = CalendarResampleTests.lengths[kind]
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: name))
        // Two and a half years of six-hour bars.
        let count = 3_650
        let first = 19_500 * 86_400
        let times = (0..<count).map { Date(timeIntervalSince1970: Double(first + $0 * 21_600)) }
        var expected: [(start: Int64, rows: [Int])] = []
        for (row, time) in times.enumerated() {
            let bucket = try #require(CalendarResampleTests.bucket(time, length, calendar))
            let start = Int64(bucket.timeIntervalSince1970) * Timestamp.nanosecondsPerSecond
            if expected.last?.start != start { expected.append((start, [])) }
            expected[expected.count - 1].rows.append(row)
        }
        // The last one is not complete.
        expected.removeLast()
        let plain =
            BarFiles.header
            + times.indices.map { row in
                "\(first + row * 21_600),\(row + 1),\(row + 3),\(Double(row) + 0.5),\(row + 2),\(row)\n"
            }.joined()
        let offsets =
            BarFiles.header
            + times.indices.map { row in
                let seconds = calendar.timeZone.secondsFromGMT(for: times[row])
                let local = Timestamp(seconds: Int64(first + row * 21_600 + seconds)).iso8601.dropLast()
                func two(_ value: Int) -> String { (value < 10 ? "0" : "") + "\(value)" }
                let sign = seconds < 0 ? "-" : "+"
                let offset = sign + two(abs(seconds) / 3_600) + ":" + two(abs(seconds) / 60 % 60)
                return "\(local)\(offset),\(row + 1),\(row + 3),\(Double(row) + 0.5),\(row + 2),\(row)\n"
            }.joined()
        for (text, zone) in [(plain, TimeZoneRules(named: name)), (offsets, nil)] {
            let loaded = try files.load(text) {
                $0.writtenTimeZone = zone
                $0.bars[0].resample = length
            }
            let series = loaded.tape.series[0]
            #expect(series.length == length)
            // Before a file's first stamp nobody knows another offset than its own.
            let skipped = zone == nil ? 1 : 0
            let starts = expected.map(\.start).dropFirst(skipped)
            #expect(series.timestamps.array.dropFirst(skipped) == starts, "\(name) \(length)")
            #expect(series.open.array == expected.map { Double($0.rows[0] + 1) })
            #expect(series.close.array == expected.map { Double(($0.rows.last ?? 0) + 2) })
            #expect(series.volume.array == expected.map { Double($0.rows.reduce(0, +)) })
        }
    }

    /// Sessions end before midnight, and months on weekends: what is complete is told by the weekdays that are left.
    @Test(arguments: [
        ("2024-03-28", 2), ("2024-03-29", 3), ("2024-04-01", 3), ("2024-04-29", 3), ("2024-04-30", 4),
    ])
    func theLastMonthIsKeptWhereNoTradingDayIsLeft(last: String, months: Int) throws {
        let end = try #require(BarEndTests.day(last))
        let first = try #require(BarEndTests.day("2024-01-01"))
        var rows = ""
        for day in first...end where CivilDate.weekday(daysSinceEpoch: day) < 5 {
            for hour in ["09", "12", "15"] {
                rows += "\(CivilDate(daysSinceEpoch: day).iso8601)T\(hour):00:00Z,10,12,9,11,100\n"
            }
        }
        let loaded = try files.load(BarFiles.header + rows) { $0.bars[0].resample = .months(1) }
        #expect(loaded.tape.series[0].count == months)
    }

    @Test func monthsAreNotMadeOfWeeks() {
        let weeks = BarFiles.grid(from: "2024-01-01", count: 30, step: 7 * 86_400)
        let problems = files.problems { () throws(MarketDataError) in
            try files.load(weeks) { $0.bars[0].resample = .months(1) }
        }
        #expect(problems.map(\.kind) == [.badResample])
    }
}
