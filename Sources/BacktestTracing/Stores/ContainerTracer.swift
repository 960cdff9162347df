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
    private var retention = EventRetention()
    private var writer: TraceWriter?
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
    public init() {}

    /// Begins a container that keeps events in memory alone; call before the tracer is attached to its bus.
    public func begin(_ settings: TraceSettings) {
        retention.reset(settings)
        writer = nil
        clock = nil
        storesStamps = false
        failure = nil
        latencies = nil
        expectsChanges = false
        target = nil
        queued.removeAll()
        changes.removeAll()
        interests = retention.interests
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
        writer = TraceWriter(
            store: store,
            context: context,
            times: times,
            settings: settings,
            runSeed: runSeed
        )
        interests.formUnion(settings.eventTypes)
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
        retention.change(to: settings)
        if writer != nil {
            writer?.change(to: settings)
        } else if let target, settings.writesFiles {
            clock = target.clock ?? clock
            storesStamps = target.clock != nil
            writer = TraceWriter(
                store: target.makeStore(settings),
                context: target.context,
                times: target.times,
                settings: settings,
                runSeed: target.runSeed
            )
        }
    }

    private func take(_ events: UnsafeBufferPointer<Event>, at first: Int) throws {
        let received = clock?.now() ?? 0
        retention.record(events)
        guard failure == nil else { return }
        do throws(TraceStoreError) {
            guard let clock else {
                try writer?.write(events)
                return
            }
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
            guard storesStamps else {
                try writer?.write(events)
                return
            }
            try stamps.withUnsafeBufferPointer { stamps throws(TraceStoreError) in
                try writer?.write(events, stamps: stamps)
            }
        } catch {
            failure = error
            throw error
        }
    }

    /// What happened to the events in memory so far.
    public var counters: RetentionCounters { retention.counters }

    /// The events in memory, in sequence order.
    public var events: [Event] { retention.events }

    /// Ends the container: writes what waits and closes the store.
    ///
    /// - Returns: What was stored and lost; all zero without a store. See also `failure`.
    @discardableResult
    public func finish() -> TraceLosses {
        do throws(TraceStoreError) {
            try writer?.finish()
        } catch {
            if failure == nil { failure = error }
        }
        let losses = writer?.losses ?? TraceLosses()
        writer = nil
        return losses
    }
}
