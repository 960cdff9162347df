import BacktestEvents
import BacktestTracing

/// The retention policies written down as plainly as possible: one list, searched and filtered for every event.
struct RetentionModel {
    var held: [Event] = []
    var counters = RetentionCounters()
    private var ended: [UInt32] = []
    /// Trades that have something filled while something of them is held.
    private var opened: Set<UInt32> = []
    private let settings: TraceSettings
    private let types: EventTypeSet

    init(_ settings: TraceSettings) {
        self.settings = settings
        types =
            settings.retention == .minimal
            ? settings.eventTypes.intersection(EventTypeSet([.fill, .positionOpen])) : settings.eventTypes
    }

    mutating func record(_ event: Event) {
        guard settings.enabled, !settings.eventTypes.isEmpty else { return }
        let isKept = types.contains(type: event.type)
        if isKept { counters.accepted += 1 }
        let keepsTrades = settings.retention == .tradeComplete || settings.retention == .minimal
        if settings.maxEvents == 0 || (settings.retention == .all && settings.streams) {
            if isKept { counters.pruned += 1 }
        } else if keepsTrades {
            recordTrade(event, isKept: isKept)
        } else if isKept {
            append(event)
        }
        counters.inMemory = held.count
    }

    private mutating func recordTrade(_ event: Event, isKept: Bool) {
        let isHeld = held.contains { $0.correlation == event.correlation }
        if isKept {
            guard event.correlation != 0, isHeld || !ended.contains(event.correlation) else {
                counters.pruned += 1
                return
            }
        }
        if !isHeld { opened.remove(event.correlation) }
        let seesOrders = !types.subtracting(.trades).isEmpty
        let ends =
            event.correlation != 0
            && (event.type == .positionClose
                || (seesOrders && isRejected(event) && !opened.contains(event.correlation)))
        if isKept { append(event) }
        guard ends else {
            if (isHeld || isKept) && (event.type == .fill || event.type == .positionOpen) {
                opened.insert(event.correlation)
            }
            return
        }
        let before = held.count
        held.removeAll { $0.correlation == event.correlation }
        counters.pruned += before - held.count
        if !ended.contains(event.correlation) { ended = Array((ended + [event.correlation]).suffix(8)) }
    }

    private mutating func append(_ event: Event) {
        if held.count == settings.maxEvents {
            held.removeFirst()
            if settings.retention == .slidingWindow { counters.pruned += 1 } else { counters.dropped += 1 }
        }
        held.append(event)
        counters.peak = max(counters.peak, held.count)
    }
}
