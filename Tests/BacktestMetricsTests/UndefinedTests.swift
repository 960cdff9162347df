import BacktestMetrics
import Testing

/// 0/0 and undefined are nothing at all: never NaN, never a made-up 0.
@Suite struct UndefinedTests {
    @Test func `a container that never trades has no ratios`() throws {
        let feed = MarkFeed(
            equity: [Double](repeating: 500, count: 50),
            exposed: [Bool](repeating: false, count: 50),
            initial: 500,
            periods: 252
        )
        let values = try feed.metrics { 50 }
        #expect(values[.totalReturn] == 0)
        #expect(values[.maxDrawdown] == 0)
        #expect(values[.annualizedVolatility] == 0)
        #expect(values[.exposureTime] == 0)
        #expect(values[.totalTrades] == 0)
        for name in [
            MetricName.sharpeRatio, .sortinoRatio, .calmarRatio, .omegaRatio, .tailRatio, .stability,
            .skewness,
            .kurtosis, .winRate, .profitFactor, .expectancy, .payoffRatio, .averageWin, .averageLoss,
            .largestWin,
            .largestLoss, .sqn, .kellyFraction, .averageDurationBars,
        ] {
            #expect(values[name] == nil, "\(name)")
        }
    }

    @Test func `steady growth has no deviation to divide by`() throws {
        let equity = (1...40).map { 100 * pow(1.01, $0) }
        let feed = MarkFeed(equity: equity, exposed: equity.map { _ in true }, initial: 100, periods: 252)
        let values = try feed.metrics { 7 }
        #expect(values[.sharpeRatio] == nil)
        #expect(values[.annualizedVolatility] == 0)
        #expect(values[.omegaRatio] == nil)
        #expect(values[.calmarRatio] == nil)
        #expect(abs((values[.stability] ?? 0) - 1) < 1e-9)
    }

    @Test func `ruin leaves no growth rate and no log returns`() throws {
        let feed = MarkFeed(
            equity: [90, 40, -10, -10],
            exposed: [true, true, true, false],
            initial: 100,
            periods: 252
        )
        let values = try feed.metrics { 1 }
        #expect(values[.cagr] == nil)
        #expect(values[.stability] == nil)
        #expect(values[.totalReturn] == -1.1)
        #expect(values[.maxDrawdown] == 1.1)
    }

    private func pow(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { x, _ in x * base }
    }
}
