import BacktestEngine
import BacktestEvents
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestResults
import BacktestTestKit
import BacktestTracing

@testable import BacktestSweep

/// A market of two symbols and a portfolio that trades it often, and every observer that there is.
struct Stage {
    static let strategies = ["cross", "dips"]
    static let symbols = ["A", "B"]
    static let bars = 1_500

    let frame: MarketFrame
    let input: ContainerInput

    init() throws {
        let tape = Tape(series: [Stage.series("A", seed: 1), Stage.series("B", seed: 2)], timeZone: .utc)
        frame = MarketFrame(
            Timeline(tape: tape, symbols: [0, 1]),
            auxiliary: [AuxiliaryColumns(), AuxiliaryColumns()]
        )
        var deliveries: [DeliveredSignals] = []
        for (index, strategy) in Stage.strategies.enumerated() {
            for lane in 0..<2 {
                deliveries.append(
                    DeliveredSignals(
                        strategyID: strategy,
                        lane: lane,
                        list: Stage.signals(every: 7 + 4 * index + lane)
                    )
                )
            }
        }
        var portfolio = PortfolioOptions()
        portfolio.direction = .longShort
        portfolio.risk.stopLoss = .rate(0.02)
        portfolio.weights = [1, 1]
        input = ContainerInput(
            id: "fund",
            filter: try StrategyFilter(Stage.strategies, subscriber: "fund"),
            frame: frame,
            deliveries: deliveries,
            execution: ExecutionOptions(),
            portfolio: portfolio,
            periodsPerYear: 252,
            stepwise: true
        )
    }

    private static func series(_ symbol: String, seed: UInt64) -> Series {
        var generator = SeededGenerator(seed: seed)
        var (open, high, low, close): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
        var price = 100.0
        for _ in 0..<bars {
            let next = max(10, price * (1 + Double.random(in: -0.02...0.0202, using: &generator)))
            open.append(price)
            high.append(max(price, next) * 1.002)
            low.append(min(price, next) * 0.998)
            close.append(next)
            price = next
        }
        let times = Column((0..<bars).map { Int64($0) * Timestamp.nanosecondsPerDay })
        return Series(
            symbol: symbol,
            calendar: BarCalendar(length: .days(1)),
            timestamps: times,
            known: times,
            open: Column(open),
            high: Column(high),
            low: Column(low),
            close: Column(close),
            volume: Column([Double](repeating: 1_000, count: bars))
        )
    }

    private static func signals(every step: Int) -> SignalList {
        var list = SignalList()
        let actions: [SignalAction] = [.enterLong, .exitLong, .enterShort, .exitShort]
        for (place, bar) in stride(from: 1, to: bars, by: step).enumerated() {
            list.bars.append(Int32(bar))
            list.masks.append(actions[place % 4].mask)
        }
        return list
    }

    var context: TraceContext {
        TraceContext(
            runID: "abc123",
            containerID: "fund",
            portfolioID: "fund",
            strategies: Stage.strategies,
            symbols: Stage.symbols
        )
    }

    var metricsContext: MetricsContext {
        MetricsContext(
            initialCapital: input.portfolio.initialCapital,
            bars: Stage.bars,
            strategyCount: 2,
            symbolCount: 2,
            strategyOrder: [0, 1],
            symbolOrder: [0, 1],
            returns: .bar,
            dayEnds: [],
            periodsPerYear: 252,
            riskFree: 0
        )
    }
}

/// One of every observer, begun for the stage's container.
struct Cast {
    static let names = [
        "metrics", "tracer", "execution quality", "trades", "equity", "feature extraction",
        "distributed tracing",
        "alerts", "partial results",
    ]

    /// Gathers what an observer hands out; a class because a closure and the test refer to it.
    final class Lines { var texts: [String] = [] }

    let metrics = MetricsObserver()
    let tracer = ContainerTracer()
    let store = MemoryTraceStore()
    let quality = ExecutionQualityObserver()
    let trades = TradeRecorder()
    let equity = EquityRecorder()
    let features = FeatureExtractor()
    let spans = DistributedTracingObserver()
    let alerts: AlertObserver
    let partial: PartialResults
    let documents = Lines()
    let folder: TemporaryFolder
    let tree: RunDirectory

    init(_ stage: Stage) throws {
        folder = TemporaryFolder()
        var manifest = Manifest(name: "cast", configurationHash: "abcdef0123")
        tree = try RunDirectory.create(
            results: folder.path,
            manifest: &manifest,
            secondsSinceEpoch: 0,
            configuration: []
        )
        var plan = RunPlan(
            name: "cast",
            configurationPath: "",
            configurationBytes: [],
            configurationHash: "abcdef0123"
        )
        plan.results.partialResults = .trades(1)
        let board = LiveBoard(plan.sweep, nil, tree, total: 1, now: { 0 })
        alerts = AlertObserver(plan, AlertDispatcher(say: { _ in }, now: { 0 }))
        partial = PartialResults(metrics, board, tree, plan)
        begin(stage)
    }

    private func begin(_ stage: Stage) {
        let times = stage.frame.timeline.times.buffer
        metrics.begin(stage.metricsContext)
        var settings = TraceSettings()
        settings.eventTypes = .all
        settings.retention = .all
        tracer.begin(settings, store: store, context: stage.context, times: times, runSeed: 1)
        quality.begin(isWatching: true)
        trades.begin(stage.frame.timeline, strategyIDs: Stage.strategies)
        equity.begin(bars: Stage.bars)
        var table = FeatureTable()
        table.names = ["close"]
        let lanes = stage.frame.timeline.lanes
        table.columns = (0..<4).map { [lanes[$0 % 2].series.close] }
        var options = FeatureExtractionOptions()
        options.window = 3
        features.begin(options, stage.context, table, stage.frame.timeline)
        let documents = documents
        spans.begin(
            stage.context,
            SpanIdentity(high: 1, low: 2),
            service: "admf",
            times: times,
            clock: nil,
            sink: { bytes, _ in documents.texts.append(String(decoding: bytes, as: UTF8.self)) }
        )
        alerts.begin(
            [TraceAlert(name: "closed", condition: "event_type == POSITION_CLOSE")],
            stage.context,
            times: times
        )
        var record = ContainerRecord(containerID: "fund", portfolioID: "fund", runHash: "abcdef")
        record.strategies = Stage.strategies
        partial.begin(record, stage.frame.timeline)
    }

    /// The observers with their names, in the order in which a worker attaches them.
    var members: [(name: String, observer: any EventObserver)] {
        let observers: [any EventObserver] = [
            metrics, tracer, quality, trades, equity, features, spans, alerts, partial,
        ]
        return Array(zip(Cast.names, observers))
    }

    /// Everything that the observers found, as texts to be compared.
    func findings() throws -> [String] {
        spans.finish()
        tracer.finish()
        let values = metrics.finish()
        let numbers = MetricName.allCases.map { "\($0.name) \(values[$0].map { "\($0)" } ?? "-")" }
        try FeatureFiles(extractor: features, tree: tree).write()
        let rows = try tree.bytes(of: "features.csv", container: "fund")?.text ?? ""
        let record = ContainerRecord(containerID: "fund", portfolioID: "fund", runHash: "abcdef")
        return [
            numbers.joined(separator: "\n"), "\(store.records.count) \(tracer.counters)",
            "\(quality.quality)",
            trades.sorted().map { "\($0)" }.joined(separator: "\n"), "\(equity.equity)", rows,
            documents.texts.joined(), alerts.finish(record).text,
        ]
    }
}
