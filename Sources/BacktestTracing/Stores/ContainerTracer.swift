public import BacktestEvents

/// The tracer of a worker's containers: what they keep in memory, and what goes to a store.
///
/// A class because the bus and the worker that reuses it from container to container both refer to it. It changes nothing
/// but itself: without a store nothing in it can fail.
public final class ContainerTracer: EventObserver {
    /// The types that it must be shown for the container's settings.
    public private(set) var interests: EventTypeSet = []
    /// The error that stops the run, with `on_storage_failure: abort`; the worker looks here when a container has ended.
    public private(set) var failure: TraceStoreError?
    private var retained: ThrottledRetention
    private let drain: TraceDrain
    /// Whether the container's events go to a store, and which.
    private var isStoring = false
    private var storedTypes: EventTypeSet = []
    private var outgoing: [QueuedEvent] = []
    /// Lowers what is stored while the queue is too full, where the settings allow it.
    private var throttle = TraceThrottle()
    private var mayLower = false
    private var clock: EventClock?
    /// Whether stored events carry their clock readings.
    private var storesStamps = false
    private var stamps: [EventStamps] = []
    private var expectsChanges = false
    /// The latencies of the container's events, `nil` where they are not measured.
    public private(set) var latencies: LatencyRecorder?
    private var target: TraceTarget?
    private var queued: [TraceSettings] = []
    /// Sequences of the events from which on other settings held.
    public private(set) var changes: [UInt32] = []

    /// Traces nothing until `begin`.
    ///
    /// - Parameters:
    ///   - isThreaded: Whether a thread of its own encodes, compresses and writes what goes to stores.
    ///   - memory: Where the bytes in memory are counted together with those of other tracers.
    public init(isThreaded: Bool = false, memory: TraceMemory = TraceMemory()) {
        drain = TraceDrain(isThreaded: isThreaded)
        retained = ThrottledRetention(memory)
    }

    /// Begins a container that keeps events in memory alone; call before the tracer is attached to its bus.
    public func begin(_ settings: TraceSettings) {
        if isStoring { finish() }
        retained.reset(settings)
        clock = nil
        storesStamps = false
        failure = nil
        latencies = nil
        expectsChanges = false
        target = nil
        queued.removeAll()
        changes.removeAll()
        interests = retained.interests
    }

    /// Begins a container whose events also go to a store.
    ///
    /// - Parameters:
    ///   - settings: The container's settings.
    ///   - store: Where its events go; `finish` closes it.
    ///   - context: The container's ids and name tables.
    ///   - times: Market time of each bar of its timeline; must stay valid until `finish` has returned.
    ///   - runSeed: Seed of sampling where the settings have none.
    ///   - clock: The clock of the container's bus, where latency is traced.
    public func begin(
        _ settings: TraceSettings,
        store: any TraceStore,
        context: TraceContext,
        times: UnsafeBufferPointer<Int64>,
        runSeed: UInt64,
        clock: EventClock? = nil
    ) {
        begin(settings)
        self.clock = clock
        storesStamps = clock != nil
        guard settings.enabled else { return }
        let target = TraceTarget(context: context, times: times, runSeed: runSeed, clock: clock) { _ in store
        }
        open(settings, target)
        interests.formUnion(settings.eventTypes)
    }

    private func open(_ settings: TraceSettings, _ target: TraceTarget) {
        let writer = TraceWriter(
            store: target.makeStore(settings),
            context: target.context,
            times: target.times,
            settings: settings,
            runSeed: target.runSeed,
            hasStamps: storesStamps
        )
        drain.begin(writer, queueSize: settings.queueSize)
        isStoring = true
        storedTypes = settings.eventTypes
        mayLower = settings.onOverload == .degrade
        throttle.reset()
    }

    /// Lets the settings change while the container runs; call after `begin`.
    ///
    /// - Parameters:
    ///   - types: Every type that may be asked for later.
    ///   - target: What a store that is opened later needs.
    public func expectChanges(_ types: EventTypeSet, _ target: TraceTarget) {
        expectsChanges = true
        self.target = target
        interests.formUnion(types)
        // Whatever policy comes, it must have seen how the open trades began.
        interests.formUnion(EventTypeSet([.lifecycle, .order, .fill, .positionOpen, .positionClose]))
    }

    /// Measures the latency of every event that the tracer is shown; call after `begin`.
    public func measureLatency(_ clock: EventClock) {
        self.clock = clock
        latencies = LatencyRecorder()
    }

    /// Settings that hold from the next LIFECYCLE event `trace_level_changed` on, that event included.
    public func queue(_ settings: TraceSettings) { queued.append(settings) }

