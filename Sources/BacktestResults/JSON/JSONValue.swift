/// A JSON document as a tree; objects keep the order of their keys.
public indirect enum JSONValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    /// A whole number that a double may not hold exactly.
    case unsigned(UInt64)
    case text(String)
    case array([JSONValue])
    case object([Named<JSONValue>])

    /// Reads a document (RFC 8259, at most 64 levels deep); of a key that stands there twice the first counts.
    public static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONSyntaxError) -> JSONValue {
        var cursor = JSONCursor(bytes)
        let value = try cursor.value()
        try cursor.finish()
        return value
    }

    /// Reads a document.
    public static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONSyntaxError) in try parse(buffer) }
    }

    /// The value of a key, `nil` where this is no object or has no such key.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let rows) = self else { return nil }
        return rows.first { $0.name == key }?.value
    }

    /// The text, `nil` for anything else.
    public var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// The number, `nil` for anything else.
    public var number: Double? {
        switch self {
        case .number(let number): number
        case .unsigned(let number): Double(number)
        default: nil
        }
    }

    /// The whole number, `nil` for anything else.
    public var integer: Int? {
        switch self {
        case .number(let number): Int(exactly: number)
        case .unsigned(let number): Int(exactly: number)
        default: nil
        }
    }

    /// The elements, none where this is no array.
    public var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The keys and values, none where this is no object.
    public var rows: [Named<JSONValue>] {
        guard case .object(let rows) = self else { return [] }
        return rows
    }
}

extension JSONWriter {
    /// Writes a whole tree.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .boolean(let flag): boolean(flag)
        case .number(let number): self.number(number)
        case .unsigned(let number): unsigned(number)
        case .text(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements {
                self.element()
                self.value(element)
            }
            endArray()
        case .object(let rows): object(rows) { $0.value($1) }
        }
    }
}

extension JSONCursor {
    /// Reads any value as a tree.
    mutating func value() throws(JSONSyntaxError) -> JSONValue {
        switch peek() {
        case UInt8(ascii: "{"):
            var rows: [Named<JSONValue>] = []
            try open(0x7B)
            var first = true
            while try next(0x7D, &first) {
                let key = try key()
                rows.append(Named(string(key), try value()))
            }
            return .object(rows)
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try open(0x5B)
            var first = true
            while try next(0x5D, &first) { elements.append(try value()) }
            return .array(elements)
        case UInt8(ascii: "\""): return .text(string(try text()))
        case UInt8(ascii: "t"):
            try word("true")
            return .boolean(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .boolean(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default:
            let start = position
            let number = try number()
            guard number >= 9_007_199_254_740_992, let exact = unsigned(start..<position) else {
                return .number(number)
            }
            return .unsigned(exact)
        }
    }

    /// The digits as a whole number, `nil` where there is anything else or too much of it.
    private func unsigned(_ range: Range<Int>) -> UInt64? {
        var value: UInt64 = 0
        for byte in bytes[range] {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, over) = product.addingReportingOverflow(UInt64(digit))
            guard !tooLarge, !over else { return nil }
            value = sum
        }
        return value
    }
}
