import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Testing

/// Every form of stamp, and what is refused.
struct StampTests {
    private let files = BarFiles()

    @Test(
        arguments: [
            ("2024-01-31", "2024-01-31T00:00:00Z"), ("2024-01-31T09:30", "2024-01-31T09:30:00Z"),
            ("2024-01-31 09:30", "2024-01-31T09:30:00Z"), ("2024-01-31T09:30:15Z", "2024-01-31T09:30:15Z"),
            ("2024-01-31 09:30:15", "2024-01-31T09:30:15Z"), ("2024-01-31T09:30Z", "2024-01-31T09:30:00Z"),
            ("2024-01-31T09:30:15.5", "2024-01-31T09:30:15.500Z"),
            ("2024-01-31T09:30:15.123456789Z", "2024-01-31T09:30:15.123456789Z"),
            ("2024-01-31T09:30:15+02:00", "2024-01-31T07:30:15Z"),
            ("2024-01-31T09:30:15+0200", "2024-01-31T07:30:15Z"),
            ("2024-01-31 09:30:15.25-05", "2024-01-31T14:30:15.250Z"),
            ("2024-01-31T00:30:00+05:30", "2024-01-30T19:00:00Z"), ("1706693415", "2024-01-31T09:30:15Z"),
            ("1706693415.25", "2024-01-31T09:30:15.250Z"), ("1706693415250", "2024-01-31T09:30:15.250Z"),
            ("1706693415250000", "2024-01-31T09:30:15.250Z"),
            ("1706693415250000001", "2024-01-31T09:30:15.250000001Z"),
            ("  2024-01-31 ", "2024-01-31T00:00:00Z"), ("\"2024-01-31\"", "2024-01-31T00:00:00Z"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ]
    )
    func reads(_ text: String, _ expected: String) throws {
        #expect(files.stamps(try files.load(stamps: [text])) == [expected])
    }

    @Test(
        arguments: [
            "03/01/2024", "2024-1-3", "20240131", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10",
            "2024-01-00",
            "2024-01-31T24:00", "2024-01-31T09:60", "2024-01-31T09:30:60", "2024-01-31T09:30:15.",
            "Jan 31 2024",
            "2024-01-31T09:30:15.1234567890", "2024-01-31T", "2024-01-31T9:30", "2024-01-31X09:30", "1e9",
            "nan",
            "2024-01-31T09:30:15+2", "2024-01-31T09:30:15+25:00", "2024-01-31T09:30:15Zulu", "1500-01-01", "",
            "2300-01-01", "99999999999999999999", "9223372036854775807", "1706693415.0000000001",
            "2024-01-31-", "-",
            "2024-01-31T09:30 Z", "２０２４-01-31", "-86400", "0", "1", "44564", "44564.5", "315532799",
            "4133980800",
            "202401311", "2024013109", "202401310930", "20240131093015", "4133980800000",
        ]
    )
    func refuses(_ text: String) throws {
        let problems = files.problems { () throws(MarketDataError) in try files.load(stamps: ["\"\(text)\""])
        }
        #expect(problems.map(\.kind) == [.badTimestamp])
        #expect(problems.first?.line == 2)
        #expect(problems.first?.column == "timestamp")
        #expect(problems.first?.message.contains(text) == true)
    }

    @Test
    func oneUnitOfEpochAFile() {
        let problems = files.problems { () throws(MarketDataError) in
            try files.load(stamps: ["1706693415", "1706693416", "1706693417000", "1706693418"])
        }
        #expect(problems.map(\.line) == [4])
        #expect(problems.first?.kind == .badTimestamp)
        #expect(problems.first?.message.contains("seconds") == true)
        let mixed = files.problems { () throws(MarketDataError) in
            try files.load(stamps: ["2024-01-01", "1706693416"])
        }
        #expect(mixed.map(\.line) == [3])
    }

    @Test
    func unsortedAndDuplicateStampsNameOneRowEach() {
        let problems = files.problems { () throws(MarketDataError) in
            try files.load(stamps: [
                "2024-01-01", "2024-01-03", "2024-01-02", "2024-01-04", "2024-01-04", "2024-01-05",
            ])
        }
        #expect(problems.map(\.line) == [4, 6])
        #expect(problems.map(\.kind) == [.unsortedTimestamp, .duplicateTimestamp])
    }

    private func load(zone: String, _ stamps: [String]) throws -> LoadedTape {
        let rules = try #require(TimeZoneRules(named: zone))
        return try files.load(stamps: stamps) { $0.timeZone = rules }
    }

    @Test(.enabled(if: TimeZoneTests.hasDatabase, "needs tzdata"))
    func naiveStampsAreLocal() throws {
        let loaded = try load(
            zone: "America/New_York",
            ["2024-01-02 09:30:00", "2024-01-02 09:31:00", "2024-07-02 09:30:00", "2024-07-03T09:30:00"]
        )
        #expect(
            files.stamps(loaded) == [
                "2024-01-02T14:30:00Z", "2024-01-02T14:31:00Z", "2024-07-02T13:30:00Z",
                "2024-07-03T13:30:00Z",
            ]
        )
    }

    @Test(.enabled(if: TimeZoneTests.hasDatabase, "needs tzdata"))
    func aNaiveTimeInAGapIsRefused() {
        let error = #expect(throws: MarketDataError.self) {
            try load(
                zone: "America/New_York",
                ["2024-03-10 01:59:59", "2024-03-10 02:00:00", "2024-03-10 03:00:00"]
            )
        }
        #expect(error?.problems.map(\.line) == [3])
        #expect(error?.problems.first?.kind == .badTimestamp)
        #expect(error?.problems.first?.message.contains("America/New_York") == true)
    }

    /// The first occurrence while the order allows, else the second.
    @Test(.enabled(if: TimeZoneTests.hasDatabase, "needs tzdata"))
    func anOverlapIsReadInOrder() throws {
        let loaded = try load(
            zone: "America/New_York",
            [
                "2024-11-03 00:30:00", "2024-11-03 01:00:00", "2024-11-03 01:30:00", "2024-11-03 01:00:00",
                "2024-11-03 01:30:00", "2024-11-03 02:00:00",
            ]
        )
        #expect(
            files.stamps(loaded) == [
                "2024-11-03T04:30:00Z", "2024-11-03T05:00:00Z", "2024-11-03T05:30:00Z",
                "2024-11-03T06:00:00Z",
                "2024-11-03T06:30:00Z", "2024-11-03T07:00:00Z",
            ]
        )
    }

    /// The short way through a day's rows agrees with the long way on every minute of a year with two clock changes.
    @Test(
        .enabled(if: TimeZoneTests.hasDatabase, "needs tzdata"),
        arguments: ["Europe/London", "Australia/Lord_Howe", "UTC"]
    )
    func everyHalfHourOfAYear(_ name: String) throws {
        let zone = try #require(TimeZoneRules(named: name))
        var texts: [String] = []
        var expected: [Int64] = []
        for step in 0..<17_568 {
            let instant = Timestamp(seconds: 1_704_067_200 + Int64(step) * 1_800)
            let local = Timestamp(seconds: instant.secondsFloor + Int64(zone.offsetSeconds(at: instant)))
            texts.append(String(local.iso8601.dropLast()))
            expected.append(instant.nanoseconds)
        }
        let loaded = try files.load(stamps: texts) { $0.timeZone = zone }
        #expect(loaded.tape.series[0].timestamps.array == expected)
    }
}
