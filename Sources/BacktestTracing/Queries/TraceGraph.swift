/// The events of one container joined by what caused what.
///
/// Built once in O(n log n); a cause is found in O(log n), consequences in the time of their number.
public struct TraceGraph: Sendable {
    /// The events in sequence order.
    public let events: [TracedEvent]
    /// Places of events with a cause, ordered by that cause.
    private let caused: [Int]

    /// Joins events in any order; of a sequence that stands there twice the first counts.
    public init(_ unsorted: [TracedEvent]) {
        let events = unsorted.sorted { $0.sequence < $1.sequence }
        self.events = events
        caused = events.indices.filter { events[$0].cause != nil }
            .sorted { (events[$0].cause ?? 0, $0) < (events[$1].cause ?? 0, $1) }
    }

    /// The event of a sequence, `nil` where the trace has none.
    public func event(_ sequence: UInt32) -> TracedEvent? {
        var low = 0
        var high = events.count
        while low < high {
            let middle = (low + high) / 2
            if events[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low < events.count && events[low].sequence == sequence ? events[low] : nil
    }

    /// What led to an event: its direct cause first, the root last; stops where a cause is not in the trace.
    public func causes(of event: TracedEvent) -> [TracedEvent] {
        var chain: [TracedEvent] = []
        var current = event
        // A cause is older than its effect, so a damaged trace cannot make this run in a circle.
        while let cause = current.cause, cause < current.sequence, let next = self.event(cause) {
            chain.append(next)
            current = next
        }
        return chain
    }

    /// What an event led to directly, in sequence order.
    public func consequences(of event: TracedEvent) -> [TracedEvent] {
        var low = 0
        var high = caused.count
        while low < high {
            let middle = (low + high) / 2
            if (events[caused[middle]].cause ?? 0) < event.sequence {
                low = middle + 1
            } else {
                high = middle
            }
        }
        var found: [TracedEvent] = []
        while low < caused.count, events[caused[low]].cause == event.sequence {
            if events[caused[low]].sequence > event.sequence { found.append(events[caused[low]]) }
            low += 1
        }
        return found
    }

    /// The events of a trade in sequence order.
    public func trade(_ number: UInt32) -> [TracedEvent] { events.filter { $0.trade == number } }
}
