import BacktestModel
import BacktestResults

/// JSON without spaces and with numbers of seven digits, for a page that should stay small.
struct CompactJSON {
    private(set) var out = ByteBuffer(capacity: 1 << 16)
    private var needsComma = false

    /// An object; `body` writes its keys.
    mutating func object(_ body: (inout CompactJSON) -> Void) { wrap("{", "}", body) }

    /// An array; `body` writes its elements.
    mutating func array(_ body: (inout CompactJSON) -> Void) { wrap("[", "]", body) }

    mutating func key(_ name: String) {
        string(name)
        out.append(byte: UInt8(ascii: ":"))
        needsComma = false
    }

    /// A text; `<` is escaped, so that no text can end the script that it stands in.
    mutating func string(_ text: String) {
        comma()
        out.append(byte: UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): out.append("\\\"")
            case UInt8(ascii: "\\"): out.append("\\\\")
            case UInt8(ascii: "<"): out.append("\\u003c")
            case 0..<0x20: out.append(text: "\\u00" + StaticHex.digits[Int(byte)])
            default: out.append(byte: byte)
            }
        }
        out.append(byte: UInt8(ascii: "\""))
    }

    mutating func number(_ value: Double?) {
        comma()
        guard let value, value.isFinite else { return out.append("null") }
        let rounded = CompactJSON.rounded(value)
        if rounded == rounded.rounded(), abs(rounded) < 1e15 {
            out.append(Int(rounded))
        } else {
            out.append(rounded)
        }
    }

    mutating func scalar(_ value: Scalar) {
        switch value {
        case .null: number(nil)
        case .boolean(let flag): string(flag ? "true" : "false")
        case .number(let number): self.number(number)
        case .text(let text): string(text)
        }
    }

    mutating func numbers(_ values: some Sequence<Double?>) {
        array { json in
            for value in values { json.number(value) }
        }
    }

    /// Numbers as whole multiples of 1 / scale, which is a power of ten.
    mutating func scaled(_ values: some Sequence<Double?>, by scale: Double) {
        array { json in
            for value in values { json.number(value.map { ($0 * scale).rounded() }) }
        }
    }

    mutating func strings(_ values: some Sequence<String>) {
        array { json in
            for value in values { json.string(value) }
        }
    }

    private mutating func wrap(
        _ open: StaticString,
        _ close: StaticString,
        _ body: (inout CompactJSON) -> Void
    ) {
        comma()
        out.append(open)
        needsComma = false
        body(&self)
        out.append(close)
        needsComma = true
    }

    private mutating func comma() {
        if needsComma { out.append(byte: UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Seven significant digits by default: more than a screen shows.
    static func rounded(_ value: Double, digits: Int = 7) -> Double {
        let magnitude = abs(value)
        guard magnitude > 1e-12, magnitude < 1e15, value != value.rounded() else { return value }
        let least = (1..<digits).reduce(1.0) { power, _ in power * 10 }
        var power = 1.0
        while magnitude * power < least { power *= 10 }
        return (value * power).rounded() / power
    }
}

/// Two hex digits of the control characters.
private enum StaticHex {
    static let digits: [String] = (0..<32).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
}
