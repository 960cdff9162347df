import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Foundation
import Testing

/// Bars of days, weeks, months, quarters and years end by the calendar of their zone (rule R12), against Foundation's calendar.
struct BarEndTests {
    private static let zones = [
        "America/New_York", "Europe/London", "Australia/Sydney", "Asia/Kolkata", "UTC",
    ]
    private static let lengths: [(length: BarLength, step: Calendar.Component, count: Int)] = [
        (.days(1), .day, 1), (.days(7), .day, 7), (.months(1), .month, 1), (.months(3), .month, 3),
        (.months(12), .year, 1),
    ]
    private let files = BarFiles()

    private static func calendar(_ zone: String) throws -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: zone))
        return calendar
    }

    /// Local openings from July 2023 to the middle of 2025, hour and minute of each day given.
    private static func openings(
        _ calendar: Calendar,
        _ step: Calendar.Component,
        _ count: Int,
        hour: Int = 0
    ) throws -> [Date] {
        var parts = DateComponents(year: 2_023, month: 7, day: 1, hour: hour)
        // Weeks begin on a Monday.
        if step == .day, count == 7 { parts.day = 3 }
        if step == .year { (parts.year, parts.month) = (2_015, 1) }
        let first = try #require(calendar.date(from: parts))
        let last = try #require(calendar.date(from: DateComponents(year: 2_025, month: 6, day: 1)))
        var dates: [Date] = []
        while let date = calendar.date(byAdding: step, value: count * dates.count, to: first), date < last {
            dates.append(date)
        }
        return dates
    }

    /// A date as days since 1970-01-01.
    static func day(_ text: String) -> Int? {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        return CivilDate(year: parts[0], month: parts[1], day: parts[2]).daysSinceEpoch
    }

    private static func nanoseconds(_ date: Date) -> Int64 {
        Int64(date.timeIntervalSince1970.rounded()) * Timestamp.nanosecondsPerSecond
    }

    /// A stamp as download libraries write it: local time, with or without the offset that holds then.
    private static func stamp(_ date: Date, _ calendar: Calendar, offset: Bool) -> String {
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        func two(_ value: Int?) -> String { ((value ?? 0) < 10 ? "0" : "") + "\(value ?? 0)" }
        let text =
            "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day)) \(two(parts.hour)):\(two(parts.minute)):00"
        guard offset else { return text }
        let seconds = calendar.timeZone.secondsFromGMT(for: date)
        return text + (seconds < 0 ? "-" : "+") + two(abs(seconds) / 3_600) + ":"
            + two(abs(seconds) / 60 % 60)
    }

    /// Loads the stamps beside a file of hours.
    private func load(
        _ stamps: [String],
        _ length: BarLength = .unknown,
        zone: TimeZoneRules?
    ) throws(MarketDataError) -> LoadedTape {
        let hours = BarFiles.grid(from: "2023-06-30", count: 48, step: 3_600)
        var options = DataOptions()
        options.writtenTimeZone = zone
        options.bars = [
            BarSource(
                symbol: "L",
                path: files.folder.write(
                    BarFiles.header + stamps.map { "\($0),10,12,9,11,100\n" }.joined(),
                    to: "l.csv"
                ),
                timeframe: length
            ),
            BarSource(
                symbol: "H",
                path: files.folder.write(hours, to: "h.csv"),
                timeframe: 3_600_000_000_000
            ),
        ]
        return try TapeLoader.load(options, jobs: 1)
    }

    @Test(arguments: zones, [0, 1, 2, 3, 4])
    func endsAreLocal(zone name: String, kind: Int) throws {
        guard TimeZoneTests.hasDatabase else { return }
        let zone = try #require(TimeZoneRules(named: name))
        let calendar = try BarEndTests.calendar(name)
        let (length, step, count) = BarEndTests.lengths[kind]
        for hour in [0, 17] {
            let dates = try BarEndTests.openings(calendar, step, count, hour: hour)
            let ends = try dates.map { date in
                BarEndTests.nanoseconds(try #require(calendar.date(byAdding: step, value: count, to: date)))
            }
            let naive = dates.map { BarEndTests.stamp($0, calendar, offset: false) }
            let written = dates.map { BarEndTests.stamp($0, calendar, offset: true) }
            for (stamps, given) in [(naive, zone as TimeZoneRules?), (written, zone), (written, nil)] {
                // Told by the config, and by the stamps themselves.
                for told in [length, .unknown] {
                    let series = try load(stamps, told, zone: given).tape.series[0]
                    #expect(series.length == length, "\(name) \(length)")
                    #expect(series.timestamps.array == dates.map(BarEndTests.nanoseconds))
                    let known = series.known.array
                    // The offset after the last stamp of a file without a zone is nobody's knowledge.
                    let compared = given == nil ? ends.count - 1 : ends.count
                    #expect(
                        Array(known.prefix(compared)) == Array(ends.prefix(compared)),
                        "\(name) \(length) at \(hour)"
                    )
                }
            }
        }
    }

    /// On the days before a weekend in which clocks change the offset of the stamp itself holds.
    @Test func fridaysBeforeAClockChange() throws {
        guard TimeZoneTests.hasDatabase else { return }
        let calendar = try BarEndTests.calendar("America/New_York")
        let dates = try BarEndTests.openings(calendar, .day, 1).filter { !calendar.isDateInWeekend($0) }
        let stamps = dates.map { BarEndTests.stamp($0, calendar, offset: true) }
        let known = try load(stamps, zone: nil).tape.series[0].known.array
        let ends = dates.map {
            BarEndTests.nanoseconds(calendar.date(byAdding: .day, value: 1, to: $0) ?? $0)
        }
        #expect(known.dropLast() == ends.dropLast())
    }

    @Test func monthsThatBeginOnTheFirstTradingDay() throws {
        let stamps = [
            "2024-01-02", "2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01", "2024-06-03", "2024-07-01",
        ]
        let series = try load(stamps, zone: nil).tape.series[0]
        #expect(series.length == .months(1))
        #expect(Timestamp(nanoseconds: series.known[0]).iso8601 == "2024-02-02T00:00:00Z")
        #expect(Timestamp(nanoseconds: series.known[1]).iso8601 == "2024-03-01T00:00:00Z")
    }

    @Test func distancesThatOnlyLookLikeMonthsAreDays() throws {
        let dates = (0..<20).map { CivilDate(daysSinceEpoch: 19_723 + 30 * $0).iso8601 }
        #expect(try load(dates, zone: nil).tape.series[0].length == .days(30))
        let weeks = (0..<20).map { CivilDate(daysSinceEpoch: 19_723 + 7 * $0).iso8601 }
        #expect(try load(weeks, zone: nil).tape.series[0].length == .days(7))
    }

    @Test func theThirtyFirstOfAShorterMonthIsItsLastDay() throws {
        let series = try load(["2024-01-31"], .months(1), zone: nil).tape.series[0]
        #expect(Timestamp(nanoseconds: series.known[0]).iso8601 == "2024-02-29T00:00:00Z")
    }

    /// Months stamped on their last day, and on the 29th, end where the next begins.
    @Test(arguments: [
        ["2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"],
        ["2023-12-29", "2024-01-29", "2024-02-29", "2024-03-29", "2024-04-29", "2024-05-29"],
        ["2023-12-30", "2024-01-30", "2024-02-29", "2024-03-30", "2024-04-30", "2024-05-30"],
    ])
    func monthsFollowOneAnother(stamps: [String]) throws {
        let known = try load(stamps, zone: nil).tape.series[0].known.array
        #expect(
            known.dropLast().map { Timestamp(nanoseconds: $0).iso8601.prefix(10) }
                == stamps.dropFirst().map { $0[...] }
        )
    }

    @Test func aFileWhoseBarsTellNoLengthIsRefusedBesideOthers() throws {
        let odd = ["2024-01-01", "2024-01-02", "2024-01-04", "2024-01-08", "2024-01-16"]
        let problems = files.problems { () throws(MarketDataError) in try load(odd, zone: nil) }
        #expect(problems.map(\.kind) == [.timeframeMismatch])
        #expect(problems.first?.remedy.contains("timeframe") == true)
        #expect(try load(odd, .days(1), zone: nil).tape.series[0].length == .days(1))
    }
}
