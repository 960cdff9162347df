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

    /// Bytes that `append(padded:)` may touch beyond what it appends, on both sides.
    static let padding = 32

    /// Appends bytes a vector at a time: the caller has reserved, and may be read from, `padding` bytes more.
    @inline(__always)
    mutating func append(padded start: UnsafePointer<UInt8>, count length: Int) {
        let from = UnsafeRawPointer(start)
        let to = UnsafeMutableRawPointer(base + count)
        var place = 0
        repeat {
            let piece = from.loadUnaligned(fromByteOffset: place, as: SIMD32<UInt8>.self)
            to.storeBytes(of: piece, toByteOffset: place, as: SIMD32<UInt8>.self)
            place &+= 32
        } while place < length
        count &+= length
    }

    /// The digits of 00 to 99, one pair after the other.
    private static let pairs: StaticString = """
        0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
        5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
        """

    /// Writes a whole number; at most 20 bytes.
    mutating func append(unchecked value: UInt64) {
        if value < 10 {
            append(unchecked: UInt8(truncatingIfNeeded: 48 &+ value))
            return
        }
        var length = 2
        var bound: UInt64 = 100
        while length < 20, value >= bound {
            length &+= 1
            if length == 20 { break }
            bound &*= 10
        }
        write(value, digits: length, endingAt: count &+ length)
        count &+= length
    }

    /// Writes the last digits of a number so that they end before a place; with zeros in front.
    @inline(__always)
    mutating func write(_ value: UInt64, digits: Int, endingAt end: Int) {
        let pairs = ByteBuffer.pairs.utf8Start
        var rest = value
        var place = end
        var left = digits
        while left >= 2 {
            let quotient = rest / 100
            let pair = Int(truncatingIfNeeded: rest &- quotient &* 100) &* 2
            place &-= 2
            base[place] = pairs[pair]
            base[place &+ 1] = pairs[pair &+ 1]
            rest = quotient
            left &-= 2
        }
        if left == 1 { base[place &- 1] = UInt8(truncatingIfNeeded: 48 &+ rest % 10) }
    }

    /// Writes a number of so many digits, with zeros in front.
    @inline(__always)
    mutating func append(unchecked value: UInt64, digits: Int) {
        write(value, digits: digits, endingAt: count &+ digits)
        count &+= digits
    }

    /// Appends once more what already stands in the buffer, at most `padding` bytes of it.
    @inline(__always)
    mutating func append(copyOf range: Range<Int>) {
        append(padded: UnsafePointer(base + range.lowerBound), count: range.count)
    }

    /// Writes a whole number with its sign; at most 20 bytes.
    @inline(__always)
    mutating func append(unchecked value: Int64) {
        if value < 0 { append(unchecked: UInt8(ascii: "-")) }
        append(unchecked: value.magnitude)
    }
}
