import BacktestEvents

/// The kept events of open trades, threaded through one pool of nodes.
///
///     oldest ⇄ node ⇄ node ⇄ node ⇄ newest        every node, in sequence order: dropping the oldest is O(1)
///                │              ▲
///                └──────────────┘                  the nodes of one trade, in sequence order: pruning is O(trade)
///
/// Open trades sit in an array sorted by number. They are few (one a sleeve), so that finding one is a step or two.
struct OpenTradeEvents: ~Copyable {
    private struct Node {
        var event: Event
        var previous: Int32
        var next: Int32
        /// The next node of the same trade.
        var nextOfTrade: Int32
    }

    struct Trade {
        let correlation: UInt32
        /// Events that count as held: those in nodes and those still in the batch.
        var count: Int32 = 0
        /// Whether something has been filled.
        var hasOpened = false
        fileprivate var first: Int32 = none
        fileprivate var last: Int32 = none
        /// Place in the batch of the first event that still has to be copied, `Int32.max` for none.
        var firstInBatch: Int32 = .max
    }

    private static let none: Int32 = -1

    // Looked at for every event, so it is bare memory: nothing is retained, checked or copied.
    private var trades: UnsafeMutablePointer<Trade>
    private(set) var tradeCount = 0
    private var tradeCapacity = 16
    private var nodes: [Node] = []
    private var free: Int32 = none
    private var oldest: Int32 = none
    private var newest: Int32 = none

    init() { trades = .allocate(capacity: tradeCapacity) }

    deinit { trades.deallocate() }

    mutating func removeAll() {
        tradeCount = 0
        nodes.removeAll(keepingCapacity: true)
        free = OpenTradeEvents.none
        oldest = OpenTradeEvents.none
        newest = OpenTradeEvents.none
    }

    // MARK: trades

    /// Place of a trade in `trades`, or a negative number if it isn't open: -1 - the place where it belongs.
    @inline(__always)
    func place(of correlation: UInt32) -> Int {
        // Trades are numbered as they begin, so the newest, at the end, is the one most often meant.
        var low = 0
        var high = tradeCount
        if high > 0 {
            let last = trades[high &- 1].correlation
            if last == correlation { return high &- 1 }
            if last < correlation { return -1 &- high }
            high &-= 1
        }
        while low < high {
            let middle = (low &+ high) &>> 1
            let found = trades[middle].correlation
            if found == correlation { return middle }
            if found < correlation { low = middle &+ 1 } else { high = middle }
        }
        return -1 &- low
    }

    /// Opens a trade at the place that `place(of:)` gave (a negative number); returns its index.
    @inline(__always)
    mutating func open(_ correlation: UInt32, at place: Int) -> Int {
        let index = -1 &- place
        if tradeCount == tradeCapacity { makeRoom() }
        if index < tradeCount { (trades + index + 1).update(from: trades + index, count: tradeCount - index) }
        (trades + index).initialize(to: Trade(correlation: correlation))
        tradeCount &+= 1
        return index
    }

    private mutating func makeRoom() {
        let larger = UnsafeMutablePointer<Trade>.allocate(capacity: tradeCapacity * 2)
        larger.moveInitialize(from: trades, count: tradeCount)
        trades.deallocate()
        trades = larger
        tradeCapacity *= 2
    }

    private mutating func removeTrade(at index: Int) {
        tradeCount &-= 1
        if index < tradeCount { (trades + index).update(from: trades + index + 1, count: tradeCount - index) }
    }

    /// Whether something of an open trade has been filled.
    @inline(__always)
    func hasOpened(trade index: Int) -> Bool { trades[index].hasOpened }

    /// Place in the batch of a trade's first event that still has to be copied, `Int.max` for none.
    @inline(__always)
    func firstInBatch(trade index: Int) -> Int {
        let first = trades[index].firstInBatch
        return first == .max ? .max : Int(first)
    }

    /// Place in the batch of the first event that still has to be copied, `Int.max` for none.
    var firstInBatch: Int {
        var first = Int.max
        for index in 0..<tradeCount { first = min(first, firstInBatch(trade: index)) }
        return first
    }

    /// Notes that something of the trade has been filled.
    @inline(__always)
    mutating func markOpened(trade index: Int) { trades[index].hasOpened = true }

    /// Counts an event as held whose copying waits until the end of the batch.
    @inline(__always)
    mutating func count(inBatch position: Int, trade index: Int) {
        trades[index].count &+= 1
        if trades[index].firstInBatch == .max {
            trades[index].firstInBatch = Int32(truncatingIfNeeded: position)
        }
    }

    /// Forgets where in the batch the trades' events began; the batch is over.
    mutating func endBatch() {
        for index in 0..<tradeCount { trades[index].firstInBatch = .max }
    }

    // MARK: nodes

    /// Holds an event; the trade's count is the caller's business.
    mutating func append(_ event: Event, trade index: Int) {
        let node: Int32
        let value = Node(
            event: event,
            previous: newest,
            next: OpenTradeEvents.none,
            nextOfTrade: OpenTradeEvents.none
        )
        if free != OpenTradeEvents.none {
            node = free
            free = nodes[Int(node)].next
            nodes[Int(node)] = value
        } else {
            node = Int32(nodes.count)
            nodes.append(value)
        }
        if newest != OpenTradeEvents.none { nodes[Int(newest)].next = node } else { oldest = node }
        newest = node
        let last = trades[index].last
        if last != OpenTradeEvents.none {
            nodes[Int(last)].nextOfTrade = node
        } else {
            trades[index].first = node
        }
        trades[index].last = node
    }

    /// Holds an event and counts it.
    mutating func hold(_ event: Event, trade index: Int) {
        append(event, trade: index)
        trades[index].count &+= 1
    }

    /// Closes a trade and lets its events go; returns how many it had.
    @inline(__always)
    mutating func close(trade index: Int) -> Int {
        let count = Int(trades[index].count)
        if trades[index].first != OpenTradeEvents.none { unlinkEvents(ofTrade: index) }
        removeTrade(at: index)
        return count
    }

    private mutating func unlinkEvents(ofTrade index: Int) {
        var node = trades[index].first
        while node != OpenTradeEvents.none {
            let following = nodes[Int(node)].nextOfTrade
            unlink(node)
            node = following
        }
    }

    /// Lets the oldest event go, and with a trade's last event the trade.
    ///
    /// There is at least one event.
    mutating func dropOldest() {
        let node = oldest
        let correlation = nodes[Int(node)].event.correlation
        let index = place(of: correlation)
        assert(index >= 0 && trades[index].first == node, "the oldest event is the first of its trade")
        trades[index].first = nodes[Int(node)].nextOfTrade
        trades[index].count &-= 1
        unlink(node)
        if trades[index].first == OpenTradeEvents.none { removeTrade(at: index) }
    }

    private mutating func unlink(_ node: Int32) {
        let previous = nodes[Int(node)].previous
        let next = nodes[Int(node)].next
        if previous != OpenTradeEvents.none { nodes[Int(previous)].next = next } else { oldest = next }
        if next != OpenTradeEvents.none { nodes[Int(next)].previous = previous } else { newest = previous }
        nodes[Int(node)].next = free
        free = node
    }

    func forEach(_ body: (Event) -> Void) {
        var node = oldest
        while node != OpenTradeEvents.none {
            body(nodes[Int(node)].event)
            node = nodes[Int(node)].next
        }
    }
}
