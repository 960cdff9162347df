import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Foundation
import Testing

/// Zones against a table that Python's zoneinfo wrote (Fixtures/zones): offsets, local times, transitions to the second.
struct TimeZoneTests {
    static let hasDatabase = TimeZoneRules(named: "Europe/London") != nil

    private func table(_ name: String) -> [[Substring]] {
        Fixtures.text(ofFile: Fixtures.path("zones/" + name)).split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    }

    @Test(.enabled(if: hasDatabase, "needs /usr/share/zoneinfo: apt-get install tzdata"))
    func offsetsAgreeWithPython() throws {
        var zones: [Substring: TimeZoneRules] = [:]
        let rows = table("offsets.csv")
        #expect(rows.count > 700)
        for row in rows {
            let zone = try zones[row[0]] ?? #require(TimeZoneRules(named: String(row[0])))
            zones[row[0]] = zone
            let seconds = try #require(Int64(row[1]))
            let offset = try #require(Int(row[2]))
            #expect(zone.offsetSeconds(at: Timestamp(seconds: seconds)) == offset, "\(row)")
            let day = floorDivide(seconds + Int64(offset), 86_400)
            #expect(zone.localDay(of: Timestamp(seconds: seconds)) == Int(day), "\(row)")
        }
    }

    @Test(.enabled(if: hasDatabase, "needs /usr/share/zoneinfo: apt-get install tzdata"))
    func localTimesAgreeWithPython() throws {
        var zones: [Substring: TimeZoneRules] = [:]
        var sizes: Set<Int> = []
        for row in table("locals.csv") {
            let zone = try zones[row[0]] ?? #require(TimeZoneRules(named: String(row[0])))
            zones[row[0]] = zone
            let local = try #require(Int64(row[1]))
            let expected = row[2].split(separator: " ").compactMap { Int64($0) }
            let found = zone.instants(ofLocal: Timestamp(seconds: local)).map(\.secondsFloor)
            #expect(found == expected, "\(row)")
            sizes.insert(found.count)
        }
        #expect(sizes == [0, 1, 2], "the table has gaps, plain times and overlaps")
    }

    @Test
    func coordinatedTimeNeedsNoFiles() {
        for name in ["UTC", "Etc/UTC"] {
            let zone = TimeZoneRules(named: name)
            #expect(zone?.offsetSeconds(at: Timestamp(seconds: 1_700_000_000)) == 0)
            #expect(zone?.name == name)
        }
    }

    @Test(
        arguments: [
            "", "/etc/passwd", "../../../etc/passwd", "Europe/../Europe/London", "./UTC", "Mars/Olympus",
            "Europe",
            "Europe/", "posixrules/../UTC", "tzdata.zi", "Europe/London\u{0}",
        ]
    )
    func otherNamesAreRefused(_ name: String) { #expect(TimeZoneRules(named: name) == nil) }

    /// Clocks in Sao Paulo skipped midnight of 4 November 2018; Samoa skipped 30 December 2011 whole.
    @Test(.enabled(if: hasDatabase, "needs /usr/share/zoneinfo: apt-get install tzdata"))
    func daysThatDoNotBeginAtMidnight() throws {
        let saoPaulo = try #require(TimeZoneRules(named: "America/Sao_Paulo"))
        let day = CivilDate(year: 2_018, month: 11, day: 4).daysSinceEpoch
        #expect(saoPaulo.startOfDay(day).iso8601 == "2018-11-04T03:00:00Z")
        let apia = try #require(TimeZoneRules(named: "Pacific/Apia"))
        let skipped = CivilDate(year: 2_011, month: 12, day: 30).daysSinceEpoch
        #expect(apia.startOfDay(skipped).iso8601 == "2011-12-30T10:00:00Z")
        #expect(apia.startOfDay(skipped + 1).iso8601 == "2011-12-30T10:00:00Z")
        let newYork = try #require(TimeZoneRules(named: "America/New_York"))
        #expect(newYork.startOfDay(19_800).iso8601 == "2024-03-18T04:00:00Z")
    }

    @Test
    func daysBeyondAllTimeGiveItsEnds() {
        let zone = TimeZoneRules.utc
        #expect(
            zone.startOfDay(CivilDate(year: 9_999, month: 12, day: 31).daysSinceEpoch).nanoseconds
                == Int64.max
        )
        #expect(zone.startOfDay(CivilDate(year: 1, month: 1, day: 1).daysSinceEpoch).nanoseconds == Int64.min)
        let last = CivilDate(year: 2_262, month: 1, day: 1)
        #expect(zone.startOfDay(last.daysSinceEpoch).iso8601 == "2262-01-01T00:00:00Z")
        let first = CivilDate(year: 1_678, month: 1, day: 1)
        #expect(zone.startOfDay(first.daysSinceEpoch).iso8601 == "1678-01-01T00:00:00Z")
        #expect(zone.instants(ofLocal: Timestamp(nanoseconds: Int64.max)).count <= 1)
    }
}
