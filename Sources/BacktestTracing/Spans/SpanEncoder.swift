public import BacktestEvents

/// Writes the events of trades as OTLP spans in JSON: one `TracesData` document a line, some hundred spans each.
///
/// Names are in camelCase, ids in hex, 64-bit numbers as text, as the OTLP specification has them (JSON Protobuf Encoding).
struct SpanEncoder: ~Copyable {
    /// Spans of one document.
    static let spansMax = 512

    /// The document under way, without its end.
    private(set) var line = ByteBuffer()
    /// Spans in it.
    private(set) var count = 0
    private let context: TraceContext
    private let identity: SpanIdentity
    private let schema: PayloadSchema
    private let head: String

    init(
        _ context: TraceContext,
        _ identity: SpanIdentity,
        service: String,
        schema: PayloadSchema = .standard
    ) {
        self.context = context
        self.identity = identity
        self.schema = schema
        var resource = [
            SpanEncoder.attribute("service.name", text: service),
            SpanEncoder.attribute("admf.run_id", text: context.runID),
            SpanEncoder.attribute("admf.container_id", text: context.containerID),
        ]
        if let portfolio = context.portfolioID {
            resource.append(SpanEncoder.attribute("admf.portfolio_id", text: portfolio))
        }
        head =
            "{\"resourceSpans\":[{\"resource\":{\"attributes\":[\(resource.joined(separator: ","))]},"
            + "\"scopeSpans\":[{\"scope\":{\"name\":\"admf\"},\"spans\":["
    }

    /// Adds the span of an event.
    ///
    /// - Parameters:
    ///   - event: The event; it belongs to a trade.
    ///   - hasParent: Whether its cause is a span of the same trace.
    ///   - start: Nanoseconds.
    ///   - end: Nanoseconds, not before `start`.
    mutating func append(_ event: Event, hasParent: Bool, start: Int64, end: Int64) {
        line.append(count == 0 ? head : ",")
        count += 1
        line.append(
            "{\"traceId\":\"\(identity.trace(ofTrade: event.correlation))\","
                + "\"spanId\":\"\(identity.span(ofEvent: event.sequence))\","
        )
        if hasParent { line.append("\"parentSpanId\":\"\(identity.span(ofEvent: event.cause))\",") }
        line.append(
            "\"name\":\"\(event.type.name)\",\"kind\":1,"
                + "\"startTimeUnixNano\":\"\(start)\",\"endTimeUnixNano\":\"\(end)\",\"attributes\":["
        )
        appendAttributes(event)
        line.append("]")
        if event.flags & EventFlags.rejected != 0, event.type == .order || event.type == .riskBreach {
            line.append(",\"status\":{\"code\":2,\"message\":\"rejected\"}")
        }
        line.append("}")
    }

    /// Ends the document and hands it over with its number of spans; nothing happens where there are none.
    mutating func finish(_ take: (UnsafeBufferPointer<UInt8>, Int) -> Void) {
        guard count > 0 else { return }
        line.append("]}]}]}\n")
        line.withBytes { take($0, count) }
        line.removeAll()
        count = 0
    }

    private mutating func appendAttributes(_ event: Event) {
        let id = context.containerID
        line.append(SpanEncoder.attribute("admf.event_id", text: "\(id):\(event.sequence)"))
        line.append("," + SpanEncoder.attribute("admf.correlation_id", text: "\(id)/T\(event.correlation)"))
        if event.cause != Event.none32 {
            line.append("," + SpanEncoder.attribute("admf.causation_id", text: "\(id):\(event.cause)"))
        }
        if context.strategies.indices.contains(Int(event.strategy)) {
            let strategy = context.strategies[Int(event.strategy)]
            line.append("," + SpanEncoder.attribute("admf.strategy_id", text: strategy))
        }
        if context.symbols.indices.contains(Int(event.symbol)) {
            line.append("," + SpanEncoder.attribute("admf.symbol", text: context.symbols[Int(event.symbol)]))
        }
        line.append(",{\"key\":\"admf.bar\",\"value\":{\"intValue\":\"\(event.bar)\"}}")
        for field in schema[event.type] where event.flags & field.conditionMask == field.conditionValue {
            append(field, of: event)
        }
    }

    private mutating func append(_ field: PayloadField, of event: Event) {
        let key = "admf.\(field.name)"
        switch field.form {
        case .number(let slot):
            let value = event[slot]
            guard value.isFinite else { return }
            line.append(",{\"key\":\"\(key)\",\"value\":{\"doubleValue\":")
            line.reserve(ByteBuffer.numberRoom)
            line.append(unchecked: value)
            line.append("}}")
        case .text(let slot, let names):
            let index = Int(event[slot])
            guard names.indices.contains(index) else { return }
            line.append("," + SpanEncoder.attribute(key, text: names[index]))
        case .bits(let mask, let lowest, let names):
            let index = Int((event.flags & mask) >> lowest)
            guard names.indices.contains(index) else { return }
            line.append("," + SpanEncoder.attribute(key, text: names[index]))
        case .bit(let mask):
            guard event.flags & mask != 0 else { return }
            line.append(",{\"key\":\"\(key)\",\"value\":{\"boolValue\":true}}")
        }
    }

    private static func attribute(_ key: String, text: String) -> String {
        let value = String(decoding: jsonString(text), as: UTF8.self)
        return "{\"key\":\"\(key)\",\"value\":{\"stringValue\":\(value)}}"
    }
}

extension Event {
    /// The number in a slot of the payload.
    public subscript(slot: PayloadSlot) -> Double {
        switch slot {
        case .code: Double(code)
        case .reason: Double(reason)
        case .flags: Double(flags)
        case .price: price
        case .quantity: quantity
        case .value0: value0
        case .value1: value1
        case .value2: value2
        case .value3: value3
        }
    }
}
