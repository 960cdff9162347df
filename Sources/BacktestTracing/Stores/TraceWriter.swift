public import BacktestEvents

/// What became of the events that were meant for a store; for the manifest.
public struct TraceLosses: Sendable, Hashable {
    /// Events that the store has for good.
    public var stored: Int = 0
    /// Events left out by sampling; never a critical one.
    public var sampledOut: Int = 0
    /// Events lost because the store failed, by type.
    public var lost: [EventType: Int] = [:]
    /// Events left out because there were too many to store in time, by type; never a critical one.
    public var leftOut: [EventType: Int] = [:]
    /// How far the trace was lowered under load, and from which events on.
    public var reductions: [TraceReductionChange] = []
    /// Events that the store had taken and could not write before it was closed.
    public var unwritten: Int = 0
    /// The store's first error, `nil` where it never failed.
    public var firstError: TraceStoreError?
    /// How often the circuit breaker opened.
    public var breakerOpenings: Int = 0

    /// Nothing happened.
    public init() {}

    /// All events left out under load.
    public var leftOutCount: Int { leftOut.values.reduce(0, +) }

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
    /// Longest wait of an event until it can be read from outside, in nanoseconds; 0 for any.
    let timeoutNanoseconds: Int64
    private let batchSize: Int
    private let mayDegrade: Bool
    private var sampler: EventSampler?
    private var breaker = CircuitBreaker()
    private var events: [Event] = []
    private var stamps: [EventStamps] = []
    private let hasStamps: Bool
    /// Events of the last batch that was handed over, which the store may not have written yet.
    private var unsaved = 0
    /// Events of the batch being gathered that can be read from outside.
    private var saved = 0
    /// When it was first seen that something waits, `nil` where nothing does.
    private var waitingSince: Int64?
    /// What a store that serves several containers had before this one.
    private let eventsBefore: Int

    /// Begins a container's stream.
    ///
    /// - Parameters:
    ///   - store: Where the events go; `finish` closes it.
    ///   - context: The container.
    ///   - times: Market time of each bar of its timeline; must stay valid until `finish` has returned.
    ///   - settings: Sampling, batch size and what to do on failure.
    ///   - runSeed: Seed of sampling where the settings have none.
    ///   - hasStamps: Whether its events come with clock readings.
    public init(
        store: any TraceStore,
        context: TraceContext,
        times: UnsafeBufferPointer<Int64>,
        settings: TraceSettings,
        runSeed: UInt64,
        hasStamps: Bool = false
    ) {
        self.hasStamps = hasStamps
        self.store = store
        eventsBefore = store.eventCount
        self.context = context
        self.times = times
        timeoutNanoseconds = Int64(min(settings.batchTimeoutMilliseconds, 1e9) * 1e6)
        batchSize = max(settings.batchSize, 1)
        mayDegrade = settings.onStorageFailure == .degrade
        sampler =
            settings.sampleRate < 1
            ? EventSampler(settings: settings, runSeed: runSeed, containerID: context.containerID) : nil
    }

    /// Takes events in stream order.
    ///
    /// - Throws: The store's error, with `on_storage_failure: abort`.
    mutating func write(_ queued: UnsafeBufferPointer<QueuedEvent>) throws(TraceStoreError) {
        for index in queued.indices {
            if sampler == nil {
                gather(queued[index].event, queued[index].stamps)
            } else {
                let item = EventSampler.Item(event: queued[index].event, stamps: queued[index].stamps)
                var kept: EventSampler.Item?
                sampler?.take(item) { kept = $0 }
                if let kept { gather(kept) }
            }
            if events.count >= batchSize { try hand() }
        }
    }

    private mutating func gather(_ item: EventSampler.Item) {
        gather(item.event, item.stamps ?? EventStamps(created: 0, emitted: 0, received: 0, processed: 0))
    }

    @inline(__always)
    private mutating func gather(_ event: Event, _ readings: EventStamps) {
        events.append(event)
        if hasStamps { stamps.append(readings) }
    }

    /// Makes readable from outside what has waited for longer than `batch_timeout_ms`; call it now and then.
    ///
    /// - Parameter now: A monotonic clock, in nanoseconds.
    /// - Throws: The store's error, with `on_storage_failure: abort`.
    mutating func save(at now: Int64) throws(TraceStoreError) {
        guard timeoutNanoseconds > 0, unsaved + events.count > saved else {
            waitingSince = nil
            return
        }
        guard let since = waitingSince else {
            waitingSince = now
            return
        }
        guard now - since >= timeoutNanoseconds, case .closed = breaker.state else { return }
        waitingSince = nil
        do throws(TraceStoreError) {
            let isTaken = try withBatch { batch throws(TraceStoreError) in try store.save(batch) }
            unsaved = 0
            saved = isTaken ? 0 : events.count
            if isTaken { forgetBatch(stored: true) }
        } catch {
            // Nothing is lost: the events come again with their batch.
            if losses.firstError == nil { losses.firstError = error }
            if !mayDegrade { throw error }
        }
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
        guard breaker.allowsAttempt() else {
            forgetBatch(stored: false)
            return
        }
        do throws(TraceStoreError) {
            try withBatch { batch throws(TraceStoreError) in try store.append(batch) }
            breaker.succeeded()
            unsaved = events.count
            forgetBatch(stored: true)
        } catch {
            breaker.failed()
            if losses.firstError == nil { losses.firstError = error }
            forgetBatch(stored: false)
            if !mayDegrade { throw error }
        }
    }

    private func withBatch<Result>(
        _ body: (TraceBatch) throws(TraceStoreError) -> Result
    ) throws(TraceStoreError) -> Result {
        precondition(stamps.isEmpty || stamps.count == events.count, "readings of all events or of none")
        return try events.withUnsafeBufferPointer { events throws(TraceStoreError) in
            try stamps.withUnsafeBufferPointer { stamps throws(TraceStoreError) in
                try body(
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

    private mutating func forgetBatch(stored: Bool) {
        if stored {
            losses.stored += events.count
        } else {
            for event in events { losses.lost[event.type, default: 0] += 1 }
        }
        losses.breakerOpenings = breaker.openings
        events.removeAll(keepingCapacity: true)
        stamps.removeAll(keepingCapacity: true)
        saved = 0
        waitingSince = nil
    }
}
