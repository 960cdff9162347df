import BacktestConcurrency
import BacktestEngine
import BacktestEvents
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestResults
import BacktestRules
import BacktestTracing

/// What one thread keeps from container to container: engine, observers, scratch memory and the writer of files.
///
/// A class because the pool's thread owns it for as long as it runs; nothing in it is shared with another thread.
final class ContainerWorker {
    let prepared: PreparedRun
    private let variants: SignalVariants
    let tree: RunDirectory
    private let runHash: String
    var runner = ContainerRunner()
    /// Read only where a container's latency is traced.
    let clock = EventClock { Clock.now() }
    private let metrics = MetricsObserver()
    let tracer: ContainerTracer
    private(set) lazy var watcher = DynamicRuleWatcher(tracer)
    let quality = ExecutionQualityObserver()
    private let trades = TradeRecorder()
    private let equity = EquityRecorder()
    private var evaluator: SignalEvaluator
    private var traces: ContainerTraces
    var writer: ContainerWriter
    /// The stored trace of the container under way, `nil` where it has none.
    var running: RunningTrace?
    /// What the files of the last container lost, a sentence each.
    private(set) var losses: [String] = []
    /// Events that the container which has just run let go of because its window (`max_events`) was full.
    private(set) var eventsBeyondWindow = 0
    /// Observers that write files of their own or speak to the outside.
    var outside: OutsideObservers
    let live: LiveRun
    private(set) lazy var sender = SpanSender(live.collectors) { [live] in live.interrupt.signal != nil }
    /// Signals of each slot that rules feed.
    private var windows: [SignalWindow]
    /// The end of the parameter sets that this worker will be asked for next.
    var setsEnd = 0

    private let signalBudget: SignalBudget
    /// Where returns go, `nil` where nobody asks for them.
    private let returns: RunReturns?

    init(
        _ prepared: PreparedRun,
        _ variants: SignalVariants,
        _ tree: RunDirectory,
        _ live: LiveRun,
        _ budget: SignalBudget,
        _ returns: RunReturns?
    ) {
        signalBudget = budget
        self.returns = returns
        self.prepared = prepared
        self.variants = variants
        self.tree = tree
        runHash = RunID.hashPart(of: prepared.plan.configurationHash)
        // Where there is one processor alone, a thread beside the worker would only take turns with it.
        tracer = ContainerTracer(
            isThreaded: WorkerPool.availableProcessorCount > 1,
            memory: prepared.traceMemory
        )
        evaluator = SignalEvaluator(graph: variants.graph)
        traces = ContainerTraces(prepared.plan.tracing)
        writer = ContainerWriter(tree)
        windows = prepared.slots.map { _ in SignalWindow() }
        self.live = live
        outside = OutsideObservers(prepared, metrics, tree, live)
        runner.bus.attach(metrics, name: "metrics")
        runner.bus.attach(tracer, name: "tracer")
        let tracing = prepared.plan.tracing
        if tracing.mentions({ $0.watches(.executionQuality) }) {
            runner.bus.attach(quality, name: "execution quality")
        }
        let storesTrades = tracing.mentions { directive in
            directive.storeTrades == true
                || (directive.dynamicRules ?? []).contains { $0.action.storeTrades == true }
        }
        if prepared.plan.results.storeTrades || storesTrades { runner.bus.attach(trades, name: "trades") }
        if recordsEquity { runner.bus.attach(equity, name: "equity") }
        outside.attach(to: &runner.bus)
    }

    /// Whether the equity of every bar is asked for.
    private var recordsEquity: Bool { prepared.plan.results.storeEquityCurve || returns != nil }

    /// Observers that failed since the last call.
    func takeObserverFailures() -> [ObserverFailure] { runner.bus.takeFailures() }

    /// Whether trades.csv of a container with such settings is written.
    private func storesTrades(_ trace: TraceSettings) -> Bool {
        trace.storeTrades ?? prepared.plan.results.storeTrades
    }

    /// The record that a resumed run keeps, `nil` where the container must run.
    func kept(_ template: ContainerTemplate, set: Int) throws(StorageError) -> ContainerRecord? {
        if template.trades, let returns, !returns.store.hasEarlierColumns { return nil }
        let id = prepared.containerID(template, set: set)
        let trace = traces.trace(of: id, template).settings
        var files = outsideFiles(trace, template)
        if template.trades, storesTrades(trace) { files.append(ContainerWriter.tradesName) }
        if template.trades, prepared.plan.results.storeEquityCurve {
            files.append(ContainerWriter.equityName)
        }
        let record = try writer.keptRecord(
            containerID: id,
            portfolioID: template.id,
            runHash: runHash,
            parameters: prepared.plan.parameterValues(ofSet: set),
            files: files,
            hasTrace: trace.writesFiles
        )
        // A failed container runs again: what failed may have been mended.
        guard let record, record.status == .completed else { return nil }
        live.board.ended(record, isKept: true)
        return record
    }

