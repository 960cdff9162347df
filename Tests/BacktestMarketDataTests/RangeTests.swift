import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Testing

/// `start`, `end` and `warmup` (rule R10).
struct RangeTests {
    private let files = BarFiles()
    private let week = BarFiles.grid(from: "2024-03-08", count: 7 * 24, step: 3_600)

    private func day(_ month: Int, _ day: Int) -> DateBound {
        .day(CivilDate(year: 2_024, month: month, day: day))
    }

    @Test
    func daysAreTakenWhole() throws {
        let loaded = try files.load(week) {
            $0.start = day(3, 9)
            $0.end = day(3, 10)
        }
        let stamps = files.stamps(loaded)
        #expect(stamps.first == "2024-03-09T00:00:00Z")
        #expect(stamps.last == "2024-03-10T23:00:00Z")
        #expect(loaded.files[0].bars == 48)
        #expect(loaded.files[0].rows == 168)
    }

    @Test(.enabled(if: TimeZoneTests.hasDatabase, "needs tzdata"))
    func daysAreLocal() throws {
        let zone = try #require(TimeZoneRules(named: "America/New_York"))
        let loaded = try files.load(week) {
            $0.start = day(3, 9)
            $0.end = day(3, 10)
            $0.timeZone = zone
        }
        // Clocks go forward on 10 March: that day has 23 hours.
        #expect(files.stamps(loaded).first == "2024-03-09T05:00:00Z")
        #expect(files.stamps(loaded).last == "2024-03-11T03:00:00Z")
        #expect(loaded.tape.series[0].count == 47)
    }

    @Test
    func instantsAreInclusive() throws {
        let loaded = try files.load(week) {
            $0.start = .instant(Timestamp(seconds: 1_709_856_000 + 3_600))
            $0.end = .instant(Timestamp(seconds: 1_709_856_000 + 7_200))
        }
        #expect(files.stamps(loaded) == ["2024-03-08T01:00:00Z", "2024-03-08T02:00:00Z"])
    }

    @Test
    func warmUpComesBeforeTheStart() throws {
        let loaded = try files.load(week) {
            $0.start = day(3, 9)
            $0.warmup = 5
        }
        let series = loaded.tape.series[0]
        #expect(series.firstTradable == 5)
        #expect(files.stamps(loaded).first == "2024-03-08T19:00:00Z")
        #expect(series.precedingTimestamp == Timestamp(seconds: 1_709_856_000 + 18 * 3_600).nanoseconds)
        #expect(loaded.files[0].warnings.isEmpty)
    }

    @Test
    func tooLittleWarmUpIsReported() throws {
        let loaded = try files.load(week) {
            $0.start = day(3, 9)
            $0.warmup = 25
        }
        #expect(loaded.tape.series[0].firstTradable == 24)
        #expect(loaded.tape.series[0].precedingTimestamp == nil)
        #expect(loaded.files[0].warnings.map(\.kind) == [.shortWarmup])
    }

    @Test
    func anEmptyRangeIsAnError() {
        let problems = files.problems { () throws(MarketDataError) in
            try files.load(week) { $0.start = .day(CivilDate(year: 2_025, month: 1, day: 1)) }
        }
        #expect(problems.map(\.kind) == [.emptyRange])
        #expect(problems.first?.remedy.contains("2024-03-14T23:00:00Z") == true)
    }

    @Test
    func boundsBeyondAllTimeAreNoBounds() throws {
        let loaded = try files.load(week) {
            $0.start = .day(CivilDate(year: 1, month: 1, day: 1))
            $0.end = .day(CivilDate(year: 9_999, month: 12, day: 31))
        }
        #expect(loaded.tape.series[0].count == 168)
    }
}
