import BacktestEvents
import BacktestModel
import BacktestResults
import BacktestSweep
import BacktestTracing

/// The stored events of two containers, held against each other one by one up to the first that differs.
///
/// What two runs name differently on purpose is no difference: ids of runs, containers and portfolios, and clock stamps.
/// Traces that store other types compare in what both keep; as their sequences count what was asked for, those say nothing then.
struct EventComparison {
    /// A part of an event that differs; null on a side without it.
    struct Field: Equatable {
        var name: String
        var a: Scalar
        var b: Scalar
    }

    /// Where two streams part.
    struct Parting {
        /// The event on either side; `nil` where that stream has ended.
        var a: TracedEvent?
        var b: TracedEvent?
        /// What differs, at least one.
        var fields: [Field]

        /// The sequence at which they part: the earlier of the two.
        var sequence: UInt32 { min(a?.sequence ?? .max, b?.sequence ?? .max) }
        /// Market time of the earlier event.
        var time: Timestamp? {
            [a, b].compactMap { $0 }.min { $0.sequence < $1.sequence }?.timestamp
        }
    }

    /// Events that were compared and found equal.
    private(set) var equalCount = 0
    /// Where the streams part, `nil` where they never do.
    private(set) var parting: Parting?
    /// Types that only one side stores, so that they were passed over.
    let passedOver: [String]
    /// Whether events are missing on a side (sampled out, lost, settings that changed on the way): those count as unknown.
    let hasGaps: Bool

    /// Compares two traces whose events have been read and sorted by sequence.
    ///
    /// With `types` only events of these are looked at, and no longer where in the stream and in which trade they stand: a
    /// signal is the same signal where the fills between are more or fewer.
    init(
        _ a: StoredTrace,
        _ first: [TracedEvent],
        _ b: StoredTrace,
        _ second: [TracedEvent],
        types: EventTypeSet? = nil
    ) {
        let (typesA, typesB) = (a.index.eventTypes, b.index.eventTypes)
        passedOver = typesA.filter { !typesB.contains($0) } + typesB.filter { !typesA.contains($0) }
        hasGaps = [a, b].contains { trace in
            trace.index.counts.sampledOut + trace.index.counts.lost > 0 || !trace.index.changes.isEmpty
        }
        let unknown = EventTypeSet(passedOver.compactMap { EventType(name: $0) })
        let skipped = unknown.union(EventTypeSet.all.subtracting(types ?? .all))
        let hasPlaces = types == nil && passedOver.isEmpty
        var (i, j) = (0, 0)
        while true {
            while i < first.count, skipped.contains(type: first[i].type) { i += 1 }
            while j < second.count, skipped.contains(type: second[j].type) { j += 1 }
            guard i < first.count || j < second.count else { return }
            let x = i < first.count ? first[i] : nil
            let y = j < second.count ? second[j] : nil
            if hasGaps, hasPlaces, x?.sequence != y?.sequence {
                // The other side may have had it and not kept it.
                if let x, x.sequence < y?.sequence ?? .max { i += 1 } else { j += 1 }
                continue
            }
            guard let x, let y, EventComparison.isSame(x, y, hasPlaces: hasPlaces) else {
                parting = Parting(
                    a: x,
                    b: y,
                    fields: EventComparison.fields(x, y, EventText(a), EventText(b), hasPlaces: hasPlaces)
                )
                return
            }
            equalCount += 1
            i += 1
            j += 1
        }
    }

    /// Whether two events say the same.
    static func isSame(_ x: TracedEvent, _ y: TracedEvent, hasPlaces: Bool = true) -> Bool {
        x.type == y.type && x.timestamp == y.timestamp
            && (!hasPlaces || x.sequence == y.sequence && x.cause == y.cause && x.trade == y.trade)
            && x.strategyID == y.strategyID && x.symbol == y.symbol
            && isSame(x.numbers, y.numbers)
    }

    private static func isSame(_ x: EventNumbers, _ y: EventNumbers) -> Bool {
        func equal(_ a: Double, _ b: Double) -> Bool { a == b || (a.isNaN && b.isNaN) }
        return x.bar == y.bar && x.code == y.code && x.reason == y.reason && x.flags == y.flags
            && equal(x.price, y.price) && equal(x.quantity, y.quantity) && equal(x.value0, y.value0)
            && equal(x.value1, y.value1) && equal(x.value2, y.value2) && equal(x.value3, y.value3)
    }

    private static func fields(
        _ x: TracedEvent?,
        _ y: TracedEvent?,
        _ textA: EventText,
        _ textB: EventText,
        hasPlaces: Bool
    ) -> [Field] {
        guard let x, let y else {
            return [Field(name: "event_type", a: word(x?.type.name), b: word(y?.type.name))]
        }
        var fields: [Field] = []
        func compare(_ name: String, _ a: Scalar, _ b: Scalar) {
            if a != b { fields.append(Field(name: name, a: a, b: b)) }
        }
        func number(_ value: UInt32?) -> Scalar { value.map { .number(Double($0)) } ?? .null }
        compare("event_type", .text(x.type.name), .text(y.type.name))
        if hasPlaces { compare("sequence", number(x.sequence), number(y.sequence)) }
        compare("time", .text(x.timestamp.iso8601), .text(y.timestamp.iso8601))
        compare("strategy_id", word(x.strategyID), word(y.strategyID))
        compare("symbol", word(x.symbol), word(y.symbol))
        if hasPlaces {
            compare("trade", word(x.trade.map { "T\($0)" }), word(y.trade.map { "T\($0)" }))
            compare("cause", number(x.cause), number(y.cause))
        }
        guard x.type == y.type else { return fields }
        compare("bar", .number(Double(x.numbers.bar)), .number(Double(y.numbers.bar)))
        for pair in payload(textA.payload(x), textB.payload(y)) { compare(pair.name, pair.a, pair.b) }
        return fields
    }

    /// Payloads joined by name; where they have as many keys, those that only one side has stand for each other, as the same
    /// feature with another parameter does.
    private static func payload(
        _ a: [(name: String, value: Scalar)],
        _ b: [(name: String, value: Scalar)]
    ) -> [Field] {
        if a.count == b.count {
            return zip(a, b).map { x, y in
                Field(name: x.name == y.name ? x.name : "\(x.name) | \(y.name)", a: x.value, b: y.value)
            }
        }
        let names = a.map(\.name) + b.map(\.name).filter { name in !a.contains { $0.name == name } }
        return names.map { name in
            Field(
                name: name,
                a: a.first { $0.name == name }?.value ?? .null,
                b: b.first { $0.name == name }?.value ?? .null
            )
        }
    }

    private static func word(_ text: String?) -> Scalar { text.map { .text($0) } ?? .null }
}
