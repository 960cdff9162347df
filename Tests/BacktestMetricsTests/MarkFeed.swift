import BacktestEvents
import BacktestMetrics

/// Feeds an equity curve to a metrics observer, in spans of any lengths, with vectors' padding as the engine has it.
struct MarkFeed {
    var equity: [Double]
    var exposed: [Bool]
    var initial: Double
    var periods: Double
    var riskFree = 0.0
    var dayEnds: [Int32] = []

    /// The metrics; `lengths` gives the length of the next span.
    func metrics(
        with observer: MetricsObserver = MetricsObserver(),
        lengths: () -> Int
    ) throws -> MetricValues {
        observer.begin(
            MetricsContext(
                initialCapital: initial,
                bars: equity.count,
                strategyCount: 1,
                symbolCount: 1,
                strategyOrder: [0],
                symbolOrder: [0],
                returns: dayEnds.isEmpty ? .bar : .daily,
                dayEnds: dayEnds,
                periodsPerYear: periods,
                riskFree: riskFree
            )
        )
        let padding = 8
        let padded =
            [Double](repeating: 777, count: padding) + equity + [Double](repeating: -3, count: padding)
        try padded.withUnsafeBufferPointer { buffer in
            let base = try memory(buffer.baseAddress) + padding
            var bar = 0
            while bar < equity.count {
                var count = min(max(1, lengths()), equity.count - bar)
                if let change = (bar..<bar + count).first(where: { exposed[$0] != exposed[bar] }) {
                    count = change - bar
                }
                if exposed[bar] {
                    observer.observe(marks: MarkSpan(first: bar, count: count, exposed: base + bar))
                } else {
                    // A flat span has one equity.
                    if let change = (bar..<bar + count).first(where: { equity[$0] != equity[bar] }) {
                        count = change - bar
                    }
                    observer.observe(marks: MarkSpan(first: bar, count: count, flatEquity: equity[bar]))
                }
                bar += count
            }
        }
        return observer.finish()
    }
}

private struct MissingMemory: Error {}

private func memory(_ pointer: UnsafePointer<Double>?) throws -> UnsafePointer<Double> {
    guard let pointer else { throw MissingMemory() }
    return pointer
}
