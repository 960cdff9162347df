import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Testing

/// Bars of different lengths on one timeline and on one tape (rules R11 to R13).
struct MixedTimeframeTests {
    private let files = BarFiles()

    /// 70 days from Monday, 1 January 2024: weekdays alone, or hours of every day.
    private func load(_ names: [String], _ change: (inout DataOptions) -> Void = { _ in }) throws -> Tape {
        let weekends = Set((0..<70).filter { $0 % 7 > 4 })
        let texts = [
            "days": BarFiles.grid(from: "2024-01-01", count: 70, step: 86_400, skipping: weekends),
            "hours": BarFiles.grid(from: "2024-01-01", count: 70 * 24, step: 3_600),
        ]
        var options = DataOptions()
        options.bars = names.enumerated().map { index, name in
            BarSource(
                symbol: "S\(index)",
                path: files.folder.write(texts[name] ?? "", to: "\(name).csv")
            )
        }
        change(&options)
        return try TapeLoader.load(options, jobs: 1).tape
    }

    @Test(arguments: ["days", "hours"], ["UTC", "America/New_York"])
    func aFileBesideChangesNoTimelineOfAnother(_ name: String, _ zoneName: String) throws {
        guard zoneName == "UTC" || TimeZoneTests.hasDatabase else { return }
        let zone = try #require(TimeZoneRules(named: zoneName))
        let alone = try load([name]) { $0.timeZone = zone }
        let other = name == "days" ? "hours" : "days"
        let beside = try load([name, other, name]) { $0.timeZone = zone }
        for symbols in [[0], [0, 2]] {
            let expected = Timeline(tape: alone, symbols: [0])
            let timeline = Timeline(tape: beside, symbols: symbols)
            #expect(timeline.times.array == expected.times.array)
            #expect(timeline.days.array == expected.days.array)
            #expect(PeriodsPerYear(timeline: timeline) == PeriodsPerYear(timeline: expected))
            #expect(timeline.lanes.allSatisfy { $0.locals == nil })
        }
        let periods = PeriodsPerYear(timeline: Timeline(tape: alone, symbols: [0])).bars
        if zoneName == "UTC" { #expect(periods == (name == "days" ? 252 : 365 * 24)) }
    }

    @Test func aBarThatJoinsAtMidnightBelongsToTheDayThatEnds() throws {
        let tape = try load(["days", "hours"])
        let timeline = Timeline(tape: tape, symbols: [0, 1])
        let day = Timestamp.nanosecondsPerDay
        let hour = day / 24
        #expect(timeline.times.array == tape.series[1].timestamps.array.map { $0 + hour })
        #expect(timeline.days.array == tape.series[1].timestamps.array.map { Int32($0 / day) })
        #expect(PeriodsPerYear(timeline: timeline).bars == 365 * 24)
        // A daily bar stands on the timeline when it has ended, not before.
        for local in 0..<tape.series[0].count {
            let position = timeline.lanes[0].position(ofLocal: local)
            #expect(timeline.times[position] == tape.series[0].timestamps[local] + day)
            #expect(timeline.days[position] == Int32(tape.series[0].timestamps[local] / day))
        }
    }

    @Test func seriesMeetByTheirEndsOnlyWhereTheirTimeframesDiffer() throws {
        let all = try load(["days", "hours", "days"]).series
        #expect(all[0].times(beside: all[2]) === all[0].timestamps)
        #expect(all[0].times(beside: all[1]) === all[0].known)
        #expect(all[1].times(beside: all[0]) === all[1].known)
        #expect(all[0].known[0] == all[0].timestamps[0] + Timestamp.nanosecondsPerDay)
        #expect(all.map(\.length) == [.days(1), .elapsed(Timestamp.nanosecondsPerDay / 24), .days(1)])
    }

    @Test func stampsThatAreClosesAreNotMoved() throws {
        let tape = try load(["days", "hours"]) { $0.timestampMeaning = .close }
        let timeline = Timeline(tape: tape, symbols: [0, 1])
        let day = Timestamp.nanosecondsPerDay
        #expect(timeline.times.array == tape.series[1].timestamps.array)
        #expect(timeline.days.array == tape.series[1].timestamps.array.map { Int32($0 / day) })
    }
}
