import CZlib

/// zlib's inflater over the members of a gzip file, one after another.
struct GzipInflater: ~Copyable {
    /// What a call did.
    struct Step {
        var consumed: Int
        var produced: Int
        /// Whether a member has just ended and no other has begun.
        var isAtMemberEnd: Bool
        /// What is wrong with the stream, `nil` for nothing.
        var damage: String?
    }

    // On the heap because zlib's state points back at it, so it may not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isAtMemberEnd = false

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, 16 for the gzip wrapper and nothing else.
        let status = inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib: no memory")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    mutating func step(_ input: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Step {
        if input.isEmpty { return Step(consumed: 0, produced: 0, isAtMemberEnd: isAtMemberEnd, damage: nil) }
        if isAtMemberEnd {
            guard input[0] == 0x1F else {
                return Step(
                    consumed: 0,
                    produced: 0,
                    isAtMemberEnd: true,
                    damage: "something that is not gzip follows the last gzip member"
                )
            }
            inflateReset(stream)
            isAtMemberEnd = false
        }
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        )
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(target.count)
        let status = inflate(stream, Z_NO_FLUSH)
        var damage: String?
        switch status {
        case Z_STREAM_END: isAtMemberEnd = true
        case Z_OK, Z_BUF_ERROR: break
        default:
            let reason = stream.pointee.msg.map { String(cString: $0) } ?? "error \(status)"
            damage = "the gzip stream is damaged: \(reason)"
        }
        return Step(
            consumed: input.count - Int(stream.pointee.avail_in),
            produced: target.count - Int(stream.pointee.avail_out),
            isAtMemberEnd: isAtMemberEnd,
            damage: damage
        )
    }
}
