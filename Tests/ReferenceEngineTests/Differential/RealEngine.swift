import BacktestEngine
import BacktestEvents
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestResults
import BacktestSweep

/// Runs a scenario on the real engine and tells the result in the reference's terms.
///
/// The only place where the two worlds meet. Like a worker of a sweep it can run one container after the other, so that
/// whatever a run leaves behind would show in the next.
struct RealEngine: ~Copyable {
    private var runner = ContainerRunner()
    private let metrics = MetricsObserver()
    private let trades = TradeRecorder()

    init() {
        runner.bus.attach(metrics, name: "metrics")
        runner.bus.attach(trades, name: "trades")
    }

    /// The rows of trades.csv of the last run.
    var rows: [TradeRecord] { trades.sorted() }

    /// Runs a scenario on an engine that has run nothing before.
    static func runFresh(_ scenario: Reference.Scenario, stepwise: Bool) throws -> Reference.Outcome {
        var engine = RealEngine()
        return try engine.run(scenario, stepwise: stepwise)
    }

    /// The metrics of a scenario, and what they were taken with.
    mutating func metrics(
        _ scenario: Reference.Scenario,
        stepwise: Bool
    ) throws -> (values: MetricValues, context: MetricsContext) {
        _ = try run(scenario, stepwise: stepwise)
        let traded = Set(scenario.strategies.flatMap(\.symbols)).sorted()
        let tape = Tape(series: scenario.symbols.map(RealEngine.series), timeZone: .utc)
        let empty = traded.map { _ in AuxiliaryColumns() }
        let frame = MarketFrame(Timeline(tape: tape, symbols: traded), auxiliary: empty)
        return (metrics.finish(), RealEngine.context(scenario, frame))
    }

    /// Runs a scenario; `watching` sees its stream as well.
    mutating func run(
        _ scenario: Reference.Scenario,
        stepwise: Bool,
        watching: (any EventObserver)? = nil
    ) throws -> Reference.Outcome {
        if let watching { runner.bus.attach(watching, name: "watching") }
        defer { if let watching { runner.bus.detach(watching) } }
        let traded = Set(scenario.strategies.flatMap(\.symbols)).sorted()
        let tape = Tape(series: scenario.symbols.map(RealEngine.series), timeZone: .utc)
        let frame = MarketFrame(
            Timeline(tape: tape, symbols: traded),
            auxiliary: traded.map { RealEngine.auxiliary(scenario.symbols[$0], scenario) }
        )
        let input = ContainerInput(
            id: "differential",
            filter: try StrategyFilter(scenario.strategies.map(\.id), subscriber: "differential"),
            frame: frame,
            deliveries: RealEngine.deliveries(scenario, traded),
            execution: RealEngine.execution(scenario.execution),
            portfolio: RealEngine.portfolio(scenario),
            periodsPerYear: scenario.metrics.periodsPerYear,
            stepwise: stepwise
        )
        let recorder = StreamRecorder(bars: frame.timeline.count, stepwise: stepwise)
        metrics.begin(RealEngine.context(scenario, frame))
        trades.begin(frame.timeline, strategyIDs: input.filter.strategies)
        runner.bus.attach(recorder, name: "recorder")
        defer { runner.bus.detach(recorder) }
        let result = try runner.run(input)
        runner.bus.flush()
        var outcome = recorder.outcome(scenario, frame.timeline, traded)
        outcome.trades = trades.sorted().map { RealEngine.trade($0, scenario) }
        outcome.tradeIDs = trades.trades.map(\.tradeID)
        outcome.unfilled = result.unfilled
        outcome.cuts = result.cuts
        if let reason = result.haltReason.map(RealEngine.exitReason) {
            outcome.halted = .init(reason: reason, time: outcome.times[result.haltBar])
        }
        for (rejection, reason) in RealEngine.rejections where result.rejections[Int(reason.rawValue)] > 0 {
            outcome.rejections[rejection, default: 0] += result.rejections[Int(reason.rawValue)]
        }
        // What refuses no entry has ended one: cancelled, replaced or expired.
        let refusals = Set([.none] + RealEngine.rejections.map(\.1))
        for reason in RejectionReason.allCases where !refusals.contains(reason) {
            outcome.cancelled += result.rejections[Int(reason.rawValue)]
        }
        outcome.ruin = outcome.equity.firstIndex { $0 <= 0 }
        let values = metrics.finish()
        for name in MetricName.allCases {
            guard let metric = Reference.Metric(rawValue: name.name) else { continue }
            outcome.metrics[metric] = values[name]
        }
        return outcome
    }

    private static func trade(_ row: TradeRecord, _ scenario: Reference.Scenario) -> Reference.Trade {
        Reference.Trade(
            strategy: scenario.strategies.firstIndex { $0.id == row.strategyID } ?? -1,
            symbol: scenario.symbols.firstIndex { $0.name == row.symbol } ?? -1,
            side: row.side == .long ? .long : .short,
            entryTime: Int(row.entryTime.nanoseconds),
            entryPrice: row.entryPrice,
            exitTime: Int(row.exitTime.nanoseconds),
            exitPrice: row.exitPrice,
            quantity: row.quantity,
            grossPnL: row.grossProfit,
            commission: row.commission,
            slippage: row.slippage,
            netPnL: row.netProfit,
            returnOnEntry: row.netReturn,
            barsHeld: row.barsHeld,
            reason: exitReason(row.exitReason),
            mae: row.maximumAdverseExcursion,
            mfe: row.maximumFavorableExcursion,
            entryBar: -1,
            exitBar: -1
        )
    }

