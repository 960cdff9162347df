import CZlib
import CZstd
import Glibc

/// Reads single blocks of a file and finds the lines in them that a filter lets pass.
struct TraceBlockReader: ~Copyable {
    /// Why a block cannot be used; the reader of the whole file then says what is wrong, if anything is.
    struct Stale: Error {}

    private let descriptor: Int32
    private let decoder: TraceDecoder
    private var packed = ByteBuffer()
    private var lines = ByteBuffer()

    init(_ path: String, byteCount: Int, _ decoder: TraceDecoder) throws(Stale) {
        // O_NONBLOCK: a named pipe that lies here must not hang us; it reads as empty.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Stale() }
        var status = stat()
        guard fstat(descriptor, &status) == 0, Int(status.st_size) == byteCount else {
            close(descriptor)
            throw Stale()
        }
        self.descriptor = descriptor
        self.decoder = decoder
    }

    deinit { close(descriptor) }

    /// Calls `body` with the events of a block that a filter lets pass, in the order written.
    mutating func read(
        _ block: TraceBlock,
        matching filter: TraceFilter,
        _ body: (TracedEvent) -> Void
    ) throws(Stale) {
        try unpack(block)
        try lines.withBytes { bytes throws(Stale) in
            let trades = filter.trades.filter { block.holds(trade: $0) }
            let starts =
                filter.trades.isEmpty
                ? LineSearch.all(bytes) : LineSearch.lines(of: trades, in: bytes)
            for line in starts {
                do throws(TraceFormatError) {
                    let event = try decoder.decode(UnsafeBufferPointer(rebasing: bytes[line]))
                    if filter.matches(event) { body(event) }
                } catch {
                    throw Stale()
                }
            }
        }
    }

    private mutating func unpack(_ block: TraceBlock) throws(Stale) {
        packed.removeAll()
        lines.removeAll()
        // What a damaged index asks for must not take all memory: a block holds a batch and no more.
        guard block.length > 0, block.lineBytes <= 1 << 30, block.length <= 1 << 30 else { throw Stale() }
        let descriptor = descriptor
        try packed.append(room: block.length) { room throws(Stale) in
            var count = 0
            while count < room.count {
                let read = pread(
                    descriptor,
                    room.baseAddress.map { $0 + count },
                    room.count - count,
                    block.offset + count
                )
                if read < 0, errno == EINTR { continue }
                guard read > 0 else { throw Stale() }
                count += read
            }
            return count
        }
        try packed.withBytes { bytes throws(Stale) in
            try lines.append(room: block.lineBytes) { room throws(Stale) in
                try TraceBlockReader.unpack(bytes, into: room)
                return room.count
            }
        }
    }

    private static func inflateAll(
        _ bytes: UnsafeBufferPointer<UInt8>,
        into room: UnsafeMutableBufferPointer<UInt8>
    ) throws(Stale) {
        // On the heap: zlib's state points back at it.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        stream.pointee.avail_in = UInt32(bytes.count)
        stream.pointee.next_out = room.baseAddress
        stream.pointee.avail_out = UInt32(room.count)
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else { throw Stale() }
        defer { inflateEnd(stream) }
        guard inflate(stream, Z_FINISH) == Z_STREAM_END, stream.pointee.avail_out == 0,
            stream.pointee.avail_in == 0
        else { throw Stale() }
    }

    /// Unpacks a whole member or frame that fills the room to its last byte.
    private static func unpack(
        _ bytes: UnsafeBufferPointer<UInt8>,
        into room: UnsafeMutableBufferPointer<UInt8>
    ) throws(Stale) {
        if bytes.starts(with: [0x1F, 0x8B]) {
            try inflateAll(bytes, into: room)
        } else if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            let count = ZSTD_decompress(room.baseAddress, room.count, bytes.baseAddress, bytes.count)
            guard ZSTD_isError(count) == 0, count == room.count else { throw Stale() }
        } else {
            guard bytes.count == room.count, let from = bytes.baseAddress else { throw Stale() }
            room.baseAddress?.update(from: from, count: bytes.count)
        }
    }
}

/// Finds lines in a block.
private enum LineSearch {
    /// Every line, without its line feed.
    static func all(_ bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        while start < bytes.count {
            let end = end(of: start, in: bytes)
            lines.append(start..<end)
            start = end + 1
        }
        return lines
    }

    /// The lines in which one of some trades is named, in order; `matches` still looks at each.
    static func lines(of trades: Set<UInt32>, in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var starts: Set<Int> = []
        for trade in trades {
            // As the encoder writes it: `"correlation_id":"<container>/T5"`.
            let text = Array("/T\(trade)\"".utf8)
            var from = 0
            while let place = place(of: text, in: bytes, from: from) {
                let start = start(of: place, in: bytes)
                starts.insert(start)
                from = end(of: place, in: bytes) + 1
            }
        }
        return starts.sorted().map { $0..<end(of: $0, in: bytes) }
    }

    private static func place(of text: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, from: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        // A slash stands before a trade and hardly anywhere else.
        var from = from
        while from < bytes.count, let found = memchr(base + from, 0x2F, bytes.count - from) {
            let place = UnsafeRawPointer(found) - UnsafeRawPointer(base)
            guard place + text.count <= bytes.count else { return nil }
            if memcmp(found, text, text.count) == 0 { return place }
            from = place + 1
        }
        return nil
    }

    private static func start(of place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var start = place
        while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
        return start
    }

    private static func end(of start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard let base = bytes.baseAddress, let found = memchr(base + start, 0x0A, bytes.count - start) else {
            return bytes.count
        }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
}