    /// Runs one container and publishes its files; a container that fails has a record all the same.
    func run(_ template: ContainerTemplate, set: Int) throws(StorageError) -> ContainerRecord {
        var record = ContainerRecord(
            containerID: prepared.containerID(template, set: set),
            portfolioID: template.id,
            runHash: runHash
        )
        record.parameters = prepared.plan.parameterValues(ofSet: set)
        record.strategies = template.filter.strategies
        record.symbols = prepared.frames[template.frame].lanes.map(\.lane.series.symbol)
        live.board.began(record.containerID)
        let trace = traces.trace(of: record.containerID, template)
        do {
            try execute(template, set: set, trace, &record)
        } catch {
            record.status = .failed
            record.error = error.message
        }
        // A window lets go by its policy; its bound is reached all the same.
        let isWindow = trace.settings.retention == .slidingWindow && trace.settings.maxEvents > 0
        eventsBeyondWindow = isWindow && trace.settings.dynamicRules.isEmpty ? record.memory.pruned : 0
        losses.removeAll()
        if let loss = try finishTrace(record.containerID) { losses.append(loss) }
        try writeLatency(record)
        if ObserverSection.isOver(record) {
            let bytes = Int(ObserverSection.bytes(ofEvents: record.memory.peak))
            losses.append(
                "the events of \(record.containerID) took \(bytes) bytes of memory, over its threshold_mb"
            )
        }
        losses += try finishOutside(record, trace.settings)
        if record.status == .completed, template.trades {
            if storesTrades(trace.settings.dynamicRules.isEmpty ? trace.settings : watcher.settings) {
                try writer.writeTrades(trades.sorted(), containerID: record.containerID)
            }
            if prepared.plan.results.storeEquityCurve { try writeEquity(template, record.containerID) }
        }
        if template.trades, let returns { try returns.write(equity.equity, record, template, set: set) }
        try writer.writeMetrics(record)
        live.board.ended(record)
        return record
    }

    private func writeEquity(_ template: ContainerTemplate, _ id: String) throws(StorageError) {
        let times = prepared.frames[template.frame].timeline.times.buffer
        let writer = equity.equity.withUnsafeBufferPointer { values in
            Result { () throws(StorageError) in
                try self.writer.writeEquity(times: times, equity: values, containerID: id)
            }
        }
        try writer.get()
    }

    /// Why a container could not run.
    private struct ContainerFailure: Error {
        var message: String
    }

    private func execute(
        _ template: ContainerTemplate,
        set: Int,
        _ trace: ContainerTrace,
        _ record: inout ContainerRecord
    ) throws(ContainerFailure) {
        let frame = prepared.frames[template.frame]
        let timeline = frame.timeline
        guard timeline.count > 0 else {
            throw ContainerFailure(message: "its symbols have no bars between data.start and data.end")
        }
        let settings = prepared.plan.settings(ofPortfolio: template.portfolioIndex, set: set)
        beginTrace(trace, record, template, settings)
        beginOutside(trace.settings, record, template, settings)
        let deliveries = template.sleeves.map { sleeve in
            DeliveredSignals(
                strategyID: sleeve.strategyID,
                lane: sleeve.lane,
                list: signals(slot: sleeve.slot, set: set),
                features: features(sleeve, settings, trace)
            )
        }
        begin(template, settings, frame, trace)
        let fixed = settings.metrics.returns == .bar ? settings.metrics.periodsPerYear : nil
        let input = ContainerInput(
            id: record.containerID,
            filter: template.filter,
            frame: frame,
            deliveries: deliveries,
            execution: settings.execution,
            portfolio: settings.portfolio,
            periodsPerYear: fixed ?? prepared.calendar.periods[template.frame].bars,
            trades: template.trades,
            stepwise: isStepwise(trace)
        )
        let outcome: ContainerOutcome
        do {
            outcome = try runner.run(input)
        } catch {
            throw ContainerFailure(message: error.description)
        }
        fill(&record, template, frame, outcome, trace)
    }

