/// Where a string stands in a document, between its quotes.
struct JSONText {
    var range: Range<Int>
    var hasEscapes: Bool

    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// Decodes the escapes of a string that the cursor has checked; half a surrogate pair becomes U+FFFD.
    static func decodeEscapes(_ raw: UnsafeBufferPointer<UInt8>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(raw.count)
        var position = 0
        while position < raw.count {
            let byte = raw[position]
            guard byte == UInt8(ascii: "\\"), position + 1 < raw.count else {
                out.append(byte)
                position += 1
                continue
            }
            switch raw[position + 1] {
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "u"):
                out.append(contentsOf: String(decodeUnicode(raw, at: &position)).utf8)
                continue
            case let other: out.append(other)
            }
            position += 2
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func decodeUnicode(
        _ raw: UnsafeBufferPointer<UInt8>,
        at position: inout Int
    ) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        guard let high = codeUnit(raw, at: position) else {
            position += 2
            return replacement
        }
        position += 6
        guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) ?? replacement }
        guard let low = codeUnit(raw, at: position), (0xDC00..<0xE000).contains(low) else {
            return replacement
        }
        position += 6
        return Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) ?? replacement
    }

    private static func codeUnit(_ raw: UnsafeBufferPointer<UInt8>, at position: Int) -> UInt32? {
        guard position + 6 <= raw.count, raw[position] == UInt8(ascii: "\\"),
            raw[position + 1] == UInt8(ascii: "u")
        else { return nil }
        var value: UInt32 = 0
        for byte in raw[(position + 2)..<(position + 6)] {
            guard let digit = hexDigit(byte) else { return nil }
            value = value << 4 | digit
        }
        return value
    }
}
