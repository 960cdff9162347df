public import BacktestEvents

/// The events of one container that are in memory, under one of the retention policies.
///
/// | policy | keeps |
/// |---|---|
/// | `trade_complete` | events of open trades; all of a trade's events go when it ends |
/// | `minimal` | the same, of POSITION_OPEN and FILL alone |
/// | `sliding_window` | the last `max_events` |
/// | `all` | everything; with a store, which then has it, nothing in memory |
///
/// Only events of a kept type count. Under the two trade policies an event without a correlation belongs to no trade and
/// is pruned at once, and so is an event of a trade that has just ended (the PORTFOLIO_UPDATE after a POSITION_CLOSE);
/// the eight trades that ended last are remembered for that. `max_events` bounds every policy: the oldest event goes and
/// counts as dropped; under `sliding_window` that is the policy itself, so it counts as pruned. A bound of 0 prunes all.
///
/// Nothing is allocated once the value has grown to a worker's needs: give one container after the other to `reset`.
public struct EventRetention: ~Copyable {
    /// How the policy is carried out.
    private enum Mode {
        case off
        /// Counts and lets go: a bound of 0, or everything goes to a store.
        case discard
        case window
        case all
        case trades
    }

    /// What happened so far.
    public private(set) var counters = RetentionCounters()
    private var mode = Mode.off
    private var types: EventTypeSet = []
    private var maxEvents = 0
    private var ring = EventRing()
    private var open = OpenTradeEvents()
    /// The trades that ended last; 0 is no trade.
    private var ended = InlineArray<8, UInt32>(repeating: 0)
    /// The highest of their numbers: a trade above it is new, and nothing more need be looked at.
    private var highestEnded: UInt32 = 0
    private var nextEnded = 0

    /// Keeps nothing until `reset`.
    public init() {}

    /// Whether events are looked at at all; where not, there is no need to offer any.
    public var isActive: Bool { mode != .off }

    /// The types that must be offered; what else is offered changes nothing.
    ///
    /// Under the trade policies that is more than what is kept: how a trade begins and ends must be seen too.
    public private(set) var interests: EventTypeSet = []

    /// Whether an event ends a trade, if that hasn't opened: an entry order that is rejected or cancelled.
    ///
    /// Of a trade that has opened (a part was filled, say) it ends nothing; that is what POSITION_CLOSE does.
    @inline(__always)
    public static func endsUnopenedTrade(_ event: Event) -> Bool {
        let wanted = EventFlags.rejected | EventFlags.entry
        return event.type == .order && event.flags & wanted == wanted
    }

    /// Forgets everything and begins a container with its settings.
    public mutating func reset(_ settings: TraceSettings) {
        counters = RetentionCounters()
        adopt(settings)
    }

    /// Goes on with other settings (a dynamic rule): what is held stays where the policies are of a kind, else it is pruned.
    public mutating func change(to settings: TraceSettings) {
        let before = mode
        var held: [Event] = []
        forEach { held.append($0) }
        let accepted = counters.accepted
        adopt(settings)
        counters.inMemory = 0
        guard mode == .window || mode == .all || (mode == .trades && before == .trades) else {
            counters.pruned += held.count
            return
        }
        let peak = counters.peak
        for event in held {
            if types.contains(type: event.type) { record(event) } else { counters.pruned += 1 }
        }
        counters.accepted = accepted
        counters.peak = max(peak, counters.inMemory)
    }

    private mutating func adopt(_ settings: TraceSettings) {
        types = settings.eventTypes
        maxEvents = min(max(settings.maxEvents, 0), Int(Int32.max) - 1)
        mode = EventRetention.mode(of: settings)
        if settings.retention == .minimal {
            types.formIntersection(EventTypeSet([.positionOpen, .fill]))
        }
        interests = mode == .off ? [] : types
        if mode == .trades {
            interests.insert(EventTypeSet(.positionClose))
            let beforeTrades = types.subtracting(EventTypeSet.trades)
            if !beforeTrades.isEmpty { interests.formUnion(EventTypeSet([.order, .fill, .positionOpen])) }
        }
        ring.removeAll(capacity: maxEvents)
        open.removeAll()
        ended = InlineArray(repeating: 0)
        highestEnded = 0
        nextEnded = 0
    }

