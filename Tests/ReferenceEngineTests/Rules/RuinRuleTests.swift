import Testing

/// Insolvency, prices at 0, the portfolio's equity and rounding (R5, R7, R40a, R42, R51, R71), worked out by hand.
struct RuinRuleTests {
    private let ten = [10.0, 10, 10, 10].map(flat)

    /// Short 100 at 10: the equity is 1000, 1000, 1000, -500, the returns are 0, 0, 0, -1, and none come after.
    @Test func returnsEndWithTheRuin() throws {
        let outcome = handCase([10.0, 10, 10, 25, 25, 25].map(flat), [(0, .enterShort)]) {
            $0.portfolio.direction = .shortOnly
            $0.metrics.periodsPerYear = 4
        }
        #expect(outcome.halted == .init(reason: .insolvency, time: 3))
        #expect(outcome.equity == [1_000, 1_000, 1_000, -500, -500, -500])
        let metrics = outcome.metrics
        // Mean -1/4, sample deviation 1/2, downside 1/2; the 5 % quantile lies 0.15 of the way from -1 to 0.
        #expect(agree(try #require(metrics[.sharpeRatio]), -1, 1e-12))
        #expect(agree(try #require(metrics[.sortinoRatio]), -1, 1e-12))
        #expect(agree(try #require(metrics[.annualizedVolatility]), 1, 1e-12))
        #expect(metrics[.omegaRatio] == 0)
        #expect(agree(try #require(metrics[.valueAtRisk95]), -0.85, 1e-12))
        #expect(metrics[.expectedShortfall95] == -1)
        #expect(metrics[.ulcerIndex] == 0.5)
        #expect(metrics[.stability] == nil && metrics[.cagr] == nil && metrics[.calmarRatio] == nil)
        #expect(metrics[.finalEquity] == -500)
        #expect(metrics[.totalReturn] == -1.5)
        #expect(metrics[.maxDrawdown] == 1.5)
        #expect(metrics[.longestDrawdownBars] == 3)
    }

    /// Two bars a day; the ruin on the first bar of the second day is that day's, whatever follows.
    @Test func ruinOfADay() throws {
        let outcome = handCase([10.0, 10, 25, 25, 25, 25].map(flat), [(0, .enterShort)]) {
            $0.portfolio.direction = .shortOnly
            $0.metrics.daily = true
            for index in $0.symbols[0].bars.indices { $0.symbols[0].bars[index].day = index / 2 }
        }
        // Daily returns 0 and -1.
        #expect(agree(try #require(outcome.metrics[.annualizedVolatility]), 126.0.squareRoot(), 1e-12))
        #expect(outcome.metrics[.expectedShortfall95] == -1)
    }

    /// A drawdown halts on bar 2, its close is due on bar 5; on bar 3 the equity is gone.
    @Test func insolvencyAfterAnotherHalt() {
        let outcome = handCase([10.0, 10, 10, 12, 25, 25, 25].map(flat), [(0, .enterShort)]) {
            $0.portfolio.direction = .shortOnly
            $0.risk.maxDrawdown = 0.15
            $0.execution.latencyBars = 1
        }
        #expect(outcome.halted == .init(reason: .insolvency, time: 4))
        #expect(outcome.trades.map(\.reason) == [.maxDrawdown])
        #expect(outcome.trades.map(\.exitBar) == [5])
    }

    /// The longs' entries are refused both, the exit counts.
    @Test func exitAndBothEntries() {
        let signals: [(Int, Reference.Action)] = [
            (0, .enterLong), (2, .exitLong), (2, .enterLong), (2, .enterShort),
        ]
        let outcome = handCase(ten, signals) { $0.portfolio.direction = .longShort }
        #expect(outcome.fills.map { $0.sign * $0.quantity } == [100, -100])
        #expect(outcome.rejections == [.conflict: 2])
        // In long_only the short is dropped first (R32): an exit and an entry of one side.
        let dropped = handCase(ten, signals)
        #expect(dropped.fills.map { $0.sign * $0.quantity } == [100, -100])
        #expect(dropped.rejections.isEmpty)
    }