    /// Takes a batch, oldest first.
    ///
    /// With a clock every event gets its stamps: received when its batch came in, processed when the batch was in memory,
    /// before it is written.
    public func observe(events: UnsafeBufferPointer<Event>) throws {
        guard expectsChanges else { return try take(events, at: 0) }
        var start = 0
        for place in events.indices where ContainerTracer.isChange(events[place]) && !queued.isEmpty {
            try take(UnsafeBufferPointer(rebasing: events[start..<place]), at: start)
            apply(queued.removeFirst(), at: events[place].sequence)
            start = place
        }
        try take(UnsafeBufferPointer(rebasing: events[start...]), at: start)
    }

    private static func isChange(_ event: Event) -> Bool {
        event.type == .lifecycle && event.code == LifecycleStage.traceLevelChanged.rawValue
    }

    private func apply(_ settings: TraceSettings, at sequence: UInt32) {
        changes.append(sequence)
        retained.change(to: settings)
        if isStoring {
            // How and where they are stored stays as it was.
            storedTypes = settings.enabled ? settings.eventTypes : []
        } else if let target, settings.writesFiles {
            clock = target.clock ?? clock
            storesStamps = target.clock != nil
            open(settings, target)
        }
    }

    private func take(_ events: UnsafeBufferPointer<Event>, at first: Int) throws {
        let received = clock?.now() ?? 0
        retained.record(events)
        guard failure == nil else { return }
        if let clock { stamp(events, at: first, received, clock) }
        guard isStoring else { return }
        gather(events)
        do throws(TraceStoreError) {
            try outgoing.withUnsafeBufferPointer { events throws(TraceStoreError) in try drain.put(events) }
        } catch {
            failure = error
            throw error
        }
    }

    private func stamp(
        _ events: UnsafeBufferPointer<Event>,
        at first: Int,
        _ received: Int64,
        _ clock: EventClock
    ) {
        let processed = clock.now()
        stamps.removeAll(keepingCapacity: true)
        for place in events.indices {
            stamps.append(
                EventStamps(
                    created: clock.created[first + place],
                    emitted: clock.emitted,
                    received: received,
                    processed: processed
                )
            )
        }
        if latencies != nil {
            for place in events.indices { latencies?.record(events[place].type, stamps[place]) }
        }
    }

    /// Puts what is to be stored of a batch into `outgoing`.
    private func gather(_ events: UnsafeBufferPointer<Event>) {
        outgoing.removeAll(keepingCapacity: true)
        if mayLower {
            let load = drain.load
            throttle.measure(
                TraceThrottle.Measurement(
                    load: .queue,
                    observed: Double(load.waiting),
                    limit: 0.75 * Double(load.capacity)
                )
            )
        }
        // Taken out of the object for the loop: each access would be checked for overlaps.
        var gathered = outgoing
        outgoing = []
        let types = storedTypes
        let isLowered = throttle.isActive
        let none = EventStamps(created: 0, emitted: 0, received: 0, processed: 0)
        for place in events.indices where types.contains(type: events[place].type) {
            let readings = storesStamps ? stamps[place] : none
            guard isLowered else {
                gathered.append(QueuedEvent(event: events[place], stamps: readings))
                continue
            }
            switch throttle.judge(events[place]) {
            case .passes: gathered.append(QueuedEvent(event: events[place], stamps: readings))
            case .isLeftOut: continue
            case .isReplaced(let note): gathered.append(QueuedEvent(event: note, stamps: readings))
            }
        }
        outgoing = gathered
    }

    /// What happened to the events in memory so far.
    public var counters: RetentionCounters { retained.counters }

    /// The events in memory, in sequence order.
    public var events: [Event] { retained.events }

    /// How far what is kept in memory was lowered because of its size, and from which events on.
    public var memoryReductions: [TraceReductionChange] { retained.reductions }

    /// How long writing has kept the worker waiting, over all containers so far.
    public var waits: TraceWaits { drain.waits }

    /// Ends the container: writes what waits and closes the store.
    ///
    /// - Returns: What was stored and lost; all zero without a store. See also `failure`.
    @discardableResult
    public func finish() -> TraceLosses {
        guard isStoring else { return TraceLosses() }
        isStoring = false
        var (losses, problem) = drain.finish()
        if failure == nil { failure = problem }
        losses.reductions = throttle.changes
        for type in EventType.allCases where throttle.leftOut[Int(type.rawValue)] > 0 {
            losses.leftOut[type] = throttle.leftOut[Int(type.rawValue)]
        }
        return losses
    }
}
