import BacktestEngine
import BacktestEvents
import BacktestMetrics
import BacktestModel
import BacktestResults
public import BacktestTracing

/// Makes a container's metrics.json once more, from its stored full trace alone.
///
/// The events pass through the same metrics observer as in the run, and through the same retention policy; nothing is
/// traded and no market data is read. Give it every event with `take`, in the order stored, then ask for the document.
public struct TraceReplay: ~Copyable {
    /// Why a trace cannot be replayed.
    public enum Failure: Error, Sendable, CustomStringConvertible {
        /// Some events were never stored.
        case notFull(String)
        /// A file cannot be read.
        case unreadable(TraceReader.Failure)
        /// An event names a strategy or symbol that the container has not.
        case foreign(String)

        /// One sentence.
        public var description: String {
            switch self {
            case .notFull(let reason): "the trace is not full: \(reason)"
            case .unreadable(let error): error.description
            case .foreign(let id): "event \(id) does not fit the container's strategies and symbols"
            }
        }
    }

    private let context: TraceContext
    private let metricsContext: MetricsContext
    private var projection: TraceProjection
    private var foreign: String?

    /// Prepares the replay of a trace, which must be full.
    public init(_ trace: StoredTrace) throws(Failure) {
        try TraceReplay.requireFull(trace)
        context = trace.context
        metricsContext = TraceReplay.metricsContext(trace.index)
        let metrics = MetricsObserver()
        metrics.begin(metricsContext)
        projection = TraceProjection(trace.index, metrics)
    }

    /// Reads a full trace and makes the bytes of metrics.json as it has them.
    public static func metricsDocument(_ trace: StoredTrace) throws(Failure) -> [UInt8] {
        var replay = try TraceReplay(trace)
        do throws(TraceReader.Failure) {
            try trace.read { replay.take($0) }
        } catch {
            throw .unreadable(error)
        }
        return try replay.metricsDocument()
    }

    /// Takes the next event.
    public mutating func take(_ traced: TracedEvent) {
        if let event = traced.event(in: context) {
            projection.take(event, at: traced.timestamp)
        } else if foreign == nil {
            foreign = traced.eventID
        }
    }

    /// The bytes of metrics.json as the events have them.
    public func metricsDocument() throws(Failure) -> [UInt8] {
        if let foreign { throw .foreign(foreign) }
        var buffer = BacktestResults.ByteBuffer()
        MetricsDocument.write(
            projection.record(metricsContext.strategyOrder, metricsContext.symbolOrder),
            into: &buffer
        )
        return buffer.array
    }

    private static func requireFull(_ trace: StoredTrace) throws(Failure) {
        let index = trace.index
        guard !trace.isFull else { return }
        if index.counts.lost > 0 { throw .notFull("\(index.counts.lost) events could not be stored") }
        if index.counts.sampledOut > 0 {
            throw .notFull("\(index.counts.sampledOut) events were left out by sampling (sample_rate)")
        }
        if !index.changes.isEmpty {
            throw .notFull("dynamic_rules changed its settings while the container ran")
        }
        throw .notFull("only \(index.eventTypes.joined(separator: ", ")) were traced (events_to_trace)")
    }

    private static func metricsContext(_ index: TraceIndex) -> MetricsContext {
        MetricsContext(
            initialCapital: index.basis.initialCapital,
            bars: index.basis.bars,
            strategyCount: index.strategies.count,
            symbolCount: index.symbols.count,
            strategyOrder: index.strategies.indices.sorted { index.strategies[$0] < index.strategies[$1] },
            symbolOrder: index.symbols.indices.sorted { index.symbols[$0] < index.symbols[$1] },
            returns: index.basis.returns == "daily" ? .daily : .bar,
            dayEnds: index.basis.dayEnds.compactMap { Int32(exactly: $0) },
            periodsPerYear: index.basis.periodsPerYear,
            riskFree: index.basis.riskFree
        )
    }
}

/// Gathers what a container's stream says, event by event.
private struct TraceProjection: ~Copyable {
    private let index: TraceIndex
    private let metrics: MetricsObserver
    private let quality = ExecutionQualityObserver()
    private let observers: [TraceObserver]
    private var retention = EventRetention()
    private var counts = [Int](repeating: 0, count: EventType.allCases.count)
    private var signals: [[Int]]
    private var halted: ContainerRecord.Halt?
    private var rejections = [Int](repeating: 0, count: RejectionReason.allCases.count)
    private var fillsAtZero: (count: Int, first: Timestamp)?
    private var fillsBeyondVolume: (count: Int, first: Timestamp)?

