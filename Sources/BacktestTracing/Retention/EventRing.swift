import BacktestEvents

/// The last events in a fixed ring that grows lazily to its capacity and keeps its memory when emptied.
struct EventRing: ~Copyable {
    private var slots: [Event] = []
    /// Slot of the oldest event once the ring has wrapped.
    private var oldest = 0
    private var capacity = 0

    var count: Int { slots.count }

    mutating func removeAll(capacity: Int) {
        slots.removeAll(keepingCapacity: true)
        oldest = 0
        self.capacity = capacity
    }

    /// Appends an event to a ring of capacity 1 or more.
    ///
    /// - Returns: Whether the oldest one had to go.
    @inline(__always)
    mutating func append(_ event: Event) -> Bool {
        if slots.count < capacity {
            slots.append(event)
            return false
        }
        slots[oldest] = event
        oldest &+= 1
        if oldest == capacity { oldest = 0 }
        return true
    }

    /// Removes the events of a trade in linear time.
    ///
    /// - Returns: How many there were.
    mutating func remove(correlation: UInt32) -> Int {
        let before = slots.count
        // Unrolled so that index order is event order, then filtered in place.
        slots = Array(slots[oldest...] + slots[..<oldest])
        oldest = 0
        slots.removeAll { $0.correlation == correlation }
        return before - slots.count
    }

    func forEach(_ body: (Event) -> Void) {
        for index in oldest..<slots.count { body(slots[index]) }
        for index in 0..<oldest { body(slots[index]) }
    }
}
