import Testing

/// Sizes, costs and limits (R40 to R52, R60, R61, R66, R67, R74), each answer worked out by hand.
struct MoneyRuleTests {
    private let ten = [flat(10), flat(10), flat(10), flat(10)]

    private func firstQuantity(_ change: (inout Reference.Scenario) -> Void) -> Double? {
        handCase(ten, [(0, .enterLong)], change).fills.first?.quantity
    }

    /// R43: a rate; a fee a trade; a minimum above the raw commission; a maximum below it.
    @Test func affordableQuantity() throws {
        #expect(agree(try #require(firstQuantity { $0.execution.commission.rate = 0.25 }), 80, 1e-12))
        let fees: (inout Reference.Scenario) -> Void = {
            $0.execution.commission.perTrade = 20
            $0.execution.commission.perShare = 4
        }
        #expect(agree(try #require(firstQuantity(fees)), 70, 1e-12))
        let minimum: (inout Reference.Scenario) -> Void = {
            $0.execution.commission.rate = 0.01
            $0.execution.commission.minimum = 50
        }
        #expect(agree(try #require(firstQuantity(minimum)), 95, 1e-12))
        let maximum: (inout Reference.Scenario) -> Void = {
            $0.execution.commission.rate = 0.5
            $0.execution.commission.maximum = 100
        }
        #expect(agree(try #require(firstQuantity(maximum)), 90, 1e-12))
    }