    /// Sleeves of 500 each: a quarter of 1000 is 250; three quarters are cut to the sleeve's 500.
    @Test(arguments: [(0.25, 25.0, 0), (0.75, 50, 1)])
    func shareOfThePortfolio(value: Double, units: Double, cuts: Int) {
        let outcome = handCase(ten, [(0, .enterLong)]) {
            $0.portfolio.sizing.value = value
            $0.portfolio.sizing.ofPortfolio = true
            $0.strategies.append(.init(id: "idle", symbols: [0], signals: [[]]))
        }
        #expect(outcome.fills.map(\.quantity) == [units])
        #expect(outcome.cuts == cuts)
    }

    /// The second sleeve's size sees the first one's position at this bar's price: 500 + 50 x 20 = 1500, a tenth of it.
    @Test func portfolioEquityIsMarkedAtThePriceInQuestion() {
        let outcome = handCase([10.0, 10, 20, 20].map(flat), [(0, .enterLong)]) {
            $0.portfolio.sizing.value = 0.1
            $0.portfolio.sizing.ofPortfolio = true
            $0.strategies[0].signals[0][0].quantity = 50
            let signals = [Reference.Signal(bar: 1, action: .enterLong)]
            $0.strategies.append(.init(id: "second", symbols: [0], signals: [signals]))
        }
        #expect(outcome.fills.map(\.quantity) == [50, 7.5])
    }

    /// R42: shorts are cut too, decided at the fill or at the signal.
    @Test(arguments: [false, true])
    func shortsAreCut(atSignal: Bool) {
        let outcome = handCase(ten, [(0, .enterShort)]) {
            $0.portfolio.direction = .shortOnly
            $0.portfolio.sizing.method = .fixedQuantity
            $0.portfolio.sizing.value = 500
            $0.portfolio.sizing.atSignalPrice = atSignal
            $0.risk.maxLeverage = 2
        }
        #expect(outcome.fills.map(\.quantity) == [200])
    }

    /// 5 - 10 is no price: the sale is at 0, the short entry is none.
    @Test func slippageBelowZero() {
        let outcome = handCase([5.0, 5, 5, 5].map(flat), [(0, .enterLong), (1, .exitLong)]) {
            $0.execution.slippage.spread = 20
        }
        #expect(outcome.fills.map(\.price) == [15, 0])
        #expect(abs(outcome.metrics[.finalEquity] ?? -1) < 1e-9)
        #expect(agree(outcome.metrics[.totalSlippage] ?? -1, 1_000, 1e-12))
        let short = handCase([5.0, 5, 5, 5].map(flat), [(0, .enterShort)]) {
            $0.portfolio.direction = .shortOnly
            $0.execution.slippage.spread = 20
        }
        #expect(short.fills.isEmpty)
        #expect(short.rejections == [.sizeZero: 1])
    }

    /// R71: within a relative 1e-12 of the peak is not under it; within 1e-12 of the quantile is at it.
    @Test func roundingDecidesNothing() throws {
        func metrics(_ curve: [Double]) -> [Reference.Metric: Double?] {
            var values: [Reference.Metric: Double?] = [:]
            Reference.curveMetrics(
                capital: curve[0],
                curve: curve,
                days: Array(0..<curve.count - 1),
                options: .init(),
                into: &values
            )
            return values
        }
        #expect(metrics([100, 99, 100 * (1 - 5e-13), 99])[.longestDrawdownBars] == 1)
        #expect(metrics([100, 99, 100 * (1 - 5e-12), 99])[.longestDrawdownBars] == 3)
        // 41 returns: the quantile is the third smallest, -0.1; a fourth differs from it by 5e-13.
        let returns = [-0.3, -0.2, -0.1, -0.1 + 5e-13] + [Double](repeating: 0, count: 37)
        let curve = returns.reduce(into: [100.0]) { $0.append($0[$0.count - 1] * (1 + $1)) }
        let shortfall = try #require(metrics(curve)[.expectedShortfall95] ?? nil)
        #expect(agree(shortfall, -0.7 / 4, 1e-9))
    }
}
