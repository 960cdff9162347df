import BacktestEngine
import BacktestEvents
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import Testing

@testable import BacktestSweep

/// Metrics so far are those of a container that ends there, and asking for them changes nothing.
@Suite struct PartialMetricsTests {
    /// Feeds marks in spans, and asks for metrics so far after each of them where told to.
    private static func values(
        of equity: [Double],
        context: MetricsContext,
        asking: Bool = false
    ) -> (values: MetricValues, partials: [(bars: Int, values: MetricValues)]) {
        let metrics = MetricsObserver()
        metrics.begin(context)
        var partials: [(bars: Int, values: MetricValues)] = []
        // Kernels may read 64 bytes around.
        let padded = [Double](repeating: 0, count: 8) + equity + [Double](repeating: 0, count: 16)
        padded.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var bus = EventBus()
            bus.attach(metrics, name: "metrics")
            var first = 0
            while first < equity.count {
                let count = min(37, equity.count - first)
                let span = MarkSpan(first: first, count: count, exposed: base + 8 + first)
                bus.publish(marks: span)
                first += count
                if asking { partials.append(metrics.partial()) }
            }
        }
        return (metrics.finish(), partials)
    }

    private static func context(bars: Int, returns: ReturnBasis) -> MetricsContext {
        MetricsContext(
            initialCapital: 100,
            bars: bars,
            strategyCount: 1,
            symbolCount: 1,
            strategyOrder: [0],
            symbolOrder: [0],
            returns: returns,
            dayEnds: (0..<bars).filter { $0 % 5 == 4 || $0 == bars - 1 }.map { Int32($0) },
            periodsPerYear: 252,
            riskFree: 0.01
        )
    }

    @Test(arguments: [ReturnBasis.bar, .daily])
    func `they equal those of a shorter container`(returns: ReturnBasis) {
        let equity = (0..<370).map { (bar: Int) -> Double in
            let noise = Double(bar * 7_919 % 101) / 101
            return 100 + 20 * noise + Double(bar) / 10
        }
        let context = Self.context(bars: equity.count, returns: returns)
        let (plain, none) = Self.values(of: equity, context: context)
        let (asked, partials) = Self.values(of: equity, context: context, asking: true)
        #expect(none.isEmpty)
        #expect(asked == plain)
        #expect(partials.map(\.bars) == Array(stride(from: 37, through: 370, by: 37)))
        for partial in partials {
            var short = Self.context(bars: partial.bars, returns: returns)
            // Days that have not ended are not counted yet.
            short.dayEnds = context.dayEnds.filter { $0 < Int32(partial.bars) }
            let expected = Self.values(of: Array(equity.prefix(partial.bars)), context: short).values
            for name in MetricName.allCases {
                let (found, wanted) = (partial.values[name], expected[name])
                #expect((found == nil) == (wanted == nil), "\(name.name)")
                guard let found, let wanted else { continue }
                let slack: Double = 1e-9 * max(1, abs(wanted))
                #expect(abs(found - wanted) <= slack, "\(name.name) after \(partial.bars) bars")
            }
        }
    }
}
