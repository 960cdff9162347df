/// A run of bytes that grows and is emptied without giving its memory back, so that a worker writes every file from one.
public struct ByteBuffer: Sendable {
    private var storage: [UInt8]
    /// Number of bytes in it.
    public private(set) var count: Int = 0

    /// Makes an empty buffer with room for `capacity` bytes, at least 64.
    public init(capacity: Int = 8_192) { storage = [UInt8](repeating: 0, count: max(64, capacity)) }

    /// Whether nothing is in it.
    public var isEmpty: Bool { count == 0 }

    /// Forgets the bytes and keeps the memory.
    public mutating func removeAll() { count = 0 }

    /// Forgets all but the first `length` bytes.
    public mutating func truncate(to length: Int) {
        precondition(length >= 0 && length <= count)
        count = length
    }

    /// Forgets the first `length` bytes.
    mutating func removeFirst(_ length: Int) {
        precondition(length >= 0 && length <= count)
        guard length > 0 else { return }
        let rest = count - length
        storage.withUnsafeMutableBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            start.update(from: start.advanced(by: length), count: rest)
        }
        count = rest
    }

    /// A copy of the bytes.
    public var array: [UInt8] { Array(storage[..<count]) }

    /// The bytes as text; wrong UTF-8 is repaired.
    public var text: String { String(decoding: storage[..<count], as: UTF8.self) }

    /// Lends the bytes for reading; the pointer is valid only inside `body`.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let length = count
        return try storage.withUnsafeBufferPointer { (all) throws(Failure) -> Result in
            try body(UnsafeBufferPointer(rebasing: all[..<length]))
        }
    }

    /// Adds one byte.
    @inline(__always)
    public mutating func append(byte: UInt8) {
        if count == storage.count { grow(by: 1) }
        storage[count] = byte
        count += 1
    }

    /// Adds bytes.
    public mutating func append(bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        if count + bytes.count > storage.count { grow(by: bytes.count) }
        let start = count
        storage.withUnsafeMutableBufferPointer { target in
            target.baseAddress?.advanced(by: start).update(from: source, count: bytes.count)
        }
        count += bytes.count
    }

    /// Adds bytes.
    public mutating func append(bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { append(bytes: $0) }
    }

    /// Adds the UTF-8 of a text that the compiler knows.
    public mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(bytes: $0) }
    }

    /// Adds the UTF-8 of a text.
    public mutating func append(text: String) {
        var copy = text
        copy.withUTF8 { append(bytes: $0) }
    }

    /// Adds `times` spaces.
    mutating func append(spaces times: Int) {
        for _ in 0..<max(0, times) { append(byte: 0x20) }
    }

    /// Lets `body` write into at least `room` bytes after the end; it answers how many it wrote.
    ///
    /// A negative answer adds nothing, and is handed on.
    mutating func appendBytes(room: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int) -> Int {
        if count + room > storage.count { grow(by: room) }
        let start = count
        let written = storage.withUnsafeMutableBufferPointer { target in
            body(UnsafeMutableBufferPointer(rebasing: target[start...]))
        }
        precondition(written <= storage.count - start)
        count += max(0, written)
        return written
    }

    private mutating func grow(by needed: Int) {
        let capacity = max(storage.count * 2, count + needed)
        // An array of zeros is made and copied in one go, also without optimization.
        storage.append(contentsOf: [UInt8](repeating: 0, count: capacity - storage.count))
    }
}
