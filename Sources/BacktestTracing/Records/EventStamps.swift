/// Monotonic clock readings of one event, in nanoseconds; recorded only when latency tracing is on.
public struct EventStamps: Sendable, Hashable {
    /// When the event was made.
    public var created: Int64
    /// When it was published.
    public var emitted: Int64
    /// When its first receiver got it.
    public var received: Int64
    /// When that receiver was done with it.
    public var processed: Int64

    /// Makes a set of readings.
    public init(created: Int64, emitted: Int64, received: Int64, processed: Int64) {
        self.created = created
        self.emitted = emitted
        self.received = received
        self.processed = processed
    }

    /// From creation until it was processed.
    public var latencyNanoseconds: Int64 { processed &- created }
    /// From publication until it was received.
    public var queueNanoseconds: Int64 { received &- emitted }
}
