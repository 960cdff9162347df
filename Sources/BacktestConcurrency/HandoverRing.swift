import Synchronization

/// A bounded queue between one thread that puts and one that takes: no lock, no allocation, no waiting.
///
/// A class because both threads refer to it. `@unchecked`, and right: slots from `head` to `tail` belong to the taker and the
/// others to the putter. Each side alone moves its own end, after it is done with the slots, with a release that the other
/// side's acquire reads. More than one thread on a side would break this.
public final class HandoverRing<Element: Sendable>: @unchecked Sendable {
    /// Elements that it holds at most: a power of two.
    public let capacity: Int

    private let slots: UnsafeMutablePointer<Element>
    private let mask: Int
    /// Elements ever taken.
    private let head = Atomic<Int>(0)
    // Keeps the two ends on cache lines of their own, so that the threads don't take them from each other.
    private let padding = InlineArray<16, UInt64>(repeating: 0)
    /// Elements ever put.
    private let tail = Atomic<Int>(0)

    /// Makes an empty ring for at least so many elements.
    public init(atLeast count: Int) {
        var capacity = 1
        while capacity < count { capacity *= 2 }
        self.capacity = capacity
        mask = capacity - 1
        slots = .allocate(capacity: capacity)
    }

    deinit {
        while take(most: capacity, { _ in }) > 0 {}
        slots.deallocate()
    }

    /// Elements that wait; on the taker's side at least so many, on the putter's at most.
    public var count: Int { tail.load(ordering: .acquiring) - head.load(ordering: .acquiring) }

    /// Puts as many elements as there is room for; only the putting thread may call it.
    ///
    /// - Returns: How many, from the first on.
    public func put(_ elements: UnsafeBufferPointer<Element>) -> Int {
        let tail = tail.load(ordering: .relaxed)
        let room = capacity - (tail - head.load(ordering: .acquiring))
        let count = min(room, elements.count)
        guard count > 0, let source = elements.baseAddress else { return 0 }
        let place = tail & mask
        let first = min(count, capacity - place)
        (slots + place).initialize(from: source, count: first)
        slots.initialize(from: source + first, count: count - first)
        self.tail.store(tail + count, ordering: .releasing)
        return count
    }

    /// Hands out elements that lie side by side, oldest first, and forgets them; only the taking thread may call it.
    ///
    /// - Returns: How many; 0 where none waits.
    public func take(most: Int, _ body: (UnsafeBufferPointer<Element>) -> Void) -> Int {
        let head = head.load(ordering: .relaxed)
        let waiting = tail.load(ordering: .acquiring) - head
        let place = head & mask
        let count = min(waiting, most, capacity - place)
        guard count > 0 else { return 0 }
        body(UnsafeBufferPointer(start: slots + place, count: count))
        (slots + place).deinitialize(count: count)
        self.head.store(head + count, ordering: .releasing)
        return count
    }
}
