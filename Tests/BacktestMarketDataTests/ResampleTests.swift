import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Testing

/// Larger timeframes, and bars of different lengths on one timeline (rule R12).
struct ResampleTests {
    private static let minute: Int64 = 60_000_000_000
    private static let hour: Int64 = 60 * minute
    private static let day: Int64 = 24 * hour
    private let files = BarFiles()

    private func resample(
        _ text: String,
        to length: Int64,
        _ change: (inout DataOptions) -> Void = { _ in }
    ) throws(MarketDataError) -> LoadedTape {
        try files.load(text) {
            $0.bars[0].resample = BarLength(nanoseconds: length)
            change(&$0)
        }
    }

    /// Bar i of the grid: open i + 1, high i + 3, low i + 0.5, close i + 2, volume i.
    @Test
    func aggregatesBars() throws {
        let loaded = try resample(
            BarFiles.grid(from: "2024-01-01", count: 10, step: 900),
            to: ResampleTests.hour
        )
        let series = loaded.tape.series[0]
        #expect(files.stamps(loaded) == ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"])
        #expect(series.open.array == [1, 5])
        #expect(series.high.array == [6, 10])
        #expect(series.low.array == [0.5, 4.5])
        #expect(series.close.array == [5, 9])
        #expect(series.volume.array == [6, 22])
        #expect(series.length == .elapsed(ResampleTests.hour))
        #expect(series.known.array == series.timestamps.array)
        #expect(loaded.files[0].rows == 10)
        #expect(loaded.files[0].bars == 2)
    }

    /// The third bucket ends at 03:00: complete with the bar of 02:45, not before.
    @Test(arguments: [(11, 2), (12, 3), (13, 3)])
    func thePartialLastBucketIsDropped(_ count: Int, _ buckets: Int) throws {
        let text = BarFiles.grid(from: "2024-01-01", count: count, step: 900)
        let loaded = try resample(text, to: ResampleTests.hour)
        #expect(loaded.tape.series[0].count == buckets)
        let leftOut = loaded.files[0].warnings.filter { $0.kind == .ignored }
        #expect(leftOut.map(\.line) == (count % 4 == 0 ? [] : [count / 4 * 4 + 2]))
    }

    @Test
    func aLaterBarProvesTheLastBucketComplete() throws {
        // Bars of 15 minutes without 02:45; the end cuts at 02:30, and the file goes on at 03:00.
        let text = BarFiles.grid(from: "2024-01-01", count: 13, step: 900, skipping: [11])
        let end = DateBound.instant(Timestamp(seconds: 1_704_067_200 + 9_000))
        #expect(try resample(text, to: ResampleTests.hour) { $0.end = end }.tape.series[0].count == 3)
    }

    @Test
    func bucketsBeforeTheStartAreWarmUp() throws {
        let text = BarFiles.grid(from: "2024-01-01", count: 48, step: 3_600)
        let start = DateBound.instant(Timestamp(seconds: 1_704_067_200 + 5 * 3_600))
        let loaded = try resample(text, to: 4 * ResampleTests.hour) {
            $0.start = start
            $0.warmup = 1
        }
        // The bucket of 04:00 holds bars before the start.
        #expect(files.stamps(loaded).prefix(2) == ["2024-01-01T04:00:00Z", "2024-01-01T08:00:00Z"])
        #expect(loaded.tape.series[0].firstTradable == 1)
    }

    @Test
    func closeStampsBelongToTheBucketThatTheyEnd() throws {
        // Bars that end at 00:15, 00:30, ...: the first hour is the first four.
        let text = BarFiles.grid(from: "2024-01-01", count: 9, step: 900, skipping: [0])
        let loaded = try resample(text, to: ResampleTests.hour) { $0.timestampMeaning = .close }
        #expect(files.stamps(loaded) == ["2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z"])
        #expect(loaded.tape.series[0].close.array == [6, 10])
    }

    /// A market open from 09:00 to 16:00: the last day is complete although midnight is far.
    @Test
    func theLastSessionOfADayIsKept() throws {
        let nights = Set((0..<(24 * 3)).filter { !(9..<16).contains($0 % 24) })
        let text = BarFiles.grid(from: "2024-01-02", count: 24 * 3, step: 3_600, skipping: nights)
        #expect(try resample(text, to: ResampleTests.day).tape.series[0].count == 3)
        let cut = BarFiles.grid(from: "2024-01-02", count: 24 * 2 + 14, step: 3_600, skipping: nights)
        #expect(try resample(cut, to: ResampleTests.day).tape.series[0].count == 2)
    }