    /// Whether somebody asks for events of every bar: bars, features, or in a stored trace the marks.
    private func isStepwise(_ trace: ContainerTrace) -> Bool {
        let perBar = EventTypeSet([.bar, .features])
        return !tracer.interests.union(outside.interests).isDisjoint(with: perBar) || trace.mayStoreMarks
    }

    /// Periods a year of the container's returns, the config's own or that of its bars (rule R13).
    func periodsPerYear(_ template: ContainerTemplate, _ settings: ContainerSettings) -> Double {
        let isDaily = settings.metrics.returns == .daily
        let standard = prepared.calendar.periods[template.frame]
        return settings.metrics.periodsPerYear ?? (isDaily ? standard.days : standard.bars)
    }

    private func begin(
        _ template: ContainerTemplate,
        _ settings: ContainerSettings,
        _ frame: MarketFrame,
        _ trace: ContainerTrace
    ) {
        let isDaily = settings.metrics.returns == .daily
        metrics.begin(
            MetricsContext(
                initialCapital: settings.portfolio.initialCapital,
                bars: frame.timeline.count,
                strategyCount: template.filter.strategies.count,
                symbolCount: frame.lanes.count,
                strategyOrder: template.strategyOrder,
                symbolOrder: frame.symbolOrder,
                returns: settings.metrics.returns,
                dayEnds: isDaily ? frame.dayEnds : [],
                periodsPerYear: periodsPerYear(template, settings),
                riskFree: settings.metrics.riskFree
            )
        )
        if trace.reachable.contains(where: { storesTrades($0) }) {
            trades.begin(frame.timeline, strategyIDs: template.filter.strategies)
        } else {
            trades.rest()
        }
        if recordsEquity { equity.begin(bars: frame.timeline.count) }
    }

    /// The signals of a slot in a set.
    private func signals(slot: Int, set: Int) -> SignalList {
        if let list = prepared.fileSignals[slot] { return list }
        return windows[slot].list(
            of: set,
            end: setsEnd,
            slots: windows.count,
            signalBudget,
            variant: { variants.variant(slot: slot, set: $0) },
            { evaluator.signals(for: $0, store: variants.store) }
        )
    }

    private func fill(
        _ record: inout ContainerRecord,
        _ template: ContainerTemplate,
        _ frame: MarketFrame,
        _ outcome: ContainerOutcome,
        _ trace: ContainerTrace
    ) {
        let timeline = frame.timeline
        record.period = (
            Timestamp(nanoseconds: timeline.times[0]),
            Timestamp(nanoseconds: timeline.times[timeline.count - 1]),
            timeline.count
        )
        if let reason = outcome.haltReason {
            record.halted = ContainerRecord.Halt(
                reason: reason.name,
                time: Timestamp(nanoseconds: timeline.times[outcome.haltBar])
            )
        }
        if template.trades { record.metrics = metrics.finish() }
        attribute(&record, template, outcome)
        for type in EventType.allCases {
            let count = runner.bus.count(of: type)
            if count > 0 { record.events.append((type.name, count)) }
        }
        record.rejections = RejectionReason.named(outcome.rejections)
        if outcome.salesAtZero > 0 {
            let first = Timestamp(nanoseconds: timeline.times[outcome.firstSaleAtZero])
            record.fillsAtZero = (outcome.salesAtZero, first)
        }
        if outcome.fillsBeyondVolume > 0 {
            let first = Timestamp(nanoseconds: timeline.times[outcome.firstFillBeyondVolume])
            record.fillsBeyondVolume = (outcome.fillsBeyondVolume, first)
        }
        let counters = tracer.counters
        record.memory = (counters.inMemory, counters.peak, counters.pruned, counters.dropped)
        record.observers = ObserverSection.entries(
            observers: trace.settings.observers,
            monitorsMemory: trace.settings.monitorMemory,
            thresholdMegabytes: trace.settings.memoryThresholdMegabytes,
            peakEvents: counters.peak,
            quality: quality.quality
        )
    }

    private func attribute(
        _ record: inout ContainerRecord,
        _ template: ContainerTemplate,
        _ outcome: ContainerOutcome
    ) {
        var signals = template.filter.strategies.map { _ in record.symbols.map { _ in 0 } }
        for (sleeve, heard) in zip(template.sleeves, outcome.signals) {
            guard let strategy = template.filter.strategies.firstIndex(of: sleeve.strategyID) else {
                continue
            }
            signals[strategy][sleeve.lane] += heard
        }
        ContainerAttribution.fill(
            &record,
            metrics,
            strategyOrder: template.strategyOrder,
            symbolOrder: prepared.frames[template.frame].symbolOrder,
            signals: signals
        )
    }
}
