import BacktestEvents
import BacktestModel

/// Reads JSON-line records back (docs/trace-format.md): every number as it was, every malformed record refused.
///
/// Keys may come in any order; keys that are not known are skipped, as later versions only ever add keys. A known key
/// twice, one missing or of the wrong type, and ids that contradict the container and sequence are errors.
public struct TraceDecoder: Sendable {
    private struct Field: Sendable {
        var slot: PayloadSlot
        var codes: [String: UInt8]
    }

    /// For each type the payload's keys.
    private var payloads: [[String: Field]] = []

    /// Prepares the payloads of a schema, the one that the records were written with.
    public init(schema: PayloadSchema = .standard) {
        for type in EventType.allCases {
            var fields: [String: Field] = [:]
            for slot in PayloadSlot.allCases { fields[slot.genericName] = Field(slot: slot, codes: [:]) }
            for field in schema[type] {
                let codes = Dictionary(
                    field.texts.prefix(256).enumerated().map { ($1, UInt8($0)) },
                    uniquingKeysWith: { first, _ in first }
                )
                fields[field.name] = Field(slot: field.slot, codes: codes)
            }
            payloads.append(fields)
        }
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
        var seen: UInt16 = 0
        try cursor.expect("{")
        if !cursor.take("}") {
            repeat {
                let start = cursor.position
                let key = try cursor.string()
                try cursor.expect(":")
                let bit: UInt16
                if key == "bar" {
                    bit = 1 << 15
                    numbers.bar = try cursor.integer(Int32.self)
                } else if let field = payloads[Int(type.rawValue)][key] {
                    bit = 1 << UInt16(field.slot.rawValue)
                    try decode(field, key, from: &cursor, into: &numbers)
                } else {
                    try cursor.skipValue()
                    continue
                }
                guard seen & bit == 0 else { throw cursor.failure("'\(key)' is given twice", at: start) }
                seen |= bit
            } while cursor.take(",")
            try cursor.expect("}")
        }
        guard seen & 1 << 15 != 0 else { throw cursor.failure("the payload lacks 'bar'") }
        return numbers
    }

    private func decode(
        _ field: Field,
        _ key: String,
        from cursor: inout JSONCursor,
        into numbers: inout EventNumbers
    ) throws(TraceFormatError) {
        let isText = cursor.isAtString()
        let start = cursor.position
        if isText {
            let text = try cursor.string()
            guard let code = field.codes[text], numbers.set(Double(code), in: field.slot) else {
                throw cursor.failure("'\(text)' is no value of '\(key)'", at: start)
            }
        } else if try !numbers.set(cursor.number(), in: field.slot) {
            throw cursor.failure("'\(key)' is a whole number from 0 to 255", at: start)
        }
    }
}
