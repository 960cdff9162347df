/// Reads one JSON text from bytes, strictly (RFC 8259), without building a tree.
///
/// Every access is bounds-checked by hand against `count`; the bytes must outlive the cursor.
struct JSONCursor: ~Copyable {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0

    /// Deepest nesting that is skipped over.
    static let maxDepth = 32

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    func failure(_ message: String, at place: Int? = nil) -> TraceFormatError {
        TraceFormatError(message, column: (place ?? position) + 1)
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            position += 1
        }
    }

    /// Whether the next character after space is this one; takes it if so.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard let byte = peek(), UInt32(byte) == character.value else { return false }
        position += 1
        return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(TraceFormatError) {
        guard take(character) else { throw failure("expected '\(character)'") }
    }

    mutating func expectEnd() throws(TraceFormatError) {
        skipSpace()
        guard position == bytes.count else { throw failure("unexpected text after the record") }
    }

    // MARK: strings

    mutating func string() throws(TraceFormatError) -> String {
        skipSpace()
        let start = position
        guard peek() == UInt8(ascii: "\"") else { throw failure("expected a string") }
        position += 1
        var ored: UInt8 = 0
        while let byte = peek(), byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            ored |= byte
            position += 1
        }
        let plain = UnsafeBufferPointer(rebasing: bytes[start + 1..<position])
        // So is nearly every string: as it stands, and in ASCII.
        if peek() == UInt8(ascii: "\""), ored < 0x80 {
            position += 1
            return String(decoding: plain, as: UTF8.self)
        }
        var text = Array(plain)
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let valid = String(validating: text, as: UTF8.self) else {
                    throw failure("not valid UTF-8", at: start)
                }
                return valid
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw failure("a control character in a string must be escaped", at: position - 1)
            default: text.append(byte)
            }
        }
        throw failure("a string is not closed", at: start)
    }

    private mutating func escape(into text: inout [UInt8]) throws(TraceFormatError) {
        guard let byte = peek() else { throw failure("a string ends in a backslash") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var value = try hexadecimal()
            if (0xD800..<0xDC00).contains(value), peek() == UInt8(ascii: "\\") {
                position += 1
                guard peek() == UInt8(ascii: "u") else { throw failure("half of a surrogate pair") }
                position += 1
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw failure("half of a surrogate pair") }
                value = 0x1_0000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(value) else { throw failure("half of a surrogate pair") }
            text.append(contentsOf: String(Character(scalar)).utf8)
        default: throw failure("an unknown escape", at: position - 2)
        }
    }

    private mutating func hexadecimal() throws(TraceFormatError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("expected four hexadecimal digits")
            }
            position += 1
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    // MARK: numbers

    /// A whole number of that type, without fraction and exponent.
    mutating func integer<Number: FixedWidthInteger>(_: Number.Type) throws(TraceFormatError) -> Number {
        skipSpace()
        let start = position
        let isNegative = peek() == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let first = position
        var value: Number = 0
        while let byte = peek(), (0x30...0x39).contains(byte) {
            position += 1
            let digit = Number(byte - 0x30)
            let (high, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, more) =
                isNegative ? high.subtractingReportingOverflow(digit) : high.addingReportingOverflow(digit)
            guard !overflow, !more else { throw failure("a number out of range", at: start) }
            value = sum
        }
        guard position > first else { throw failure("expected a whole number", at: start) }
        guard position == first + 1 || bytes[first] != 0x30 else {
            throw failure("a leading zero", at: start)
        }
        if let byte = peek(), byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e") {
            throw failure("expected a whole number", at: start)
        }
        return value
    }

    /// A number; `null` is NaN.
    mutating func number() throws(TraceFormatError) -> Double {
        skipSpace()
        let start = position
        if takeWord("null") { return .nan }
        try skipNumber()
        let text = UnsafeBufferPointer(rebasing: bytes[start..<position])
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
            throw failure("a number out of range", at: start)
        }
        return value
    }

    private mutating func digits() throws(TraceFormatError) {
        let start = position
        while let byte = peek(), (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw failure("expected a digit") }
    }

    private mutating func skipNumber() throws(TraceFormatError) {
        let start = position
        if peek() == UInt8(ascii: "-") { position += 1 }
        guard let first = peek(), (0x30...0x39).contains(first) else {
            throw failure("expected a number", at: start)
        }
        if first == 0x30 { position += 1 } else { try digits() }
        if peek() == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
    }

    // MARK: anything

    private mutating func takeWord(_ word: StaticString) -> Bool {
        guard position + word.utf8CodeUnitCount <= bytes.count else { return false }
        for index in 0..<word.utf8CodeUnitCount where bytes[position + index] != word.utf8Start[index] {
            return false
        }
        position += word.utf8CodeUnitCount
        return true
    }

    /// `true` or `false`.
    mutating func boolean() throws(TraceFormatError) -> Bool {
        skipSpace()
        if takeWord("true") { return true }
        guard takeWord("false") else { throw failure("expected true or false") }
        return false
    }

    /// Whether a string comes next.
    mutating func isAtString() -> Bool {
        skipSpace()
        return peek() == UInt8(ascii: "\"")
    }

    /// Skips a value of any kind.
    mutating func skipValue(depth: Int = 0) throws(TraceFormatError) {
        skipSpace()
        guard depth < JSONCursor.maxDepth else { throw failure("nested too deeply") }
        switch peek() {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "{"):
            position += 1
            if take("}") { return }
            repeat {
                _ = try string()
                try expect(":")
                try skipValue(depth: depth + 1)
            } while take(",")
            try expect("}")
        case UInt8(ascii: "["):
            position += 1
            if take("]") { return }
            repeat { try skipValue(depth: depth + 1) } while take(",")
            try expect("]")
        default:
            if takeWord("true") || takeWord("false") || takeWord("null") { return }
            try skipNumber()
        }
    }
}