    init(_ index: TraceIndex, _ metrics: MetricsObserver) {
        self.index = index
        self.metrics = metrics
        signals = index.strategies.map { _ in index.symbols.map { _ in 0 } }
        observers = TraceObserver.allCases.filter { observer in
            index.setting("observers")?.split { !$0.isLetter && $0 != "_" }.contains {
                $0 == observer.rawValue
            } ?? false
        }
        quality.begin(isWatching: ObserverSection.watchesExecution(observers))
        var settings = TraceSettings()
        settings.eventTypes = EventTypeSet(index.eventTypes.compactMap { EventType(name: $0) })
        settings.retention =
            index.setting("retention_policy").flatMap { RetentionPolicy(rawValue: $0) } ?? .all
        settings.maxEvents = index.setting("max_events").flatMap { Int($0) } ?? 0
        settings.storageBackend = .file
        retention.reset(settings)
    }

    mutating func take(_ event: Event, at time: Timestamp) {
        counts[Int(event.type.rawValue)] += 1
        retention.record(event)
        withUnsafePointer(to: event) { quality.observe(events: UnsafeBufferPointer(start: $0, count: 1)) }
        switch event.type {
        case .portfolioUpdate where event.flags & EventFlags.mark != 0: mark(event)
        case .signal: signals[Int(event.strategy)][Int(event.symbol)] += 1
        case .riskBreach where event.flags & EventFlags.limit != 0: halt(event, time)
        case .riskBreach, .order: if event.flags & EventFlags.rejected != 0 { reject(event) }
        case .fill, .positionOpen, .positionClose:
            if event.type == .fill, event.price <= 0 {
                fillsAtZero = ((fillsAtZero?.count ?? 0) + 1, fillsAtZero?.first ?? time)
            }
            if event.type == .fill, event.flags & EventFlags.beyondVolume != 0 {
                fillsBeyondVolume = ((fillsBeyondVolume?.count ?? 0) + 1, fillsBeyondVolume?.first ?? time)
            }
            withUnsafePointer(to: event) { metrics.observe(events: UnsafeBufferPointer(start: $0, count: 1)) }
        default: break
        }
    }

    private func mark(_ event: Event) {
        let bar = Int(event.bar)
        guard event.flags & EventFlags.exposed != 0 else {
            metrics.observe(marks: MarkSpan(first: bar, count: 1, flatEquity: event.value1))
            return
        }
        // A span promises 64 readable bytes before and after its equity: 8 doubles on either side.
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 17) { buffer in
            buffer.initialize(repeating: event.value1)
            guard let start = buffer.baseAddress else { return }
            metrics.observe(marks: MarkSpan(first: bar, count: 1, exposed: start + 8))
        }
    }

    private mutating func reject(_ event: Event) {
        guard rejections.indices.contains(Int(event.reason)) else { return }
        rejections[Int(event.reason)] += 1
    }

    /// A daily loss limit ends a day, the others the run (rules R5 and R66).
    private mutating func halt(_ event: Event, _ time: Timestamp) {
        guard let reason = ExitReason(rawValue: event.reason), reason != .dailyLossLimit else { return }
        halted = ContainerRecord.Halt(reason: reason.name, time: time)
    }

    func record(_ strategyOrder: [Int], _ symbolOrder: [Int]) -> ContainerRecord {
        var record = ContainerRecord(
            containerID: index.containerID,
            portfolioID: index.portfolioID,
            runHash: index.runHash
        )
        record.parameters = index.parameters.map { ($0.name, $0.value) }
        record.strategies = index.strategies
        record.symbols = index.symbols
        record.period = (index.basis.start, index.basis.end, index.basis.bars)
        record.halted = halted
        if index.basis.trades { record.metrics = metrics.finish() }
        ContainerAttribution.fill(
            &record,
            metrics,
            strategyOrder: strategyOrder,
            symbolOrder: symbolOrder,
            signals: signals
        )
        for type in EventType.allCases where counts[Int(type.rawValue)] > 0 {
            record.events.append((type.name, counts[Int(type.rawValue)]))
        }
        record.rejections = RejectionReason.named(rejections)
        record.fillsAtZero = fillsAtZero
        record.fillsBeyondVolume = fillsBeyondVolume
        let counters = retention.counters
        record.memory = (counters.inMemory, counters.peak, counters.pruned, counters.dropped)
        record.observers = ObserverSection.entries(
            observers: observers,
            monitorsMemory: index.setting("monitor_memory") == "true",
            thresholdMegabytes: index.setting("threshold_mb").flatMap { Double($0) } ?? 0,
            peakEvents: counters.peak,
            quality: quality.quality
        )
        return record
    }
}
