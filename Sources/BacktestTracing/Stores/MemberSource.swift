import CZlib
import CZstd

/// Decompresses the members of a file one after the other, a piece at a time.
struct MemberSource: ~Copyable {
    enum Step {
        /// Some output, or none.
        case more
        /// The input ends in the middle of a member.
        case truncated
        case damaged
    }

    private static let pieceBytes = 1 << 18

    private let bytes: UnsafeBufferPointer<UInt8>
    private let compression: TraceCompression
    private var position = 0
    /// Whether a member has begun and not ended.
    private var isInside = false
    private var stream: UnsafeMutablePointer<z_stream>?
    private var context: OpaquePointer?

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        if bytes.starts(with: [0x1F, 0x8B]) {
            compression = .gzip
            let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            stream.initialize(to: z_stream())
            let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            precondition(status == Z_OK, "zlib refuses its own defaults, or memory is out")
            self.stream = stream
        } else if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            compression = .zstd
            context = ZSTD_createDCtx()
        } else {
            compression = .none
        }
    }

    deinit {
        if let stream {
            inflateEnd(stream)
            stream.deallocate()
        }
        ZSTD_freeDCtx(context)
    }

    var isAtEnd: Bool { position == bytes.count && !isInside }

    mutating func next(into buffer: inout ByteBuffer) -> Step {
        switch compression {
        case .none:
            buffer.append(bytes)
            position = bytes.count
            return .more
        case .gzip: return inflateNext(into: &buffer)
        case .zstd: return zstdNext(into: &buffer)
        }
    }

    private mutating func inflateNext(into buffer: inout ByteBuffer) -> Step {
        guard let stream else { return .damaged }
        var status = Z_OK
        let available = min(bytes.count - position, Int(UInt32.max))
        var used = 0
        buffer.append(room: MemberSource.pieceBytes) { room in
            stream.pointee.next_in = bytes.baseAddress.map { UnsafeMutablePointer(mutating: $0 + position) }
            stream.pointee.avail_in = UInt32(available)
            stream.pointee.next_out = room.baseAddress
            stream.pointee.avail_out = UInt32(room.count)
            status = inflate(stream, Z_NO_FLUSH)
            used = available - Int(stream.pointee.avail_in)
            return room.count - Int(stream.pointee.avail_out)
        }
        position += used
        isInside = true
        switch status {
        case Z_STREAM_END:
            inflateReset(stream)
            isInside = false
            return .more
        case Z_OK: return position == bytes.count && stream.pointee.avail_out > 0 ? .truncated : .more
        case Z_BUF_ERROR: return .truncated
        default: return .damaged
        }
    }

    private mutating func zstdNext(into buffer: inout ByteBuffer) -> Step {
        var used = 0
        var status = 0
        var isFull = false
        buffer.append(room: MemberSource.pieceBytes) { room in
            var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: position)
            var output = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
            status = ZSTD_decompressStream(context, &output, &input)
            used = input.pos - position
            isFull = output.pos == output.size
            return output.pos
        }
        guard ZSTD_isError(status) == 0 else { return .damaged }
        position += used
        isInside = status != 0
        return isInside && position == bytes.count && !isFull ? .truncated : .more
    }
}