    private static func mode(of settings: TraceSettings) -> Mode {
        guard settings.enabled, !settings.eventTypes.isEmpty else { return .off }
        guard settings.maxEvents > 0 else { return .discard }
        switch settings.retention {
        case .slidingWindow: return .window
        case .all: return settings.streams ? .discard : .all
        case .tradeComplete, .minimal: return .trades
        }
    }

    // MARK: recording

    /// Takes the next events of the container, in sequence order.
    public mutating func record(_ events: Span<Event>) {
        events.withUnsafeBufferPointer { record($0) }
    }

    /// Takes the next events of the container, in sequence order.
    public mutating func record(_ events: UnsafeBufferPointer<Event>) {
        switch mode {
        case .off: return
        case .trades:
            // Within this bound nothing can be dropped, and events of trades that end in the batch need no copy.
            if counters.inMemory + events.count <= maxEvents {
                recordTradesOfBatch(events)
            } else {
                for index in events.indices { recordTradeEvent(events[index]) }
            }
        case .discard, .window, .all:
            for index in events.indices where types.contains(type: events[index].type) {
                keep(events[index])
            }
        }
    }

    /// Takes the next event of the container.
    public mutating func record(_ event: Event) {
        switch mode {
        case .off: return
        case .trades: recordTradeEvent(event)
        case .discard, .window, .all:
            if types.contains(type: event.type) { keep(event) }
        }
    }

    private mutating func keep(_ event: Event) {
        counters.accepted += 1
        guard mode != .discard else {
            counters.pruned += 1
            return
        }
        if !ring.append(event) {
            counters.inMemory += 1
            counters.peak = max(counters.peak, counters.inMemory)
        } else if mode == .window {
            counters.pruned += 1
        } else {
            counters.dropped += 1
        }
    }

    /// Counts as `recordTradeEvent` does, event by event, but copies only what is still held at the end of the batch.
    private mutating func recordTradesOfBatch(_ events: UnsafeBufferPointer<Event>) {
        // In a local variable: nothing else looks at it, so it can stay in registers.
        var counters = self.counters
        var position = 0
        while position < events.count {
            let (end, held) = wholeTrade(events, from: position)
            if held >= 0 {
                counters.holdAndPrune(held)
                _ = self.end(events[position].correlation, at: -1)
                position = end
                continue
            }
            while position < end {
                recordInBatch(events, at: position, &counters)
                position &+= 1
            }
        }
        self.counters = counters
        copySurvivors(of: events)
    }

    /// Looks whether the events from a place on are all of one trade, from its first event to its POSITION_CLOSE.
    ///
    /// Where a container has one position at a time most trades lie so, and nothing need be noted of them.
    ///
    /// - Returns: The place after the last event that was looked at, and how many of them are of a kept type; -1 where they
    ///   are no whole trade.
    @inline(__always)
    private func wholeTrade(_ events: UnsafeBufferPointer<Event>, from start: Int) -> (end: Int, held: Int) {
        let correlation = events[start].correlation
        // Trades that are open or have ended are known by their number.
        guard correlation > highestEnded, open.place(of: correlation) < 0 else { return (start &+ 1, -1) }
        let kept = types
        var held = 0
        var place = start
        while place < events.count, events[place].correlation == correlation {
            let type = events[place].type
            if type == .order { break }
            if kept.contains(type: type) { held &+= 1 }
            place &+= 1
            if type == .positionClose { return (place, held) }
        }
        return (max(place, start &+ 1), -1)
    }