    private static let rejections: [(Reference.Rejection, RejectionReason)] = [
        (.sizeZero, .sizeZero), (.sizeZero, .priceZero), (.cooldown, .cooldown),
        (.maxPositions, .maxPositions),
        (.undefinedRange, .undefinedDistance), (.undefinedVolatility, .undefinedVolatility),
        (.conflict, .conflictingSignals), (.halted, .halted), (.dailyLossLimit, .dailyLossLimit),
    ]

    // MARK: - Market and signals

    private static func series(_ symbol: Reference.Symbol) -> Series {
        func column(_ value: (Reference.Bar) -> Double) -> Column<Double> { Column(symbol.bars.map(value)) }
        let times = Column(symbol.bars.map { Int64($0.time) })
        let averages = symbol.bars.compactMap(\.vwap)
        return Series(
            symbol: symbol.name,
            calendar: BarCalendar(length: .unknown),
            timestamps: times,
            known: times,
            open: column(\.open),
            high: column(\.high),
            low: column(\.low),
            close: column(\.close),
            volume: column(\.volume),
            vwap: averages.count == symbol.bars.count ? Column(averages) : nil,
            firstTradable: symbol.warmup
        )
    }

    /// Every average true range and volatility that the options name, undefined as NaN.
    private static func auxiliary(
        _ symbol: Reference.Symbol,
        _ scenario: Reference.Scenario
    ) -> AuxiliaryColumns {
        var columns = AuxiliaryColumns()
        let distances = [
            scenario.risk.stopLoss, scenario.risk.takeProfit, scenario.risk.trailingStop,
            scenario.execution.limitEntry, scenario.execution.stopEntry,
        ]
        for case .atr(_, let period)? in distances {
            let values = symbol.bars.indices.map { symbol.averageTrueRange(period, at: $0) ?? .nan }
            columns.averageTrueRange[period] = Column(values)
        }
        let lookback = scenario.portfolio.sizing.lookback
        columns.volatility[lookback] = Column(
            symbol.bars.indices.map { symbol.volatility(lookback, at: $0) ?? .nan }
        )
        return columns
    }

    private static func deliveries(_ scenario: Reference.Scenario, _ traded: [Int]) -> [DeliveredSignals] {
        scenario.strategies.flatMap { strategy in
            zip(strategy.symbols, strategy.signals).map { symbol, signals in
                DeliveredSignals(
                    strategyID: strategy.id,
                    lane: traded.firstIndex(of: symbol) ?? 0,
                    list: list(signals)
                )
            }
        }
    }

    private static func list(_ signals: [Reference.Signal]) -> SignalList {
        let bars = Set(signals.map(\.bar)).sorted()
        var list = SignalList()
        for (row, bar) in bars.enumerated() {
            var mask: UInt8 = 0
            for signal in signals where signal.bar == bar { mask |= action(signal.action).mask }
            list.bars.append(Int32(bar))
            list.masks.append(mask)
            let here = signals.filter { $0.bar == bar }
                .sorted { action($0.action).rawValue < action($1.action).rawValue }
            for signal in here where isOverridden(signal) {
                list.overrides.append(
                    .init(
                        row: row,
                        action: action(signal.action),
                        quantity: signal.quantity ?? .nan,
                        stop: signal.stop ?? .nan,
                        target: signal.target ?? .nan,
                        limit: signal.limit ?? .nan,
                        strength: signal.strength
                    )
                )
            }
        }
        return list
    }

    private static func isOverridden(_ signal: Reference.Signal) -> Bool {
        signal != Reference.Signal(bar: signal.bar, action: signal.action)
    }

    private static func action(_ action: Reference.Action) -> SignalAction {
        switch action {
        case .exitLong: .exitLong
        case .exitShort: .exitShort
        case .enterLong: .enterLong
        case .enterShort: .enterShort
        }
    }

    private static func context(_ scenario: Reference.Scenario, _ frame: MarketFrame) -> MetricsContext {
        let ids = scenario.strategies.map(\.id)
        return MetricsContext(
            initialCapital: scenario.portfolio.capital,
            bars: frame.timeline.count,
            strategyCount: ids.count,
            symbolCount: frame.lanes.count,
            strategyOrder: ids.indices.sorted { ids[$0] < ids[$1] },
            symbolOrder: frame.symbolOrder,
            returns: scenario.metrics.daily ? .daily : .bar,
            dayEnds: frame.dayEnds,
            periodsPerYear: scenario.metrics.periodsPerYear,
            riskFree: scenario.metrics.riskFree
        )
    }

    static func exitReason(_ reason: ExitReason) -> Reference.ExitReason {
        switch reason {
        case .signal: .signal
        case .stopLoss: .stopLoss
        case .takeProfit: .takeProfit
        case .trailingStop: .trailingStop
        case .maxHoldingBars: .maxHoldingBars
        case .maxDrawdown: .maxDrawdown
        case .insolvency: .insolvency
        case .dailyLossLimit: .dailyLossLimit
        case .endOfData: .endOfData
        }
    }
}
