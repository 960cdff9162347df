import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Testing

/// The union of symbols' bars (rule R11).
struct TimelineTests {
    private static let second = Timestamp.nanosecondsPerSecond

    /// A series with bars at some seconds; closes are those seconds.
    private func series(_ symbol: String, _ seconds: [Int64], warmup: Int = 0) -> Series {
        let stamps = Column(seconds.map { $0 * TimelineTests.second })
        let closes = Column(seconds.map(Double.init))
        return Series(
            symbol: symbol,
            calendar: BarCalendar(length: .unknown),
            timestamps: stamps,
            known: stamps,
            open: closes,
            high: closes,
            low: closes,
            close: closes,
            volume: closes,
            firstTradable: warmup
        )
    }

    private func tape(_ series: [Series]) -> Tape { Tape(series: series, timeZone: .utc) }

    @Test
    func oneSymbolSharesItsColumns() {
        let only = series("A", [1, 2, 3, 100_000])
        let timeline = Timeline(tape: tape([only]), symbols: [0])
        #expect(timeline.times === only.known)
        #expect(timeline.lanes[0].marksColumn === only.close)
        #expect(timeline.lanes[0].positions == nil && timeline.lanes[0].locals == nil)
        #expect(timeline.days.array == [0, 0, 0, 1])
        #expect(timeline.count == 4)
    }

    @Test
    func warmUpIsNotOnTheTimeline() {
        let only = series("A", [1, 2, 3, 4, 5], warmup: 2)
        let timeline = Timeline(tape: tape([only]), symbols: [0])
        let lane = timeline.lanes[0]
        #expect(timeline.times.array == [3, 4, 5].map { $0 * TimelineTests.second })
        #expect((0..<3).map { lane.marks[$0] } == [3, 4, 5])
        #expect(lane.local(at: 0) == 2)
        #expect(lane.position(ofLocal: 4) == 2)
    }

    @Test
    func symbolsInTheOrderAskedFor() {
        let all = tape([series("A", [1, 3, 5]), series("B", [9]), series("C", [2, 3, 6])])
        let timeline = Timeline(tape: all, symbols: [2, 0])
        #expect(timeline.times.array == [1, 2, 3, 5, 6].map { $0 * TimelineTests.second })
        let c = timeline.lanes[0]
        let a = timeline.lanes[1]
        #expect(c.series.symbol == "C" && c.tapeIndex == 2 && a.tapeIndex == 0)
        #expect((0..<5).map { c.local(at: $0) } == [nil, 0, 1, nil, 2])
        #expect((0..<5).map { a.local(at: $0) } == [0, nil, 1, 2, nil])
        #expect((0..<5).map { c.marks[$0] } == [0, 2, 3, 3, 6])
        #expect((0..<5).map { a.marks[$0] } == [1, 1, 3, 5, 5])
        #expect((0..<3).map { c.position(ofLocal: $0) } == [1, 2, 4])
    }

    @Test
    func equalTimesAreShared() {
        let all = tape([series("A", [1, 3, 5]), series("B", [0, 1, 3, 5], warmup: 1)])
        let timeline = Timeline(tape: all, symbols: [0, 1])
        #expect(timeline.times.array == [1, 3, 5].map { $0 * TimelineTests.second })
        #expect(timeline.lanes.allSatisfy { $0.positions == nil && $0.locals == nil })
        #expect((0..<3).map { timeline.lanes[1].marks[$0] } == [1, 3, 5])
    }

    /// Every lane against a plain search, over random sets of bars.
    @Test(arguments: 0..<60 as Range<UInt64>)
    func randomUnions(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 2...4, using: &random)
        let all = (0..<count).map { index in
            let seconds = (0..<40).filter { _ in Int.random(in: 0..<3, using: &random) == 0 }.map(Int64.init)
            let kept = seconds.isEmpty ? [7] : seconds
            return series("S\(index)", kept, warmup: Int.random(in: 0..<min(3, kept.count), using: &random))
        }
        let timeline = Timeline(tape: tape(all), symbols: Array(all.indices))
        let tradable = all.map { $0.timestamps.array.dropFirst($0.firstTradable) }
        let union = Set(tradable.flatMap { $0 }).sorted()
        #expect(timeline.times.array == union, "seed \(seed)")
        for (lane, series) in zip(timeline.lanes, all) {
            let stamps = series.timestamps.array
            for (position, time) in union.enumerated() {
                let exact = stamps.firstIndex(of: time).flatMap { $0 >= series.firstTradable ? $0 : nil }
                #expect(lane.local(at: position) == exact, "seed \(seed)")
                if let exact { #expect(lane.position(ofLocal: exact) == position, "seed \(seed)") }
                if let last = stamps.lastIndex(where: { $0 <= time }), last >= series.firstTradable {
                    #expect(lane.marks[position] == series.close[last], "seed \(seed)")
                }
            }
        }
    }
}
