/// Monotonic clock readings of the events of a bus's batch; only where latency is traced.
///
/// A class because the bus writes it and a tracer reads it while the batch is delivered. The readings never reach a
/// result: what is measured is the program, not the market.
public final class EventClock {
    /// The clock, in nanoseconds from any beginning.
    public let now: @Sendable () -> Int64
    /// When each event of the batch was made, by its place in the batch.
    public private(set) var created = [Int64](repeating: 0, count: EventBus.batchCapacity)
    /// When the batch was handed out.
    public private(set) var emitted: Int64 = 0

    /// Makes a clock that has read nothing yet.
    public init(now: @escaping @Sendable () -> Int64) { self.now = now }

    func stampCreation(at place: Int) {
        if place == created.count { created.append(0) }
        created[place] = now()
    }

    func stampEmission() { emitted = now() }
}
