import BacktestMetrics
import BacktestTestKit
import Testing

/// How a stream of marks is cut into spans changes no bit of any metric.
@Suite struct SplitTests {
    /// A curve with flat stretches, new peaks, jumps and, where `ruin` says so, equity at and under 0.
    static func feed(bars: Int, ruin: Bool, _ random: inout SeededGenerator) -> MarkFeed {
        var equity: [Double] = []
        var exposed: [Bool] = []
        var value = 1_000.0
        var held = false
        for _ in 0..<bars {
            if Int.random(in: 0..<12, using: &random) == 0 {
                held.toggle()
                value *= 0.999
            }
            if held { value *= 1 + Double.random(in: -0.03...0.031, using: &random) }
            if Int.random(in: 0..<200, using: &random) == 0 {
                value *= Double.random(in: 0.5...1.6, using: &random)
            }
            if ruin, Int.random(in: 0..<300, using: &random) == 0 { value = -value }
            equity.append(value)
            exposed.append(held)
        }
        var feed = MarkFeed(equity: equity, exposed: exposed, initial: 1_000, periods: 252)
        feed.riskFree = 0.02
        return feed
    }

    @Test(arguments: 0..<60)
    func `spans of one bar and of any length give the same bits`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let bars = seed < 10 ? seed + 1 : Int.random(in: 1...3_000, using: &random)
        var feed = Self.feed(bars: bars, ruin: seed % 7 == 6, &random)
        if seed % 3 == 2 {
            feed.dayEnds = (0..<bars).filter { $0 % 7 == 6 || $0 == bars - 1 }.map(Int32.init)
        }
        let single = try feed.metrics { 1 }
        let whole = try feed.metrics { 512 }
        let cut = try feed.metrics { Int.random(in: 1...40, using: &random) }
        #expect(single == whole, "seed \(seed)")
        #expect(single == cut, "seed \(seed)")
    }

    @Test func `a reused observer remembers nothing of the last container`() throws {
        var random = SeededGenerator(seed: 5)
        let observer = MetricsObserver()
        for bars in [4_000, 10, 2_500, 3_000] {
            let feed = Self.feed(bars: bars, ruin: false, &random)
            let reused = try feed.metrics(with: observer) { 64 }
            #expect(try feed.metrics { 64 } == reused)
        }
    }
}
