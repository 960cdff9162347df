import BacktestEvents
import BacktestTracing

/// Feeds a container's events to its retention policy.
///
/// A class because the bus and the worker that reuses it both refer to it.
final class RetentionObserver: EventObserver {
    private var settings = TraceSettings()
    private var retention = EventRetention()

    /// Starts a container.
    func begin(_ settings: TraceSettings) {
        self.settings = settings
        retention.reset(settings)
    }

    var interests: EventTypeSet { retention.isActive ? settings.eventTypes : [] }

    /// What is in memory, and what has been.
    var counters: RetentionCounters { retention.counters }

    func observe(events: UnsafeBufferPointer<Event>) { retention.record(events) }
}
