import BacktestEvents

/// What a container keeps in memory, lowered while that is too much, where its settings allow it.
struct ThrottledRetention: ~Copyable {
    private var retention = EventRetention()
    private var settings = TraceSettings()
    private var throttle = TraceThrottle()
    private let memory: TraceMemory
    /// What `memory` was told of this container.
    private var counted = 0

    init(_ memory: TraceMemory) { self.memory = memory }

    deinit { memory.add(-counted) }

    var interests: EventTypeSet { retention.interests }
    var counters: RetentionCounters { retention.counters }
    var events: [Event] { retention.events }
    var reductions: [TraceReductionChange] { throttle.changes }

    mutating func reset(_ settings: TraceSettings) {
        // Copying them costs as much as the rest of this, and where nothing is to be lowered nothing of them is read.
        if settings.onOverload == .degrade || self.settings.onOverload == .degrade {
            self.settings = settings
        }
        throttle.reset()
        retention.reset(settings)
        count()
    }

    mutating func change(to settings: TraceSettings) {
        self.settings = settings
        retention.change(to: lowered)
    }

    mutating func record(_ events: UnsafeBufferPointer<Event>) {
        guard settings.onOverload == .degrade else { return retention.record(events) }
        let before = throttle.types
        throttle.measure(measurement)
        if throttle.types != before { retention.change(to: lowered) }
        if throttle.isActive { recordLowered(events) } else { retention.record(events) }
        count()
    }

    private mutating func recordLowered(_ events: UnsafeBufferPointer<Event>) {
        for index in events.indices {
            let event = events[index]
            guard settings.eventTypes.contains(type: event.type) else {
                retention.record(event)
                continue
            }
            switch throttle.judge(event) {
            case .passes: retention.record(event)
            case .isLeftOut: continue
            case .isReplaced(let note): retention.record(note)
            }
        }
    }

    /// The settings with what is left of their types, and the events that say so.
    private var lowered: TraceSettings {
        guard throttle.isActive else { return settings }
        var lowered = settings
        lowered.eventTypes = settings.eventTypes.intersection(throttle.types).union(EventTypeSet(.lifecycle))
        return lowered
    }

    /// The load that is nearer to its limit.
    private var measurement: TraceThrottle.Measurement {
        let own = Double(retention.counters.inMemory * MemoryLayout<Event>.stride)
        let ownLimit = settings.memoryThresholdMegabytes * 1e6
        let all = Double(memory.bytes)
        let allLimit = settings.totalThresholdMegabytes * 1e6
        guard all / allLimit > own / ownLimit else {
            return TraceThrottle.Measurement(load: .memory, observed: own, limit: ownLimit)
        }
        return TraceThrottle.Measurement(load: .totalMemory, observed: all, limit: allLimit)
    }

    private mutating func count() {
        guard settings.onOverload == .degrade || counted != 0 else { return }
        let bytes = retention.counters.inMemory * MemoryLayout<Event>.stride
        if bytes != counted { memory.add(bytes - counted) }
        counted = bytes
    }
}
