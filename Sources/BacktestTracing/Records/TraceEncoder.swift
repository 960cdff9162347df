public import BacktestEvents

/// Writes the events of one container as JSON lines (docs/trace-format.md).
///
/// Everything that is the same in all events of the container is prepared once, so that an event is a few copies and
/// the digits of its numbers.
public struct TraceEncoder: Sendable {
    /// The version of the record's grammar, stored in every record.
    public static let version = 1

    /// A stretch of `text`.
    private struct Piece {
        var start = 0
        var count = 0
    }

    /// A payload field ready to write: `"name":`, with a leading comma.
    private struct Field {
        var key: Piece
        var slot: PayloadSlot
        var texts: [Piece]
    }

    private struct Payload {
        var fields: [Field] = []
        /// The slots that the type doesn't name; they are written only where they aren't 0.
        var generic: [Field] = []
    }

    private var text: [UInt8] = []
    private var typed: [Piece] = []
    private var strategies: [Piece] = []
    private var symbols: [Piece] = []
    private var payloads: [Payload] = []
    private var start = Piece()
    private var run = Piece()
    private var correlation = Piece()
    private var causation = Piece()
    private var owner = Piece()
    private var sequence = Piece()
    private var stamps: [Piece] = []
    private var payload = Piece()
    private var end = Piece()
    private var room = 0

    /// Prepares the records of a container.
    public init(_ context: TraceContext, schema: PayloadSchema = .standard) {
        let container = jsonString(context.containerID).dropLast()
        start = add("{\"event_id\":", container, ":")
        typed = EventType.allCases.map { add("\",\"event_type\":\"", $0.name.utf8, "\",\"timestamp\":") }
        run = add(",\"run_id\":", jsonString(context.runID))
        correlation = add(",\"correlation_id\":", container, "/T")
        causation = add(",\"causation_id\":", container, ":")
        owner = add(",\"container_id\":", jsonString(context.containerID))
        if let portfolio = context.portfolioID {
            owner.count += add(",\"portfolio_id\":", jsonString(portfolio)).count
        }
        strategies = context.strategies.map { add(",\"strategy_id\":", jsonString($0)) }
        symbols = context.symbols.map { add(",\"symbol\":", jsonString($0)) }
        sequence = add(",\"sequence\":")
        stamps = ["created_at", "emitted_at", "received_at", "processed_at"].map { add(",\"\($0)\":") }
        payload = add(",\"payload\":{\"bar\":")
        end = add("},\"version\":\(TraceEncoder.version)}\n")
        payloads = EventType.allCases.map { prepare(schema[$0]) }
        // Every number of a record at its longest, and every prepared text once.
        room = text.count + ByteBuffer.numberRoom * 20
    }

    private mutating func add(
        _ prefix: String,
        _ middle: some Sequence<UInt8> = [],
        _ suffix: String = ""
    )
        -> Piece
    {
        let first = text.count
        text.append(contentsOf: prefix.utf8)
        text.append(contentsOf: middle)
        text.append(contentsOf: suffix.utf8)
        return Piece(start: first, count: text.count - first)
    }

    private mutating func prepare(_ fields: [PayloadField]) -> Payload {
        var payload = Payload()
        for field in fields {
            let key = add(",", jsonString(field.name), ":")
            let texts = field.texts.map { add("", jsonString($0)) }
            payload.fields.append(Field(key: key, slot: field.slot, texts: texts))
        }
        for slot in PayloadSlot.allCases where !fields.contains(where: { $0.slot == slot }) {
            let key = add(",", jsonString(slot.genericName), ":")
            payload.generic.append(Field(key: key, slot: slot, texts: []))
        }
        return payload
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
            for index in events.indices {
                buffer.reserve(room)
                encode(events[index], times, stamps.map { $0[index] }, text, &buffer)
            }
        }
    }

    @inline(__always)
    private func put(_ piece: Piece, _ text: UnsafePointer<UInt8>, _ buffer: inout ByteBuffer) {
        buffer.append(unchecked: text + piece.start, count: piece.count)
    }

    private func encode(
        _ event: borrowing Event,
        _ times: UnsafeBufferPointer<Int64>,
        _ stamps: EventStamps?,
        _ text: UnsafePointer<UInt8>,
        _ buffer: inout ByteBuffer
    ) {
        put(start, text, &buffer)
        buffer.append(unchecked: UInt64(event.sequence))
        put(typed[Int(event.type.rawValue)], text, &buffer)
        let bar = min(max(Int(event.bar), 0), times.count - 1)
        buffer.append(unchecked: bar < 0 ? 0 : times[bar])
        put(run, text, &buffer)
        if event.correlation != 0 {
            put(correlation, text, &buffer)
            buffer.append(unchecked: UInt64(event.correlation))
            buffer.append(unchecked: UInt8(ascii: "\""))
        }
        if event.cause != Event.none32 {
            put(causation, text, &buffer)
            buffer.append(unchecked: UInt64(event.cause))
            buffer.append(unchecked: UInt8(ascii: "\""))
        }
        put(owner, text, &buffer)
        if event.strategy != Event.none16 { put(strategies[Int(event.strategy)], text, &buffer) }
        if event.symbol != Event.none16 { put(symbols[Int(event.symbol)], text, &buffer) }
        put(sequence, text, &buffer)
        buffer.append(unchecked: UInt64(event.sequence))
        if let stamps { encode(stamps, text, &buffer) }
        put(payload, text, &buffer)
        buffer.append(unchecked: Int64(event.bar))
        encodePayload(event, text, &buffer)
        put(end, text, &buffer)
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
        let type = Int(event.type.rawValue)
        for index in payloads[type].fields.indices {
            let slot = payloads[type].fields[index].slot
            put(payloads[type].fields[index].key, text, &buffer)
            let number = event.number(in: slot)
            if slot == .code || slot == .reason {
                let code = Int(number)
                if code < payloads[type].fields[index].texts.count {
                    put(payloads[type].fields[index].texts[code], text, &buffer)
                    continue
                }
            }
            buffer.append(unchecked: number)
        }
        for index in payloads[type].generic.indices {
            let number = event.number(in: payloads[type].generic[index].slot)
            guard number != 0 || number.sign == .minus else { continue }
            put(payloads[type].generic[index].key, text, &buffer)
            buffer.append(unchecked: number)
        }
    }
}
