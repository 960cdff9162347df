public import BacktestEvents

/// Writes the events of one container as JSON lines (Documentation.docc/TraceFormat.md).
///
/// Everything that is the same in all events of the container is prepared once, so that an event is a few copies and
/// the digits of its numbers.
public struct TraceEncoder: Sendable {
    /// The version of the record's grammar, stored in every record.
    public static let version = 1

    private var text: [UInt8] = []
    private var typed: [TextPiece] = []
    private var strategies: [TextPiece] = []
    private var symbols: [TextPiece] = []
    /// The fields of all types, one after the other, and the texts of their codes.
    private var fields: [PreparedField] = []
    private var texts: [TextPiece] = []
    private var payloads: [Range<Int>] = []
    /// The keys of what a type doesn't name, by slot.
    private var generic: [TextPiece] = []
    private var start = TextPiece()
    private var run = TextPiece()
    private var correlation = TextPiece()
    private var causation = TextPiece()
    private var owner = TextPiece()
    private var sequence = TextPiece()
    private var stamps: [TextPiece] = []
    private var payload = TextPiece()
    private var end = TextPiece()
    private var room = 0

    /// Prepares the records of a container.
    public init(_ context: TraceContext, schema: PayloadSchema = .standard) {
        let container = jsonString(context.containerID).dropLast()
        start = add("{\"event_id\":", container, ":")
        typed = EventType.allCases.map { add("\",\"event_type\":\"", $0.name.utf8, "\",\"timestamp\":") }
        run = add(",\"run_id\":", jsonString(context.runID))
        correlation = add(",\"run_id\":", jsonString(context.runID))
        correlation.count += add(",\"correlation_id\":", container, "/T").count
        causation = add(",\"causation_id\":", container, ":")
        owner = addOwner(context)
        strategies = context.strategies.map { strategy in
            var piece = addOwner(context)
            piece.count += add(",\"strategy_id\":", jsonString(strategy)).count
            return piece
        }
        symbols = context.symbols.map { add(",\"symbol\":", jsonString($0), ",\"sequence\":") }
        sequence = add(",\"sequence\":")
        stamps = ["created_at", "emitted_at", "received_at", "processed_at"].map { add(",\"\($0)\":") }
        payload = add(",\"payload\":{\"bar\":")
        end = add("},\"version\":\(TraceEncoder.version)}\n")
        payloads = EventType.allCases.map { prepare(schema[$0]) }
        generic = PayloadSlot.allCases.map { add(",", jsonString($0.genericName), ":") }
        // Every number of a record at its longest, and every prepared text once.
        room = text.count + ByteBuffer.numberRoom * 20 + ByteBuffer.padding
        text += [UInt8](repeating: 0, count: ByteBuffer.padding)
    }

    private mutating func add(
        _ prefix: String,
        _ middle: some Sequence<UInt8> = [],
        _ suffix: String = ""
    )
        -> TextPiece
    {
        let first = text.count
        text.append(contentsOf: prefix.utf8)
        text.append(contentsOf: middle)
        text.append(contentsOf: suffix.utf8)
        return TextPiece(start: Int32(first), count: Int32(text.count - first))
    }

    private mutating func addOwner(_ context: TraceContext) -> TextPiece {
        var piece = add(",\"container_id\":", jsonString(context.containerID))
        if let portfolio = context.portfolioID {
            piece.count += add(",\"portfolio_id\":", jsonString(portfolio)).count
        }
        return piece
    }

    private mutating func prepare(_ named: [PayloadField]) -> Range<Int> {
        let first = fields.count
        for field in named { fields.append(prepare(field)) }
        return first..<fields.count
    }

    private mutating func prepare(_ field: PayloadField) -> PreparedField {
        let key = add(",", jsonString(field.name), ":")
        var prepared = PreparedField(kind: .number, slot: field.slot, key: key)
        prepared.conditionMask = field.conditionMask
        prepared.conditionValue = field.conditionValue
        prepared.mask = field.bits
        prepared.firstText = Int32(texts.count)
        switch field.form {
        case .number: break
        case .text(_, let names):
            prepared.kind = .text
            for name in names { texts.append(add("", jsonString(name))) }
        case .bits(_, let lowest, let names):
            prepared.kind = .bits
            prepared.lowest = lowest
            for name in names { texts.append(add("", jsonString(name))) }
        case .bit:
            prepared.kind = .bit
            prepared.key.count += add("true").count
        }
        prepared.textCount = Int32(texts.count) - prepared.firstText
        return prepared
    }

    /// Appends a line for every event.
    ///
    /// - Parameters:
    ///   - events: Events of the container.
    ///   - times: Market time of each bar of the container's timeline, in UTC nanoseconds; a bar before the first or after
    ///     the last one gets the time of that, and 0 where there is none.
    ///   - stamps: Clock readings of the same events, or `nil`.
    ///   - buffer: Where the lines go.
    public func encode(
        _ events: UnsafeBufferPointer<Event>,
        times: UnsafeBufferPointer<Int64>,
        stamps: UnsafeBufferPointer<EventStamps>? = nil,
        into buffer: inout ByteBuffer
    ) {
        precondition(stamps.map { $0.count == events.count } ?? true, "one set of stamps an event")
        text.withUnsafeBufferPointer { text in
            guard let text = text.baseAddress else { return }
            var stamped = Stamped()
            for index in events.indices {
                buffer.reserve(room)
                encode(events[index], times, &stamped, stamps.map { $0[index] }, text, &buffer)
            }
        }
    }

