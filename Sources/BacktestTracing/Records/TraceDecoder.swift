import BacktestEvents
import BacktestModel

/// Reads JSON-line records back (Documentation.docc/TraceFormat.md): every number as it was, every malformed record refused.
///
/// Keys may come in any order; keys that are not known are skipped, as later versions only ever add keys. A known key
/// twice, one missing or of the wrong type, and ids that contradict the container and sequence are errors.
public struct TraceDecoder: Sendable {
    private struct Field: Sendable {
        var slot: PayloadSlot
        var isBit = false
        /// What a text, the key's `true` or a number of the smallest step stands for.
        var codes: [String: UInt8] = [:]
        var mask: UInt8 = 0xFF
        var lowest: UInt8 = 0
        /// Its bit among the keys of the type, to tell whether it was seen.
        var bit: UInt64 = 0
    }

    /// The keys of a type's payload, and what each stands for.
    private struct Payload: Sendable {
        var names: [String] = []
        var fields: [Field] = []
    }

    /// For each type its payload.
    private var payloads: [Payload] = []

    /// Prepares the payloads of a schema, the one that the records were written with.
    public init(schema: PayloadSchema = .standard) {
        for type in EventType.allCases {
            var payload = Payload()
            // Bit 0 stands for `bar`.
            var bit: UInt64 = 1
            let own = schema[type].map { ($0.name, TraceDecoder.prepare($0)) }
            let generic = PayloadSlot.allCases.map { ($0.genericName, Field(slot: $0)) }
            // The type's own meaning of a name comes before the generic one.
            for (name, field) in own + generic where !payload.names.contains(name) {
                bit <<= 1
                precondition(bit != 0, "a payload has fewer than 64 keys")
                payload.names.append(name)
                payload.fields.append(field)
                payload.fields[payload.fields.count - 1].bit = bit
            }
            payloads.append(payload)
        }
    }

    private static func prepare(_ field: PayloadField) -> Field {
        var prepared = Field(slot: field.slot)
        func number(_ texts: [String]) {
            for (code, text) in texts.prefix(256).enumerated() where prepared.codes[text] == nil {
                prepared.codes[text] = UInt8(code)
            }
        }
        switch field.form {
        case .number: break
        case .text(_, let texts): number(texts)
        case .bits(let mask, let lowest, let texts):
            number(texts)
            prepared.mask = mask
            prepared.lowest = lowest
        case .bit(let mask):
            prepared.isBit = true
            prepared.mask = mask
        }
        return prepared
    }

    /// Reads one record: a line with or without its line feed.
    public func decode(_ line: Span<UInt8>) throws(TraceFormatError) -> TracedEvent {
        try line.withUnsafeBufferPointer { bytes throws(TraceFormatError) in try decode(bytes) }
    }

    /// Reads one record: a line with or without its line feed.
    public func decode(_ line: UnsafeBufferPointer<UInt8>) throws(TraceFormatError) -> TracedEvent {
        var cursor = JSONCursor(line)
        var draft = RecordDraft()
        try cursor.expect("{")
        if !cursor.take("}") {
            repeat {
                let key = try cursor.string()
                try cursor.expect(":")
                if try !draft.take(key, from: &cursor) { try cursor.skipValue() }
            } while cursor.take(",")
            try cursor.expect("}")
        }
        try cursor.expectEnd()
        let (type, payloadStart) = try draft.payloadPlace(cursor.failure("the record lacks 'payload'"))
        var payloadCursor = JSONCursor(UnsafeBufferPointer(rebasing: line[payloadStart...]))
        let numbers: EventNumbers
        do {
            numbers = try decodePayload(of: type, from: &payloadCursor)
        } catch {
            throw TraceFormatError(error.message, column: error.column + payloadStart)
        }
        return try draft.finish(numbers, type)
    }

    /// Reads one record from a text.
    public func decode(_ line: String) throws(TraceFormatError) -> TracedEvent {
        try decode(Array(line.utf8).span)
    }

    private func decodePayload(
        of type: EventType,
        from cursor: inout JSONCursor
    ) throws(TraceFormatError) -> EventNumbers {
        var numbers = EventNumbers()
        var seen: UInt64 = 0
        var names = NameSearch()
        let payload = payloads[Int(type.rawValue)]
        try cursor.expect("{")
        if !cursor.take("}") {
            repeat {
                let start = cursor.position
                let key = try cursor.string()
                try cursor.expect(":")
                let bit: UInt64
                if key == "bar" {
                    bit = 1
                    numbers.bar = try cursor.integer(Int32.self)
                } else if let index = names.find(key, in: payload.names) {
                    bit = payload.fields[index].bit
                    try decode(payload.fields[index], key, from: &cursor, into: &numbers)
                } else {
                    try cursor.skipValue()
                    continue
                }
                guard seen & bit == 0 else { throw cursor.failure("'\(key)' is given twice", at: start) }
                seen |= bit
            } while cursor.take(",")
            try cursor.expect("}")
        }
        guard seen & 1 != 0 else { throw cursor.failure("the payload lacks 'bar'") }
        return numbers
    }

    private func decode(
        _ field: Field,
        _ key: String,
        from cursor: inout JSONCursor,
        into numbers: inout EventNumbers
    ) throws(TraceFormatError) {
        let start = cursor.position
        if field.isBit {
            if try cursor.boolean() { numbers.set(field.mask, in: .flags) }
        } else if cursor.isAtString() {
            let text = try cursor.string()
            guard let code = field.codes[text] else {
                throw cursor.failure("'\(text)' is no value of '\(key)'", at: start)
            }
            numbers.set(code << field.lowest, in: field.slot)
        } else if field.slot.isSmall {
            let most = field.mask >> field.lowest
            guard let code = UInt8(exactly: try cursor.number()), code <= most else {
                throw cursor.failure("'\(key)' is a whole number from 0 to \(most)", at: start)
            }
            numbers.set(code << field.lowest, in: field.slot)
        } else {
            numbers.set(try cursor.number(), in: field.slot)
        }
    }
}