    @Test func lotsAreFloored() {
        #expect(
            firstQuantity {
                $0.portfolio.sizing.lot = 30
                $0.execution.commission.rate = 0.001
            } == 90
        )
        #expect(firstQuantity { $0.portfolio.sizing.lot = 101 } == nil)
        #expect(
            handCase(ten, [(0, .enterLong)]) { $0.portfolio.sizing.lot = 101 }.rejections == [.sizeZero: 1]
        )
        // 0.3 / 0.1 is below 3 in doubles; the floor forgives it.
        #expect(agree(Reference.Sizing(lot: 0.1).floored(0.3), 0.3, 1e-15))
    }

    @Test func methods() throws {
        func quantity(
            _ method: Reference.SizingMethod,
            _ value: Double,
            _ change: (inout Reference.Scenario) -> Void = { _ in }
        ) -> Double? {
            firstQuantity {
                $0.portfolio.sizing.method = method
                $0.portfolio.sizing.value = value
                change(&$0)
            }
        }
        #expect(quantity(.percentOfEquity, 0.5) == 50)
        #expect(quantity(.percentOfEquity, 2) == 100)
        #expect(quantity(.percentOfEquity, 2) { $0.risk.maxLeverage = 2 } == 200)
        #expect(quantity(.fixedQuantity, 7) == 7)
        #expect(quantity(.fixedNotional, 300) == 30)
        #expect(quantity(.riskPerTrade, 0.05) { $0.risk.stopLoss = .rate(0.1) } == 50)
        #expect(quantity(.riskPerTrade, 0.05) { $0.risk.trailingStop = .price(2) } == 25)
        #expect(quantity(.kelly, 0.25) == 25)
        // Flat closes have no volatility.
        #expect(quantity(.volatilityTarget, 0.25) == nil)
        #expect(
            firstQuantity {
                $0.portfolio.sizing.scaleByStrength = true
                $0.strategies[0].signals[0][0].strength = 0.25
            } == 25
        )
    }

    /// (h): log returns ln 2 and -ln 2 have a sample deviation of sqrt(2) ln 2.
    @Test func volatilityTarget() throws {
        let outcome = handCase([flat(10), flat(20), flat(10), flat(10)], [(2, .enterLong)]) {
            $0.portfolio.sizing.method = .volatilityTarget
            $0.portfolio.sizing.value = 0.5
            $0.portfolio.sizing.lookback = 2
            $0.metrics.periodsPerYear = 1
        }
        let share = 0.5 / (2.0.squareRoot() * 0.6931471805599453)
        #expect(agree(try #require(outcome.fills.first?.quantity), share * 100, 1e-12))
    }

    /// (h): one win of 100, one loss of 50: W = 1/2, payoff 2, fraction 1/4.
    @Test func kelly() throws {
        let bars = [10.0, 10, 20, 20, 10, 10, 10].map(flat)
        let outcome = handCase(
            bars,
            [(0, .enterLong), (1, .exitLong), (2, .enterLong), (3, .exitLong), (4, .enterLong)]
        ) {
            $0.portfolio.sizing.method = .kelly
            $0.portfolio.sizing.value = 0.1
            $0.portfolio.sizing.minimumTrades = 2
            $0.portfolio.sizing.kellyMultiplier = 0.2
        }
        // 10 units at 10 -> 20: +100; 1100 x 0.1 / 20 = 5.5 units, 20 -> 10: -55.
        #expect(outcome.trades.map(\.netPnL) == [100, -55])
        let fraction = 0.5 - 0.5 / (100.0 / 55)
        #expect(agree(try #require(outcome.fills.last?.quantity), 1_045 * 0.2 * fraction / 10, 1e-12))
    }

    /// R44: decided at 10, filled at 20; cut to the cash.
    @Test func sizeAtTheSignal() {
        let cut = handCase([flat(10), flat(20), flat(20)], [(0, .enterLong)]) {
            $0.portfolio.sizing.atSignalPrice = true
        }
        #expect(cut.fills.map(\.quantity) == [50])
        #expect(cut.cuts == 1)
        let fits = handCase([flat(10), flat(20), flat(20)], [(0, .enterLong)]) {
            $0.portfolio.sizing.atSignalPrice = true
            $0.portfolio.sizing.value = 0.25
        }
        #expect(fits.fills.map(\.quantity) == [25])
    }

    /// R51, g: 10 + 1 % + 2 ticks of 0.05 + half of 0.2 + half of 1 %; impact 0.5 x sqrt(25 / 100).
    @Test func slippage() throws {
        let slippage = Reference.Slippage(
            rate: 0.01,
            ticks: 2,
            tickSize: 0.05,
            spread: 0.2,
            spreadRate: 0.01
        )
        #expect(agree(slippage.slipped(10, sign: 1, traded: nil, volume: 0), 10.35, 1e-12))
        #expect(agree(slippage.slipped(10, sign: -1, traded: nil, volume: 0), 9.65, 1e-12))
        let impact = Reference.Slippage(volumeImpact: 0.5)
        #expect(impact.slipped(10, sign: 1, traded: 25, volume: 100) == 12.5)
        #expect(impact.slipped(10, sign: 1, traded: 25, volume: 0) == 15)
        let outcome = handCase(ten, volume: [1, 400, 1, 1], [(0, .enterLong)]) {
            $0.execution.slippage.volumeImpact = 0.5
        }
        // 100 units without impact: 10 x (1 + 0.5 x 0.5); then 1000 / 12.5 units.
        #expect(outcome.fills.map(\.price) == [12.5])
        #expect(outcome.fills.map(\.quantity) == [80])
        #expect(outcome.metrics[.totalSlippage] == 200)
    }

    /// R52: 100 units short, twice marked at 10, 25 % over 4 periods: 62.5 a bar.
    @Test func borrow() {
        let outcome = handCase(ten, [(0, .enterShort), (2, .exitShort)]) {
            $0.portfolio.direction = .shortOnly
            $0.execution.borrowRate = 0.25
            $0.metrics.periodsPerYear = 4
        }
        #expect(outcome.equity == [1_000, 937.5, 875, 875])
        #expect(outcome.trades.map(\.grossPnL) == [0])
        #expect(outcome.trades.map(\.netPnL) == [-125])
    }

    /// R40: shares by weight and number of symbols; a shared account lets the second sleeve spend what is left.
    @Test func cash() {
        func run(_ shared: Bool) -> [Double] {
            handCase(ten, [(0, .enterLong)]) { scenario in
                scenario.portfolio.sharedCash = shared
                scenario.portfolio.sizing.value = 2
                scenario.strategies.append(
                    .init(
                        id: "heavy",
                        weight: 3,
                        symbols: [0],
                        signals: [[.init(bar: 0, action: .enterLong)]]
                    )
                )
            }
            .fills.map(\.quantity)
        }
        #expect(run(false) == [25, 75])
        // Budgets 2 x 250 and 2 x 750, of 1000: 50, then the rest.
        #expect(run(true) == [50, 50])
    }

    /// R61: the extreme of bar t enters after its checks; with a stop_loss the tighter counts.
    @Test func trailing() {
        let bars = [flat(10), (10, 14, 9.5, 13), (13, 13, 11, 12), flat(12)]
        let outcome = handCase(bars, [(0, .enterLong)]) { $0.risk.trailingStop = .price(2) }
        #expect(outcome.trades.map(\.reason) == [.trailingStop])
        #expect(outcome.trades.map(\.exitBar) == [2])
        #expect(outcome.trades.map(\.exitPrice) == [12])
        let rate = handCase(bars, [(0, .enterLong)]) { $0.risk.trailingStop = .rate(0.1) }
        #expect(agree(rate.trades[0].exitPrice, 12.6, 1e-12))
        let tie = handCase(bars, [(0, .enterLong)]) {
            $0.risk.trailingStop = .price(0.5)
            $0.risk.stopLoss = .price(0.5)
        }
        #expect(tie.trades.map(\.reason) == [.stopLoss])
        #expect(tie.trades.map(\.exitPrice) == [9.5])
    }

    /// R4: nearest_open, a tie is the stop's.
    @Test(arguments: [(1.0, 2.0, Reference.ExitReason.stopLoss), (2, 1, .takeProfit), (1, 1, .stopLoss)])
    func nearestOpen(stop: Double, target: Double, reason: Reference.ExitReason) {
        let outcome = handCase([flat(10), (10, 20, 5, 10), flat(10)], [(0, .enterLong)]) {
            $0.risk.stopLoss = .price(stop)
            $0.risk.takeProfit = .price(target)
            $0.risk.intrabar = .nearestOpen
        }
        #expect(outcome.trades.map(\.reason) == [reason])
    }

    /// R60: undefined ranges reject; a defined one is frozen at the decision.
    @Test func averageTrueRange() {
        let bars = [flat(10), (10, 12, 9, 10), (10, 11, 9, 10), (10, 30, 10, 30), (20, 20, 5, 5)]
        let early = handCase(bars, [(1, .enterLong)]) { $0.risk.stopLoss = .atr(1, period: 2) }
        #expect(early.rejections == [.undefinedRange: 1])
        // True ranges 3 and 2: 2.5 on bar 2, whatever bar 3 does.
        let frozen = handCase(bars, [(2, .enterLong)]) { $0.risk.stopLoss = .atr(2, period: 2) }
        #expect(frozen.trades.map(\.exitPrice) == [5])
        #expect(frozen.trades.map(\.exitBar) == [4])
    }

    /// R66: decided on the bar, filled at the next open; nothing after it; R5 for insolvency.
    @Test func halts() {
        let bars = [10.0, 10, 8, 7, 7, 9].map(flat)
        let outcome = handCase(bars, [(0, .enterLong), (4, .enterLong)]) { $0.risk.maxDrawdown = 0.15 }
        #expect(outcome.halted == Reference.Halt(reason: .maxDrawdown, time: 2))
        #expect(outcome.fills.map(\.at) == [1, 3])
        #expect(outcome.trades.map(\.reason) == [.maxDrawdown])
        #expect(outcome.rejections == [.halted: 1])
        #expect(outcome.equity == [1_000, 1_000, 800, 700, 700, 700])
        let ruin = handCase([10.0, 10, 20, 25, 25].map(flat), [(0, .enterShort)]) {
            $0.portfolio.direction = .shortOnly
        }
        #expect(ruin.halted?.reason == .insolvency)
        #expect(ruin.equity == [1_000, 1_000, 0, -500, -500])
        #expect(ruin.metrics[.cagr] == nil)
    }

    /// (j): two bars a day; no entry until the next day's first bar.
    @Test func dailyLoss() {
        let bars = [10.0, 10, 9, 9, 9, 9].map(flat)
        let outcome = handCase(bars, [(0, .enterLong), (3, .enterLong), (4, .enterLong)]) {
            $0.risk.dailyLossLimit = 0.0625
            for index in $0.symbols[0].bars.indices { $0.symbols[0].bars[index].day = index / 2 }
        }
        #expect(outcome.dailyBreaches == [2])
        #expect(outcome.fills.map(\.at) == [1, 3, 5])
        #expect(outcome.trades.map(\.reason) == [.dailyLossLimit])
        #expect(outcome.rejections == [.dailyLossLimit: 1])
        #expect(outcome.halted == nil)
    }

    /// R67: costs included, not exposed on that bar.
    @Test func closeAtEnd() {
        let outcome = handCase(ten, [(0, .enterLong)]) {
            $0.execution.closeAtEnd = true
            $0.execution.commission.perTrade = 1
        }
        #expect(agree(outcome.equity[3], 998, 1e-12))
        #expect(outcome.exposed == [false, true, true, false])
        #expect(outcome.metrics[.openPositions] == 0)
        #expect(outcome.metrics[.exposureTime] == 0.5)
    }

    /// R74: ranges of the bars held through, plus the exit price; a bar left at its open is not held.
    @Test func excursions() {
        let bars = [flat(10), (10, 12, 9, 11), (11, 11, 8, 10), (13, 20, 1, 10)]
        let outcome = handCase(bars, [(0, .enterLong), (2, .exitLong)])
        #expect(agree(outcome.trades[0].mae, -0.2, 1e-12))
        #expect(agree(outcome.trades[0].mfe, 0.3, 1e-12))
        let short = handCase(bars, [(0, .enterShort), (2, .exitShort)]) {
            $0.portfolio.direction = .shortOnly
        }
        #expect(agree(short.trades[0].mae, -0.3, 1e-12))
        #expect(agree(short.trades[0].mfe, 0.2, 1e-12))
    }

    /// R71: quotients without a divisor are undefined, not made up.
    @Test func undefinedMetrics() {
        let idle = handCase(ten, []).metrics
        for name in [Reference.Metric.sharpeRatio, .sortinoRatio, .calmarRatio, .profitFactor, .winRate] {
            #expect(idle[name] == nil)
        }
        #expect(idle[.totalReturn] == 0)
        #expect(idle[.maxDrawdown] == 0)
    }
}