    /// The market time of the event before and where its digits stand: a bar has several events.
    private struct Stamped {
        var time = Int64.min
        var digits = 0..<0
    }

    @inline(__always)
    private func put(_ piece: TextPiece, _ text: UnsafePointer<UInt8>, _ buffer: inout ByteBuffer) {
        buffer.append(padded: text + Int(piece.start), count: Int(piece.count))
    }

    private func encode(
        _ event: borrowing Event,
        _ times: UnsafeBufferPointer<Int64>,
        _ stamped: inout Stamped,
        _ stamps: EventStamps?,
        _ text: UnsafePointer<UInt8>,
        _ buffer: inout ByteBuffer
    ) {
        put(start, text, &buffer)
        let number = buffer.count
        buffer.append(unchecked: UInt64(event.sequence))
        let digits = number..<buffer.count
        put(typed[Int(event.type.rawValue)], text, &buffer)
        let bar = min(max(Int(event.bar), 0), times.count - 1)
        put(bar < 0 ? 0 : times[bar], &stamped, &buffer)
        if event.correlation == 0 {
            put(run, text, &buffer)
        } else {
            put(correlation, text, &buffer)
            buffer.append(unchecked: UInt64(event.correlation))
            buffer.append(unchecked: UInt8(ascii: "\""))
        }
        if event.cause != Event.none32 {
            put(causation, text, &buffer)
            buffer.append(unchecked: UInt64(event.cause))
            buffer.append(unchecked: UInt8(ascii: "\""))
        }
        put(event.strategy == Event.none16 ? owner : strategies[Int(event.strategy)], text, &buffer)
        put(event.symbol == Event.none16 ? sequence : symbols[Int(event.symbol)], text, &buffer)
        buffer.append(copyOf: digits)
        if let stamps { encode(stamps, text, &buffer) }
        put(payload, text, &buffer)
        buffer.append(unchecked: Int64(event.bar))
        encodePayload(event, text, &buffer)
        put(end, text, &buffer)
    }

    @inline(__always)
    private func put(_ time: Int64, _ stamped: inout Stamped, _ buffer: inout ByteBuffer) {
        if time == stamped.time {
            buffer.append(copyOf: stamped.digits)
            return
        }
        let first = buffer.count
        buffer.append(unchecked: time)
        stamped = Stamped(time: time, digits: first..<buffer.count)
    }

    private func encode(_ readings: EventStamps, _ text: UnsafePointer<UInt8>, _ buffer: inout ByteBuffer) {
        put(stamps[0], text, &buffer)
        buffer.append(unchecked: readings.created)
        put(stamps[1], text, &buffer)
        buffer.append(unchecked: readings.emitted)
        put(stamps[2], text, &buffer)
        buffer.append(unchecked: readings.received)
        put(stamps[3], text, &buffer)
        buffer.append(unchecked: readings.processed)
    }

    private func encodePayload(
        _ event: borrowing Event,
        _ text: UnsafePointer<UInt8>,
        _ buffer: inout ByteBuffer
    ) {
        // Which slots, and which of the flags, the named fields have written.
        var written: UInt16 = 0
        var flags: UInt8 = 0
        for index in payloads[Int(event.type.rawValue)] {
            let field = fields[index]
            guard event.flags & field.conditionMask == field.conditionValue else { continue }
            let bit: UInt16 = 1 << UInt16(field.slot.rawValue)
            switch field.kind {
            case .number:
                put(field.key, text, &buffer)
                putNumber(event, field.slot, &buffer)
                written |= bit
            case .text:
                put(field.key, text, &buffer)
                put(event.small(in: field.slot), of: field, text, &buffer)
                written |= bit
            case .bits:
                put(field.key, text, &buffer)
                put((event.flags & field.mask) &>> field.lowest, of: field, text, &buffer)
                flags |= field.mask
            case .bit:
                if event.flags & field.mask != 0 { put(field.key, text, &buffer) }
                flags |= field.mask
            }
        }
        let rest = event.slotsInUse(without: flags) & ~written
        if rest != 0 { putGeneric(event, rest, flags, text, &buffer) }
    }

    private func put(
        _ code: UInt8,
        of field: PreparedField,
        _ text: UnsafePointer<UInt8>,
        _ buffer: inout ByteBuffer
    ) {
        if Int32(code) < field.textCount {
            put(texts[Int(field.firstText) + Int(code)], text, &buffer)
        } else {
            buffer.append(unchecked: UInt64(code))
        }
    }

    private func putNumber(_ event: borrowing Event, _ slot: PayloadSlot, _ buffer: inout ByteBuffer) {
        if slot.isSmall {
            buffer.append(unchecked: UInt64(event.small(in: slot)))
        } else {
            buffer.append(unchecked: event.number(in: slot))
        }
    }

    /// Writes what no field of the type has written and isn't 0.
    private func putGeneric(
        _ event: borrowing Event,
        _ slots: UInt16,
        _ named: UInt8,
        _ text: UnsafePointer<UInt8>,
        _ buffer: inout ByteBuffer
    ) {
        for slot in PayloadSlot.allCases where slots & (1 << UInt16(slot.rawValue)) != 0 {
            put(generic[Int(slot.rawValue)], text, &buffer)
            if slot == .flags {
                buffer.append(unchecked: UInt64(event.flags & ~named))
            } else {
                putNumber(event, slot, &buffer)
            }
        }
    }
}
