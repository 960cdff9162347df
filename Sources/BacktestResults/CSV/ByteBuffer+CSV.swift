package import BacktestModel

extension ByteBuffer {
    /// Adds a field of a CSV row, in quotes where it has a comma, quote or line break (RFC 4180).
    package mutating func appendCSV(_ field: String) {
        var copy = field
        copy.withUTF8 { bytes in
            guard bytes.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else {
                return append(bytes: bytes)
            }
            append(byte: 0x22)
            for byte in bytes {
                if byte == 0x22 { append(byte: 0x22) }
                append(byte: byte)
            }
            append(byte: 0x22)
        }
    }

    /// Adds a number; one that is undefined leaves the field empty.
    package mutating func appendCSV(_ value: Double?) {
        guard let value, value.isFinite else { return }
        append(value)
    }

    /// Adds a plain value; null leaves the field empty.
    package mutating func appendCSV(_ value: Scalar) {
        switch value {
        case .null: break
        case .boolean(let flag): if flag { append("true") } else { append("false") }
        case .number(let number): appendCSV(number)
        case .text(let text): appendCSV(text)
        }
    }
}
