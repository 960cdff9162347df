/// Reads one JSON document from front to back (RFC 8259, strict), value by value, without building a tree.
///
/// Nothing that stands in the bytes can make it trap or read outside them; nesting is bounded. The bytes must outlive it.
struct JSONCursor {
    /// Deepest nesting of arrays and objects that is read.
    static let depthMax = 64

    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0
    private var depth = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    func failure(_ reason: String) -> JSONSyntaxError { JSONSyntaxError(reason: reason, offset: position) }

    /// The first byte of the next value, 0 at the end.
    mutating func peek() -> UInt8 {
        skipSpace()
        return position < bytes.count ? bytes[position] : 0
    }

    /// Checks that nothing but white space follows.
    mutating func finish() throws(JSONSyntaxError) {
        skipSpace()
        guard position == bytes.count else { throw failure("something follows the end of the document") }
    }

    /// Opens an object or array.
    mutating func open(_ bracket: UInt8) throws(JSONSyntaxError) {
        guard peek() == bracket else {
            throw failure(bracket == 0x7B ? "an object is expected" : "an array is expected")
        }
        guard depth < JSONCursor.depthMax else { throw failure("nested deeper than \(JSONCursor.depthMax)") }
        depth += 1
        position += 1
    }

    /// Moves to the next element; answers false, and closes, at the end.
    ///
    /// `first` is kept by the caller, initially true.
    mutating func next(_ bracket: UInt8, _ first: inout Bool) throws(JSONSyntaxError) -> Bool {
        let byte = peek()
        if byte == bracket {
            position += 1
            depth -= 1
            return false
        }
        if first {
            first = false
            return true
        }
        guard byte == UInt8(ascii: ",") else {
            throw failure(
                position < bytes.count
                    ? "a comma or a closing bracket is expected" : "the document ends too early"
            )
        }
        position += 1
        return true
    }

    /// Reads a key and its colon; the range excludes the quotes.
    mutating func key() throws(JSONSyntaxError) -> JSONText {
        guard peek() == UInt8(ascii: "\"") else { throw failure("a key in quotes is expected") }
        let key = try text()
        guard peek() == UInt8(ascii: ":") else { throw failure("a colon is expected") }
        position += 1
        return key
    }

    /// Reads a string without decoding it.
    mutating func text() throws(JSONSyntaxError) -> JSONText {
        guard peek() == UInt8(ascii: "\"") else { throw failure("a string is expected") }
        position += 1
        let start = position
        var hasEscapes = false
        var isASCII = true
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let text = JSONText(range: start..<position, hasEscapes: hasEscapes)
                if !isASCII, !isUTF8(text.range) { throw failure("the string is not UTF-8") }
                position += 1
                return text
            }
            if byte < 0x20 { throw failure("a control character stands in a string") }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try skipEscape()
                continue
            }
            if byte >= 0x80 { isASCII = false }
            position += 1
        }
        throw failure("the string never ends")
    }

    /// The decoded text.
    func string(_ text: JSONText) -> String {
        let raw = UnsafeBufferPointer(rebasing: bytes[text.range])
        return text.hasEscapes ? JSONText.decodeEscapes(raw) : String(decoding: raw, as: UTF8.self)
    }

    /// Whether the text is `name`, byte for byte.
    func matches(_ text: JSONText, _ name: StaticString) -> Bool {
        name.withUTF8Buffer { matches(text, $0) }
    }

    /// Whether the text is `name`, byte for byte.
    func matches(_ text: JSONText, _ name: [UInt8]) -> Bool {
        name.withUnsafeBufferPointer { matches(text, $0) }
    }

    private func matches(_ text: JSONText, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        text.range.count == name.count && !text.hasEscapes && stands(name, at: text.range.lowerBound)
    }

    /// Whether the bytes from `start` on are `word`.
    private func stands(_ word: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        guard start + word.count <= bytes.count else { return false }
        for index in 0..<word.count where bytes[start + index] != word[index] { return false }
        return true
    }

    /// Reads `null`, `true` or `false`.
    mutating func word(_ word: StaticString) throws(JSONSyntaxError) {
        skipSpace()
        guard word.withUTF8Buffer({ stands($0, at: position) }) else { throw failure("a value is expected") }
        position += word.utf8CodeUnitCount
    }

    /// Reads over any value.
    mutating func skipValue() throws(JSONSyntaxError) {
        switch peek() {
        case UInt8(ascii: "{"):
            try open(0x7B)
            var first = true
            while try next(0x7D, &first) {
                _ = try key()
                try skipValue()
            }
        case UInt8(ascii: "["):
            try open(0x5B)
            var first = true
            while try next(0x5D, &first) { try skipValue() }
        case UInt8(ascii: "\""): _ = try text()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: _ = try number()
        }
    }

    mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    mutating func advance() { position += 1 }

    private mutating func skipEscape() throws(JSONSyntaxError) {
        guard position + 1 < bytes.count else { throw failure("the string never ends") }
        switch bytes[position + 1] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: position += 2
        case 0x75:
            guard position + 6 <= bytes.count,
                bytes[(position + 2)..<(position + 6)].allSatisfy({ JSONText.hexDigit($0) != nil })
            else { throw failure("\\u needs four hex digits") }
            position += 6
        default: throw failure("an unknown escape")
        }
    }

    private func isUTF8(_ range: Range<Int>) -> Bool {
        String(validating: bytes[range], as: UTF8.self) != nil
    }
}
