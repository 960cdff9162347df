public import BacktestEvents

/// What became of the events that were meant for a store; for the manifest.
public struct TraceLosses: Sendable, Hashable {
    /// Events that the store has for good.
    public var stored: Int = 0
    /// Events left out by sampling; never a critical one.
    public var sampledOut: Int = 0
    /// Events lost because the store failed, by type.
    public var lost: [EventType: Int] = [:]
    /// Events that the store had taken and could not write before it was closed.
    public var unwritten: Int = 0
    /// The store's first error, `nil` where it never failed.
    public var firstError: TraceStoreError?
    /// How often the circuit breaker opened.
    public var breakerOpenings: Int = 0

    /// Nothing happened.
    public init() {}

    /// All events lost because the store failed.
    public var lostCount: Int { lost.values.reduce(unwritten, +) }
}

/// Hands one container's events to a store: thinned, batched, and behind a circuit breaker.
///
/// With `on_storage_failure: degrade` a failing store never stops a run: what it doesn't take is counted. With `abort` its
/// first error is thrown. Owned by one worker; holds at most one batch and the sampler's lookahead.
public struct TraceWriter: ~Copyable {
    /// What happened so far.
    public private(set) var losses = TraceLosses()

    private let store: any TraceStore
    private let context: TraceContext
    private let times: UnsafeBufferPointer<Int64>
    private var types: EventTypeSet
    private let batchSize: Int
    private let mayDegrade: Bool
    private var sampler: EventSampler?
    private var breaker = CircuitBreaker()
    private var events: [Event] = []
    private var stamps: [EventStamps] = []
    /// What a store that serves several containers had before this one.
    private let eventsBefore: Int

    /// Begins a container's stream.
    ///
    /// - Parameters:
    ///   - store: Where the events go; `finish` closes it.
    ///   - context: The container.
    ///   - times: Market time of each bar of its timeline; must stay valid until `finish` has returned.
    ///   - settings: Types, sampling, batch size and what to do on failure.
    ///   - runSeed: Seed of sampling where the settings have none.
    public init(
        store: any TraceStore,
        context: TraceContext,
        times: UnsafeBufferPointer<Int64>,
        settings: TraceSettings,
        runSeed: UInt64
    ) {
        self.store = store
        eventsBefore = store.eventCount
        self.context = context
        self.times = times
        types = settings.eventTypes
        batchSize = max(settings.batchSize, 1)
        mayDegrade = settings.onStorageFailure == .degrade
        sampler =
            settings.sampleRate < 1
            ? EventSampler(settings: settings, runSeed: runSeed, containerID: context.containerID) : nil
    }

    /// Goes on with other types; how and where they are stored stays as it was.
    public mutating func change(to settings: TraceSettings) {
        types = settings.enabled ? settings.eventTypes : []
    }

    /// Takes events in stream order; those of other types pass by.
    ///
    /// - Parameters:
    ///   - batch: The events.
    ///   - readings: Their clock readings: of all events of the stream or of none.
    /// - Throws: The store's error, with `on_storage_failure: abort`.
    public mutating func write(
        _ batch: UnsafeBufferPointer<Event>,
        stamps readings: UnsafeBufferPointer<EventStamps>? = nil
    ) throws(TraceStoreError) {
        for index in batch.indices where types.contains(type: batch[index].type) {
            let item = EventSampler.Item(event: batch[index], stamps: readings.map { $0[index] })
            if sampler == nil {
                gather(item)
            } else {
                var kept: EventSampler.Item?
                sampler?.take(item) { kept = $0 }
                if let kept { gather(kept) }
            }
            if events.count >= batchSize { try hand() }
        }
    }

    private mutating func gather(_ item: EventSampler.Item) {
        events.append(item.event)
        if let readings = item.stamps { stamps.append(readings) }
    }

    /// Ends the stream: writes what waits and closes the store.
    ///
    /// - Throws: The store's error, with `on_storage_failure: abort`.
    public mutating func finish() throws(TraceStoreError) {
        var rest: [EventSampler.Item] = []
        sampler?.finish { rest.append($0) }
        for item in rest { gather(item) }
        losses.sampledOut = sampler?.sampledOutCount ?? 0
        var failure: TraceStoreError?
        do throws(TraceStoreError) {
            if !events.isEmpty { try hand() }
        } catch {
            failure = error
        }
        // Whatever happened to the last batch, those before it are written.
        do throws(TraceStoreError) {
            try store.close()
        } catch {
            losses.unwritten = losses.stored - (store.eventCount - eventsBefore)
            losses.stored -= losses.unwritten
            if losses.firstError == nil { losses.firstError = error }
            if !mayDegrade { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    private mutating func hand() throws(TraceStoreError) {
        defer {
            events.removeAll(keepingCapacity: true)
            stamps.removeAll(keepingCapacity: true)
            losses.breakerOpenings = breaker.openings
        }
        guard breaker.allowsAttempt() else {
            loseBatch()
            return
        }
        do throws(TraceStoreError) {
            try append()
            breaker.succeeded()
            losses.stored += events.count
        } catch {
            breaker.failed()
            if losses.firstError == nil { losses.firstError = error }
            loseBatch()
            if !mayDegrade { throw error }
        }
    }

    private func append() throws(TraceStoreError) {
        precondition(stamps.isEmpty || stamps.count == events.count, "readings of all events or of none")
        try events.withUnsafeBufferPointer { events throws(TraceStoreError) in
            try stamps.withUnsafeBufferPointer { stamps throws(TraceStoreError) in
                try store.append(
                    TraceBatch(
                        context: context,
                        events: events,
                        times: times,
                        stamps: stamps.isEmpty ? nil : stamps
                    )
                )
            }
        }
    }

    private mutating func loseBatch() {
        for event in events { losses.lost[event.type, default: 0] += 1 }
    }
}
