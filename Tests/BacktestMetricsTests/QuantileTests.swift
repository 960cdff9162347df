import BacktestMetrics
import BacktestTestKit
import Testing

/// Quantiles are exact: the sorted returns say the same, whatever was guessed from the container before.
@Suite struct QuantileTests {
    static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let position = Double(sorted.count - 1) * share
        let rank = Int(position)
        let next = sorted[min(rank + 1, sorted.count - 1)]
        return sorted[rank] + (next - sorted[rank]) * (position - Double(rank))
    }

    @Test(arguments: 0..<40)
    func `value at risk and tail ratio equal those of the sorted returns`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed + 100))
        let observer = MetricsObserver()
        // A container before leaves its quantiles as guesses, near ones and far ones.
        let scale = seed % 2 == 0 ? 0.01 : 1e-5
        for (count, scale) in [(5_000, scale), (seed < 8 ? seed + 1 : 6_000, 0.01), (9_000, 0.0101)] {
            var equity: [Double] = []
            var exposed: [Bool] = []
            var value = 100.0
            let idle = seed % 5 == 0
            for bar in 0..<count {
                let held = !idle || bar % 20 == 3
                if held { value *= 1 + Double.random(in: -scale...scale, using: &random) }
                equity.append(value)
                exposed.append(held)
            }
            let feed = MarkFeed(equity: equity, exposed: exposed, initial: 100, periods: 252)
            let values = try feed.metrics(with: observer) { 300 }
            var returns: [Double] = []
            var last = 100.0
            for value in equity {
                returns.append(value / last - 1)
                last = value
            }
            let sorted = returns.sorted()
            let low = Self.quantile(sorted, 0.05)
            let high = Self.quantile(sorted, 0.95)
            #expect(values[.valueAtRisk95] == low)
            if low != 0 { #expect(values[.tailRatio] == abs(high) / abs(low)) }
            let tail = sorted.filter { $0 <= low }
            let shortfall = tail.reduce(0, +) / Double(tail.count)
            #expect(
                abs((values[.expectedShortfall95] ?? .nan) - shortfall) <= 1e-12 * max(1e-3, abs(shortfall))
            )
        }
    }
}
