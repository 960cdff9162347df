import BacktestConfiguration
import BacktestEngine
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestRules
import BacktestSweep
import BacktestTracing
import Testing

@Suite("The canonical form of config.md")
struct CanonicalTests {
    @Test func readsEverySection() throws {
        let plan = try plan(fixture("canonical.yaml"))
        #expect(plan.name == "spy_crossover")
        #expect(plan.seed == 42)
        #expect(
            plan.data.bars == [
                BarSource(symbol: "SPY", path: "configs/data/SPY_5m.csv", timeframe: 300_000_000_000)
            ]
        )
        #expect(plan.data.start == .day(CivilDate(year: 2024, month: 4, day: 1)))
        #expect(plan.data.end == .day(CivilDate(year: 2025, month: 3, day: 31)))
        #expect(plan.strategies.map(\.id) == ["momentum_1", "dip_buyer", "model_signals"])
        #expect(plan.strategies.map(\.symbols) == [[0], [0], [0]])
        #expect(plan.strategies.map(\.parameterOffset) == [0, 2, 4])
        #expect(plan.parameters == [10, 30, 30, 200])
        guard case .file(let path, _) = plan.strategies[2].source else {
            Issue.record("model_signals is a signal file")
            return
        }
        #expect(path == "configs/predictions.csv")
        #expect(plan.execution.commission.rate == 0.001)
        #expect(plan.execution.slippage.rate == 0.0001)
        #expect(plan.metrics.periodsPerYear == 19656)
        #expect(plan.results.directory == "results")
        let portfolio = plan.portfolios[0]
        #expect(portfolio.id == "momentum_portfolio")
        #expect(portfolio.strategies == [0])
        #expect(portfolio.options.sizing.value == 1)
        #expect(portfolio.options.risk.stopLoss == .rate(0.02))
        #expect(portfolio.options.risk.takeProfit == .rate(0.05))
        #expect(portfolio.options.weights == [1])
    }

    @Test func sweeps() throws {
        let plan = try plan(fixture("canonical.yaml"))
        #expect(
            plan.sweep.paths == ["momentum_1.fast", "momentum_1.slow", "momentum_portfolio.risk.stop_loss"]
        )
        #expect(plan.sweep.axes.map(\.rows.count) == [10, 4, 2])
        // 20 allows 5, 10, 15; 50 allows 5 to 45; 100 and 200 allow all: 3 + 9 + 10 + 10, times two stops.
        #expect(plan.sweep.setCount == 64)
        #expect(
            plan.sweep.objective
                == SweepObjective(metric: .sharpeRatio, maximize: true, condition: "total_trades >= 30")
        )
        #expect(plan.containerID(ofPortfolio: 0, set: 7) == "momentum_portfolio_0007")
        let last = plan.parameterValues(ofSet: 63)
        #expect(last.map(\.path) == plan.sweep.paths)
        #expect(last.map(\.value) == [.number(50), .number(200), .number(0.02)])
        let settings = plan.settings(ofPortfolio: 0, set: 1)
        #expect(settings.parameters == [5, 20, 30, 200])
        #expect(settings.portfolio.risk.stopLoss == .rate(0.02))
        #expect(plan.settings(ofPortfolio: 0, set: 0).portfolio.risk.stopLoss == .rate(0.01))
    }

    @Test func tracesAsWritten() throws {
        let rules = try plan(fixture("canonical.yaml")).tracing.rules
        #expect(rules.map(\.scope) == [.everything, .container("momentum_portfolio")])
        #expect(rules[0].directive.level == .minimal)
        #expect(rules[1].directive.mode == .minimal)
        #expect(rules[1].directive.retention == .tradeComplete)
    }

    @Test func warnsOfUnusedStrategies() throws {
        let outcome = load(try fixture("canonical.yaml"))
        #expect(outcome.diagnostics.map(\.code) == ["unused_strategy", "unused_strategy"])
        #expect(outcome.plan?.warnings.count == 2)
        #expect(outcome.exitStatus == 0)
    }

    @Test func defaultsAreThoseOfTheContract() throws {
        let plan = try plan(minimal)
        #expect(plan.name == "test")
        #expect(plan.portfolios[0].options.initialCapital == 100_000)
        #expect(plan.portfolios[0].options.direction == .longOnly)
        #expect(plan.portfolios[0].options.cash == .perSleeve)
        #expect(plan.execution == ExecutionOptions())
        #expect(plan.metrics == MetricsOptions())
        #expect(plan.results == ResultsOptions())
        #expect(!plan.sweep.isSweep)
        #expect(plan.sweep.setCount == 1)
        #expect(plan.containerID(ofPortfolio: 0, set: 0) == "main")
        #expect(plan.strategies[0].symbols == [0, 1])
    }

    @Test func everyOptionOfAPortfolio() throws {
        let text =
            minimalData + minimalStrategies + """
                portfolios:
                  - id: p
                    strategies: [dip, cross]
                    initial_capital: 5e4
                    direction: long_short
                    cash: shared
                    pyramiding: true
                    allocation: {cross: 25%, dip: 3}
                    sizing: {method: risk_per_trade, value: 1%, price: signal, lot_size: 100, lookback: 30,
                             minimum_trades: 5, kelly_multiplier: 50%, scale_by_strength: true}
                    risk:
                      stop_loss: {atr: 2.5}
                      take_profit: {distance: 1.5}
                      trailing_stop: 300bps
                      max_holding_bars: 10
                      max_drawdown: 20%
                      max_positions: 2
                      max_leverage: 2
                      daily_loss_limit: 0.05
                      cooldown_bars: 3
                      intrabar: nearest_open

                """
        let options = try plan(text).portfolios[0].options
        #expect(options.initialCapital == 50_000)
        #expect(options.direction == .longShort)
        #expect(options.cash == .shared)
        #expect(options.pyramiding)
        #expect(options.weights == [3, 0.25])
        #expect(options.sizing.method == .riskPerTrade)
        #expect(options.sizing.value == 0.01)
        #expect(options.sizing.price == .signal)
        #expect(options.sizing.lotSize == 100)
        #expect(options.sizing.lookback == 30)
        #expect(options.sizing.minimumTrades == 5)
        #expect(options.sizing.kellyMultiplier == 0.5)
        #expect(options.sizing.scaleByStrength)
        #expect(options.risk.stopLoss == .atr(multiple: 2.5, period: 14))
        #expect(options.risk.takeProfit == .price(1.5))
        #expect(options.risk.trailingStop == .rate(0.03))
        #expect(options.risk.maxHoldingBars == 10)
        #expect(options.risk.maxDrawdown == 0.2)
        #expect(options.risk.maxPositions == 2)
        #expect(options.risk.maxLeverage == 2)
        #expect(options.risk.dailyLossLimit == 0.05)
        #expect(options.risk.cooldownBars == 3)
        #expect(options.risk.intrabar == .nearestOpen)
    }

    @Test func everyOptionOfExecution() throws {
        let text =
            minimal + """
                execution:
                  fill: next_open
                  latency_bars: 2
                  commission: {rate: 5bps, per_share: 0.005, per_trade: 1, minimum: 1, maximum: 20}
                  slippage: {rate: 0, ticks: 1, tick_size: 0.01, spread: 2bps, volume_impact: 10%}
                  max_participation: 10%
                  zero_volume: wait
                  borrow_rate: 3%
                  limit: {distance: 0.5}
                  expire_bars: 4
                  close_at_end: true

                """
        let execution = try plan(text).execution
        #expect(execution.fill == .nextOpen)
        #expect(execution.expireBars == 4)
        #expect(execution.latencyBars == 2)
        #expect(execution.commission.rate == 0.0005)
        #expect(execution.commission.perShare == 0.005)
        #expect(execution.commission.perTrade == 1)
        #expect(execution.commission.minimum == 1)
        #expect(execution.commission.maximum == 20)
        #expect(execution.slippage.ticks == 1)
        #expect(execution.slippage.tickSize == 0.01)
        #expect(execution.slippage.spread == 0)
        #expect(execution.slippage.spreadRate == 0.0002)
        #expect(execution.slippage.volumeImpact == 0.1)
        #expect(execution.maxParticipation == 0.1)
        #expect(execution.zeroVolume == .wait)
        #expect(execution.borrowRate == 0.03)
        #expect(execution.limitEntry == .price(0.5))
        #expect(execution.stopEntry == nil)
        #expect(execution.closeAtEnd)
    }

    @Test func bareRates() throws {
        let execution = try plan(minimal + "execution: {commission: 0.1%, slippage: 0.0005}\n").execution
        #expect(execution.commission.rate == 0.001)
        #expect(execution.slippage.rate == 0.0005)
        #expect(execution.slippage.spread == 0)
    }

    @Test func everyOptionOfData() throws {
        let text =
            minimalStrategies + minimalPortfolios + """
                data:
                  directory: /srv/bars
                  bars:
                    - {symbol: SPY, file: SPY.csv.gz, timeframe: 1m, resample: 5m}
                    - {symbol: QQQ, file: ../QQQ.parquet, timeframe: 1min}
                  start: 2024-04-01 09:30
                  end: 2024-04-02T16:00:00.5-04:00
                  warmup: 200
                  timezone: America/New_York
                  tolerance: 0
                  on_bad_row: drop
                  timestamp: close
                  resample: 1h

                """
        let data = try plan(text).data
        #expect(
            data.bars[0]
                == BarSource(
                    symbol: "SPY",
                    path: "/srv/bars/SPY.csv.gz",
                    timeframe: 60_000_000_000,
                    resample: 300_000_000_000
                )
        )
        #expect(data.bars[1].path == "/srv/bars/../QQQ.parquet")
        #expect(data.bars[1].resample == 3_600_000_000_000)
        #expect(data.timeZone.name == "America/New_York")
        // 09:30 in New York is 13:30 UTC in summer.
        #expect(data.start == .instant(Timestamp(seconds: 1_711_978_200)))
        #expect(data.end == .instant(Timestamp(nanoseconds: 1_712_088_000_500_000_000)))
        #expect(data.warmup == 200)
        #expect(data.tolerance == 0)
        #expect(data.onBadRow == .drop)
        #expect(data.timestampMeaning == .close)
    }

    @Test func triggerAndStrength() throws {
        let text =
            minimalData + minimalPortfolios + """
                strategies:
                  - {id: cross, type: sma_cross, trigger: level}
                  - id: dip
                    trigger: level
                    strength: min(1, abs(roc(close, 5)) / 10)
                    rules: {enter_long: close > open}

                """
        let plan = try plan(text)
        for strategy in plan.strategies {
            guard case .rules(let rules) = strategy.source else {
                Issue.record("rules")
                continue
            }
            #expect(rules.trigger == .level)
        }
        guard case .rules(let rules) = plan.strategies[1].source else { return }
        #expect(rules.strength?.text == "min(1, abs(roc(close, 5)) / 10)")
        #expect(rules.enterLong?.text == "close > open")
        #expect(rules.exitLong == nil)
    }

    @Test func analyses() throws {
        let text =
            minimalData + minimalStrategies + """
                containers:
                  - {id: watch, type: analysis, portfolios: [main]}
                  - {id: main, type: portfolio, strategies: [dip]}
                  - {id: all, type: analysis, strategies: [cross, dip]}

                """
        let plan = try plan(text)
        #expect(plan.portfolios.map(\.id) == ["main"])
        #expect(plan.analyses.map(\.id) == ["watch", "all"])
        #expect(plan.analyses.map(\.strategies) == [[1], [0, 1]])
        #expect(plan.analyses.map(\.portfolios) == [["main"], []])
    }

    @Test func lookAheadIsAWarning() throws {
        let outcome = load(minimal + "execution: {fill: close}\n")
        let warning = try #require(outcome.diagnostics.first)
        #expect(warning.severity == .warning)
        #expect(warning.code == "look_ahead")
        #expect(marked(warning) == "close")
        #expect(outcome.plan?.execution.fill == .close)
    }

    @Test func aliasesShareSections() throws {
        let text =
            minimalData + minimalStrategies + """
                portfolios:
                  - &base {id: a, strategies: [cross], risk: &risk {stop_loss: 2%}}
                  - {<<: *base, id: b, direction: short_only}
                  - {id: c, strategies: [dip], risk: {<<: *risk, take_profit: 4%}}

                """
        let portfolios = try plan(text).portfolios
        #expect(portfolios.map(\.id) == ["a", "b", "c"])
        #expect(portfolios.map(\.options.risk.stopLoss) == [.rate(0.02), .rate(0.02), .rate(0.02)])
        #expect(portfolios[1].options.direction == .shortOnly)
        #expect(portfolios[2].options.risk.takeProfit == .rate(0.04))
    }
}
