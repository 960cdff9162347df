import BacktestModel

/// Reads the rows of a CSV file (RFC 4180; lines end in LF or CRLF) without copying.
struct CSVReader {
    /// Where a field stands, without its quotes.
    struct Field {
        var range: Range<Int>
        /// Whether it was quoted; doubled quotes inside stand for one.
        var isQuoted: Bool
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    /// Number of the row that was read last, from 1.
    private(set) var line = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Whether the file ends in a line feed, as every whole one does.
    var endsWithLineFeed: Bool { bytes.last == 0x0A }

    /// The fields of the next row, `nil` at the end.
    mutating func nextRow() -> [Field]? {
        guard position < bytes.count else { return nil }
        line += 1
        var fields: [Field] = []
        while true {
            fields.append(nextField())
            guard position < bytes.count else { return fields }
            let byte = bytes[position]
            position += 1
            if byte == 0x2C { continue }
            if byte == 0x0D, position < bytes.count, bytes[position] == 0x0A { position += 1 }
            return fields
        }
    }

    private mutating func nextField() -> Field {
        if position < bytes.count, bytes[position] == 0x22 {
            let start = position + 1
            position = start
            while position < bytes.count {
                if bytes[position] == 0x22 {
                    guard position + 1 < bytes.count, bytes[position + 1] == 0x22 else { break }
                    position += 1
                }
                position += 1
            }
            let field = Field(range: start..<min(position, bytes.count), isQuoted: true)
            position = min(position + 1, bytes.count)
            skipToDelimiter()
            return field
        }
        let start = position
        skipToDelimiter()
        return Field(range: start..<position, isQuoted: false)
    }

    private mutating func skipToDelimiter() {
        while position < bytes.count, bytes[position] != 0x2C, bytes[position] != 0x0A,
            bytes[position] != 0x0D
        {
            position += 1
        }
    }
}

extension CSVReader.Field {
    /// The field as text.
    func text(in bytes: UnsafeBufferPointer<UInt8>) -> String {
        let raw = UnsafeBufferPointer(rebasing: bytes[range])
        guard isQuoted, raw.contains(0x22) else { return String(decoding: raw, as: UTF8.self) }
        var out: [UInt8] = []
        var index = 0
        while index < raw.count {
            out.append(raw[index])
            index += raw[index] == 0x22 ? 2 : 1
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The field as a number, `nil` for anything else.
    func number(in bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        let raw = UnsafeBufferPointer(rebasing: bytes[range])
        guard let first = raw.first, first == UInt8(ascii: "-") || (first >= 0x30 && first <= 0x39) else {
            return nil
        }
        var cursor = JSONCursor(raw)
        guard let value = try? cursor.number(), cursor.position == raw.count else { return nil }
        return value
    }

    /// The field as a plain value: empty is null, `true` and `false` are booleans, a number is a number.
    func scalar(in bytes: UnsafeBufferPointer<UInt8>) -> Scalar {
        if range.isEmpty { return .null }
        if let number = number(in: bytes) { return .number(number) }
        switch text(in: bytes) {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case let text: return .text(text)
        }
    }
}
