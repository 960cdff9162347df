import Glibc

/// Bytes that grow at the end and keep their memory when emptied: what encoded events are written into.
public struct ByteBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Number of bytes.
    public private(set) var count = 0

    /// Makes an empty buffer with room for some bytes.
    public init(capacity: Int = 1 << 16) {
        self.capacity = max(capacity, 64)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// The bytes, valid until the next change.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(start: base, count: count))
    }

    /// A copy of the bytes.
    public var bytes: [UInt8] { Array(UnsafeBufferPointer(start: base, count: count)) }

    /// Forgets the bytes and keeps the memory.
    public mutating func removeAll() { count = 0 }

    /// Removes bytes at the start; there are that many.
    mutating func removeFirst(_ removed: Int) {
        precondition(removed <= count)
        count -= removed
        memmove(base, base + removed, count)
    }

    /// Makes room for more bytes, so that the unchecked writers below may be called.
    @inline(__always)
    mutating func reserve(_ additional: Int) {
        if count &+ additional > capacity { grow(to: count + additional) }
    }

    @inline(never)
    private mutating func grow(to needed: Int) {
        let larger = max(needed, capacity * 2)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = larger
    }

    /// Appends bytes.
    public mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        reserve(bytes.count)
        append(unchecked: start, count: bytes.count)
    }

    /// Appends a text in UTF-8.
    public mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    /// Lets somebody write up to `room` bytes at the end; `body` returns how many it wrote.
    mutating func append<Failure: Error>(
        room: Int,
        _ body: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Int
    ) throws(Failure) {
        reserve(room)
        let written = try body(UnsafeMutableBufferPointer(start: base + count, count: room))
        precondition(written <= room)
        count += written
    }

    // MARK: unchecked: the caller has reserved

    @inline(__always)
    mutating func append(unchecked start: UnsafePointer<UInt8>, count length: Int) {
        memcpy(base + count, start, length)
        count &+= length
    }

    @inline(__always)
    mutating func append(unchecked byte: UInt8) {
        base[count] = byte
        count &+= 1
    }

    /// Writes a whole number; at most 20 bytes.
    mutating func append(unchecked value: UInt64) {
        var length = 1
        var bound: UInt64 = 10
        while length < 20, value >= bound {
            length &+= 1
            if length == 20 { break }
            bound &*= 10
        }
        var rest = value
        var place = count &+ length
        while rest >= 10 {
            let quotient = rest / 10
            place &-= 1
            base[place] = UInt8(truncatingIfNeeded: 48 &+ rest &- quotient &* 10)
            rest = quotient
        }
        base[place &- 1] = UInt8(truncatingIfNeeded: 48 &+ rest)
        count &+= length
    }

    /// Writes a whole number with its sign; at most 20 bytes.
    @inline(__always)
    mutating func append(unchecked value: Int64) {
        if value < 0 { append(unchecked: UInt8(ascii: "-")) }
        append(unchecked: value.magnitude)
    }
}
