/// Writes one JSON document into a buffer: 2 spaces of indent, one key or element a line, keys in the order given.
///
/// The caller keeps the grammar (a key before each value of an object, `element()` before each of an array).
public struct JSONWriter: Sendable {
    /// What has been written.
    public var out: ByteBuffer
    private var depth = 0
    private var isEmpty = true

    /// Starts a document at the end of `buffer`.
    public init(_ buffer: consuming ByteBuffer = ByteBuffer()) { out = buffer }

    /// Opens an object.
    public mutating func beginObject() { open(UInt8(ascii: "{")) }

    /// Closes the object; an empty one is `{}`.
    public mutating func endObject() { close(UInt8(ascii: "}")) }

    /// Opens an array.
    public mutating func beginArray() { open(UInt8(ascii: "[")) }

    /// Closes the array; an empty one is `[]`.
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Begins the next line of an array.
    public mutating func element() {
        if !isEmpty { out.append(byte: UInt8(ascii: ",")) }
        isEmpty = false
        newLine()
    }

    /// Begins the next line of an object with a key that needs no escapes.
    public mutating func key(_ name: StaticString) {
        element()
        out.append(byte: UInt8(ascii: "\""))
        out.append(name)
        out.append("\": ")
    }

    /// Begins the next line of an object with any key.
    public mutating func key(text name: String) {
        element()
        string(name)
        out.append(": ")
    }

    /// Writes `null`.
    public mutating func null() { out.append("null") }

    /// Writes `true` or `false`.
    public mutating func boolean(_ value: Bool) {
        if value { out.append("true") } else { out.append("false") }
    }

    /// Writes a whole number.
    public mutating func integer(_ value: Int) { out.append(value) }

    /// Writes a number in its canonical form, `null` for none.
    public mutating func number(_ value: Double?) {
        guard let value else { return null() }
        out.append(value)
    }

    /// Writes a text, `null` for none.
    public mutating func optional(_ text: String?) {
        guard let text else { return null() }
        string(text)
    }

    /// Writes a text: `"`, `\` and control characters escaped, everything else as UTF-8.
    public mutating func string(_ text: String) {
        out.append(byte: UInt8(ascii: "\""))
        var copy = text
        copy.withUTF8 { bytes in
            if bytes.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
                for byte in bytes { escaped(byte) }
            } else {
                out.append(bytes: bytes)
            }
        }
        out.append(byte: UInt8(ascii: "\""))
    }

    private mutating func escaped(_ byte: UInt8) {
        switch byte {
        case 0x22: out.append("\\\"")
        case 0x5C: out.append("\\\\")
        case 0x08: out.append("\\b")
        case 0x09: out.append("\\t")
        case 0x0A: out.append("\\n")
        case 0x0C: out.append("\\f")
        case 0x0D: out.append("\\r")
        case 0..<0x20:
            out.append("\\u00")
            for digit in [byte >> 4, byte & 15] {
                out.append(byte: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        default: out.append(byte: byte)
        }
    }

    private mutating func open(_ bracket: UInt8) {
        out.append(byte: bracket)
        depth += 1
        isEmpty = true
    }

    private mutating func close(_ bracket: UInt8) {
        precondition(depth > 0, "a bracket is closed that was never opened")
        depth -= 1
        if !isEmpty { newLine() }
        out.append(byte: bracket)
        isEmpty = false
    }

    private mutating func newLine() {
        out.append(byte: 0x0A)
        out.append(spaces: depth * 2)
    }
}
