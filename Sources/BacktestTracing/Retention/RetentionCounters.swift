/// What happened to a container's events in memory; the `memory` section of metrics.json.
///
/// They don't depend on the sizes of the batches in which events arrive: `accepted = inMemory + pruned + dropped` holds
/// after every event.
public struct RetentionCounters: Sendable, Hashable {
    /// Events of a kept type that were offered.
    public var accepted: Int = 0
    /// Events held now.
    public var inMemory: Int = 0
    /// Most events held at once; an event that ends a trade counts until the trade's events go.
    public var peak: Int = 0
    /// Events let go because the policy says so.
    public var pruned: Int = 0
    /// Events that the policy would have kept, lost to `max_events`.
    public var dropped: Int = 0

    /// All zero.
    public init() {}

    @inline(__always)
    mutating func hold() {
        accepted &+= 1
        inMemory &+= 1
        if inMemory > peak { peak = inMemory }
    }

    /// Counts the events of a trade that begins and ends at once.
    @inline(__always)
    mutating func holdAndPrune(_ count: Int) {
        accepted &+= count
        if inMemory &+ count > peak { peak = inMemory &+ count }
        pruned &+= count
    }

    /// Counts an event of a kept type that the policy lets go at once.
    @inline(__always)
    mutating func passBy() {
        accepted &+= 1
        pruned &+= 1
    }

    @inline(__always)
    mutating func prune(_ count: Int) {
        inMemory &-= count
        pruned &+= count
    }

    @inline(__always)
    mutating func drop() {
        inMemory &-= 1
        dropped &+= 1
    }
}
