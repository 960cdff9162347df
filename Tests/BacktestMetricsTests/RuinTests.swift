import BacktestMetrics
import BacktestTestKit
import Foundation
import Testing

/// Rule R5: what is made of returns ends at the first bar with nothing left, at a return of -1; rule R71: rounding decides
/// neither an integer nor a mean.
@Suite struct RuinTests {
    /// The figures of a curve, worked out as the rules say, by plain loops over all bars.
    private struct Naive {
        var returns: [Double] = []
        var drawdowns: [Double] = []
        var isRuined = false

        init(_ feed: MarkFeed) {
            var last = feed.initial
            var peak = feed.initial
            for (bar, equity) in feed.equity.enumerated() where !isRuined {
                isRuined = equity <= 0
                peak = max(peak, equity)
                drawdowns.append(isRuined ? 1 : 1 - equity / peak)
                guard feed.dayEnds.isEmpty || feed.dayEnds.contains(Int32(bar)) || isRuined else { continue }
                returns.append(isRuined ? -1 : equity / last - 1)
                last = equity
            }
        }

        var mean: Double { returns.reduce(0, +) / Double(returns.count) }
        var ulcer: Double {
            (drawdowns.map { $0 * $0 }.reduce(0, +) / Double(drawdowns.count)).squareRoot()
        }
        func sharpe(_ feed: MarkFeed) -> Double {
            let squares = returns.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
            let deviation = (squares / Double(returns.count - 1)).squareRoot()
            return (mean - feed.riskFree / feed.periods) / deviation * feed.periods.squareRoot()
        }
        var omega: Double {
            returns.map { max($0, 0) }.reduce(0, +) / returns.map { max(-$0, 0) }.reduce(0, +)
        }
    }

    private func close(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
        guard let a else { return false }
        return abs(a - b) <= tolerance * max(1, abs(b))
    }

    @Test(arguments: 0..<60)
    func `returns end at the ruin, by bar and by day`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed + 900))
        var feed = SplitTests.feed(bars: Int.random(in: 20...900, using: &random), ruin: false, &random)
        if seed % 2 == 1 {
            feed.dayEnds = feed.equity.indices
                .filter { $0 % 5 == 4 || $0 == feed.equity.count - 1 }
                .map(Int32.init)
        }
        // The ruin lies anywhere; what comes after it is anything, also a recovery on the same day.
        let ruin = Int.random(in: 10..<feed.equity.count, using: &random)
        feed.equity[ruin] = seed % 3 == 0 ? 0 : -Double.random(in: 1...5_000, using: &random)
        feed.exposed[ruin] = seed % 5 != 0
        for bar in (ruin + 1)..<max(ruin + 1, feed.equity.count) where seed % 4 == 0 {
            feed.equity[bar] *= -1
        }
        let values = try feed.metrics { Int.random(in: 1...70, using: &random) }
        let naive = Naive(feed)
        #expect(naive.isRuined)
        #expect(close(values[.sharpeRatio], naive.sharpe(feed)), "seed \(seed)")
        #expect(close(values[.omegaRatio], naive.omega))
        #expect(close(values[.ulcerIndex], naive.ulcer))
        #expect(values[.cagr] == nil && values[.calmarRatio] == nil && values[.stability] == nil)
        #expect(values[.finalEquity] == feed.equity.last)
        let sorted = naive.returns.sorted()
        let low = QuantileTests.quantile(sorted, 0.05)
        #expect(close(values[.valueAtRisk95], low, 1e-12))
        let tail = sorted.filter { $0 <= low + 1e-12 }
        #expect(close(values[.expectedShortfall95], tail.reduce(0, +) / Double(tail.count)))
    }

    @Test func `who loses more after the ruin has no better figure`() throws {
        func metrics(_ after: [Double]) throws -> MetricValues {
            let equity = [100_000, 101_000, 99_000, -50_000] + after
            let exposed = equity.indices.map { $0 > 0 && $0 < 5 }
            return try MarkFeed(equity: equity, exposed: exposed, initial: 100_000, periods: 252).metrics {
                3
            }
        }
        let little = try metrics([-60_000, -60_000])
        let much = try metrics([-800_000, -800_000])
        // Turnover is a share of the mean equity, which the loss takes below 0.
        let moving: [MetricName] = [.finalEquity, .totalReturn, .maxDrawdown, .turnover]
        for name in MetricName.allCases where !moving.contains(name) {
            #expect(little[name] == much[name], "\(name)")
        }
        #expect((much[.maxDrawdown] ?? 0) > 1)
    }

    @Test func `rounding ends no drawdown late and takes no return out of the tail`() throws {
        // Back at the peak but for an ulp or two: not under it.
        let peak = 1_234.567
        let equity = [peak, peak * 0.9, peak * (1 - 3e-16), peak * 0.95, peak * (1 - 1e-11), peak * 1.1]
        let feed = MarkFeed(equity: equity, exposed: equity.map { _ in true }, initial: 1_000, periods: 252)
        #expect(try feed.metrics { 2 }[.longestDrawdownBars] == 2)
        // Falls by 5 % from many levels: equal returns but for rounding; the shortfall is over all of them.
        var falls: [Double] = []
        var value = 1_000.0
        for step in 0..<60 {
            value *= step % 3 == 2 ? 0.95 : 1.03 + Double(step) * 1e-3
            falls.append(value)
        }
        let fallen = MarkFeed(equity: falls, exposed: falls.map { _ in true }, initial: 1_000, periods: 252)
        let values = try fallen.metrics { 7 }
        #expect(close(values[.expectedShortfall95], -0.05, 1e-12))
        #expect(close(values[.valueAtRisk95], -0.05, 1e-12))
    }
}