    @Test
    func weeksBeginOnMonday() throws {
        let text = BarFiles.grid(from: "2024-01-01", count: 21, step: 86_400)
        let loaded = try resample(text, to: 7 * ResampleTests.day)
        #expect(
            files.stamps(loaded) == ["2024-01-01T00:00:00Z", "2024-01-08T00:00:00Z", "2024-01-15T00:00:00Z"]
        )
        #expect(loaded.tape.series[0].open.array == [1, 8, 15])
    }

    @Test(.enabled(if: TimeZoneTests.hasDatabase, "needs tzdata"))
    func bucketsFollowLocalMidnight() throws {
        let zone = try #require(TimeZoneRules(named: "America/New_York"))
        let text = BarFiles.grid(from: "2024-03-09", count: 72, step: 3_600)
        let days = try resample(text, to: ResampleTests.day) { $0.timeZone = zone }
        #expect(
            files.stamps(days) == ["2024-03-08T05:00:00Z", "2024-03-09T05:00:00Z", "2024-03-10T05:00:00Z"]
        )
        // 24 hours on the 9th, 23 on the 10th when clocks go forward.
        #expect(days.tape.series[0].volume.array[1] == (5..<29).reduce(0.0) { $0 + Double($1) })
        #expect(days.tape.series[0].volume.array[2] == (29..<52).reduce(0.0) { $0 + Double($1) })
        let eights = try resample(text, to: 8 * ResampleTests.hour) { $0.timeZone = zone }
        #expect(files.stamps(eights).contains("2024-03-10T05:00:00Z"))
        #expect(files.stamps(eights).contains("2024-03-11T04:00:00Z"))
    }

    @Test(arguments: [90 * minute, 30 * minute, 36 * hour, 61 * minute, 0, 3_660 * day])
    func lengthsThatDoNotFitAreRefused(_ length: Int64) {
        let text = BarFiles.grid(from: "2024-01-01", count: 48, step: 3_600)
        let problems = files.problems { () throws(MarketDataError) in try resample(text, to: length) }
        #expect(problems.map(\.kind) == [.badResample])
    }

    private func load(_ sources: [BarSource]) throws(MarketDataError) -> LoadedTape {
        var options = DataOptions()
        options.bars = sources
        return try TapeLoader.load(options, jobs: 2)
    }

    @Test
    func barsOfDifferentLengthsAreKnownWhenTheyEnd() throws {
        let hours = files.folder.write(BarFiles.grid(from: "2024-01-01", count: 72, step: 3_600), to: "h.csv")
        let days = files.folder.write(BarFiles.grid(from: "2024-01-01", count: 3, step: 86_400), to: "d.csv")
        let loaded = try load([
            BarSource(symbol: "H", path: hours, timeframe: .elapsed(ResampleTests.hour)),
            BarSource(symbol: "D", path: days),
            BarSource(symbol: "R", path: hours, timeframe: .elapsed(ResampleTests.hour), resample: .days(1)),
        ])
        let all = loaded.tape.series
        #expect(all[0].known.array == all[0].timestamps.array.map { $0 + ResampleTests.hour })
        #expect(all[1].known.array == all[1].timestamps.array.map { $0 + ResampleTests.day })
        #expect(all[2].known.array == all[1].known.array)
        #expect(loaded.files.map(\.timeframe) == [.elapsed(ResampleTests.hour), .days(1), .days(1)])
        let same = try load([BarSource(symbol: "H", path: hours), BarSource(symbol: "I", path: hours)])
        #expect(same.tape.series.allSatisfy { $0.known.array == $0.timestamps.array })
    }

    @Test
    func anIrregularFileAmongMixedOnesNeedsATimeframe() throws {
        let hours = files.folder.write(BarFiles.grid(from: "2024-01-01", count: 72, step: 3_600), to: "h.csv")
        let rows = ["2024-01-01", "2024-01-02", "2024-01-04", "2024-01-08", "2024-01-16"]
        let odd = files.folder.write(
            BarFiles.header + rows.map { "\($0),10,12,9,11,1\n" }.joined(),
            to: "o.csv"
        )
        let problems = files.problems { () throws(MarketDataError) in
            try load([
                BarSource(symbol: "H", path: hours),
                BarSource(symbol: "D", path: hours, resample: .days(1)),
                BarSource(symbol: "O", path: odd),
            ])
        }
        #expect(problems.map(\.kind) == [.timeframeMismatch])
        #expect(problems.first?.file == odd)
    }

    @Test
    func aTimeframeThatTheBarsDoNotKeepIsReported() throws {
        let text = BarFiles.grid(from: "2024-01-01", count: 20, step: 60)
        let loaded = try files.load(text) { $0.bars[0].timeframe = .elapsed(5 * ResampleTests.minute) }
        #expect(loaded.files[0].warnings.map(\.kind) == [.timeframeMismatch])
        #expect(loaded.files[0].warnings.first?.message.contains("5m") == true)
    }
}
