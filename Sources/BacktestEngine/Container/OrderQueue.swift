/// The open orders of one sleeve, oldest first; its memory is reused from container to container.
struct OrderQueue {
    private var storage: UnsafeMutablePointer<Order>
    private var capacity: Int
    private var head = 0
    private(set) var count = 0

    init() {
        capacity = 4
        storage = .allocate(capacity: 4)
    }

    /// Frees the memory; the queue must not be used afterwards.
    func destroy() { storage.deallocate() }

    @inline(__always)
    var isEmpty: Bool { count == 0 }

    /// The order at a place, 0 the oldest.
    @inline(__always)
    subscript(index: Int) -> Order {
        get { storage[head + index] }
        nonmutating set { storage[head + index] = newValue }
    }

    /// The oldest order, in place.
    @inline(__always)
    var first: UnsafeMutablePointer<Order> { storage + head }

    @inline(__always)
    mutating func append(_ order: Order) {
        if head + count == capacity { makeRoom() }
        (storage + head + count).initialize(to: order)
        count += 1
    }

    mutating func insertFirst(_ order: Order) {
        append(order)
        var place = count - 1
        while place > 0 {
            storage[head + place] = storage[head + place - 1]
            place -= 1
        }
        storage[head] = order
    }

    @inline(__always)
    mutating func removeFirst() {
        count -= 1
        head = count == 0 ? 0 : head + 1
    }

    mutating func remove(at index: Int) {
        for place in index..<(count - 1) { storage[head + place] = storage[head + place + 1] }
        count -= 1
        if count == 0 { head = 0 }
    }

    mutating func removeAll() {
        head = 0
        count = 0
    }

    private mutating func makeRoom() {
        if head > 0 {
            for place in 0..<count { storage[place] = storage[head + place] }
            head = 0
            return
        }
        let larger = UnsafeMutablePointer<Order>.allocate(capacity: capacity * 2)
        larger.update(from: storage, count: count)
        storage.deallocate()
        storage = larger
        capacity *= 2
    }
}