    @inline(__always)
    private mutating func recordInBatch(
        _ events: UnsafeBufferPointer<Event>,
        at position: Int,
        _ counters: inout RetentionCounters
    ) {
        let type = events[position].type
        guard interests.contains(type: type) else { return }
        let correlation = events[position].correlation
        let isKept = types.contains(type: type)
        guard correlation != 0 else {
            if isKept { counters.passBy() }
            return
        }
        var place = open.place(of: correlation)
        if isKept {
            if place < 0 {
                guard !hasEnded(correlation) else {
                    counters.passBy()
                    return
                }
                place = open.open(correlation, at: place)
            }
            counters.hold()
            open.count(inBatch: position, trade: place)
        }
        switch type {
        case .fill, .positionOpen:
            if place >= 0 { open.markOpened(trade: place) }
        case .positionClose:
            counters.prune(end(correlation, at: place))
        case .order:
            if ends(events[position], place: place) { counters.prune(end(correlation, at: place)) }
        default:
            break
        }
    }

    private mutating func copySurvivors(of events: UnsafeBufferPointer<Event>) {
        let first = open.firstInBatch
        guard first != .max else { return }
        for position in first..<events.count where types.contains(type: events[position].type) {
            let place = open.place(of: events[position].correlation)
            guard place >= 0, position >= open.firstInBatch(trade: place) else { continue }
            open.append(events[position], trade: place)
        }
        open.endBatch()
    }

    private mutating func recordTradeEvent(_ event: Event) {
        let isKept = types.contains(type: event.type)
        guard event.correlation != 0 else {
            if isKept { counters.passBy() }
            return
        }
        var place = open.place(of: event.correlation)
        let isEnd = ends(event, place: place)
        if isKept {
            if place < 0, hasEnded(event.correlation) {
                counters.passBy()
                return
            }
            let hadOpened = place >= 0 && open.hasOpened(trade: place)
            if counters.inMemory == maxEvents {
                open.dropOldest()
                counters.drop()
                place = open.place(of: event.correlation)
            }
            if place < 0 {
                place = open.open(event.correlation, at: place)
                if hadOpened { open.markOpened(trade: place) }
            }
            counters.hold()
            open.hold(event, trade: place)
        }
        if isEnd {
            counters.prune(end(event.correlation, at: place))
        } else if place >= 0, opens(event.type) {
            open.markOpened(trade: place)
        }
    }

    @inline(__always)
    private func ends(_ event: Event, place: Int) -> Bool {
        if event.type == .positionClose { return true }
        guard event.type == .order, interests.contains(type: .order) else { return false }
        return EventRetention.endsUnopenedTrade(event) && !(place >= 0 && open.hasOpened(trade: place))
    }

    @inline(__always)
    private func opens(_ type: EventType) -> Bool { type == .fill || type == .positionOpen }

    @inline(__always)
    private func hasEnded(_ correlation: UInt32) -> Bool {
        guard correlation <= highestEnded else { return false }
        for index in ended.indices where ended[index] == correlation { return true }
        return false
    }

    @inline(__always)
    private mutating func end(_ correlation: UInt32, at place: Int) -> Int {
        if !hasEnded(correlation) {
            ended[nextEnded] = correlation
            highestEnded = max(highestEnded, correlation)
            nextEnded = (nextEnded + 1) & 7
        }
        return place >= 0 ? open.close(trade: place) : 0
    }

    // MARK: reading

    /// Calls `body` with the held events in sequence order.
    public func forEach(_ body: (Event) -> Void) {
        if mode == .trades { open.forEach(body) } else { ring.forEach(body) }
    }

    /// The held events in sequence order.
    public var events: [Event] {
        var all: [Event] = []
        all.reserveCapacity(counters.inMemory)
        forEach { all.append($0) }
        return all
    }

    /// The held events of a trade in sequence order; empty where none are held.
    public func events(ofTrade correlation: UInt32) -> [Event] {
        var found: [Event] = []
        forEach { if $0.correlation == correlation { found.append($0) } }
        return found
    }

    /// Lets the events of a trade go under any policy; returns how many there were.
    @discardableResult
    public mutating func prune(trade correlation: UInt32) -> Int {
        guard correlation != 0 else { return 0 }
        var count = 0
        if mode == .trades {
            let place = open.place(of: correlation)
            if place >= 0 { count = open.close(trade: place) }
        } else {
            count = ring.remove(correlation: correlation)
        }
        counters.prune(count)
        return count
    }
}
