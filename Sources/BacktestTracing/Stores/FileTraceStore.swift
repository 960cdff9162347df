import BacktestModel
import Glibc

/// Writes a container's events as JSON lines: `events.jsonl.gz`, `events.jsonl.zst` or `events.jsonl`.
///
/// Each flush is a whole gzip member or zstd frame, so a file is readable up to the last flush whatever happens. It is
/// called `<name>.partial` until it is whole. A file that would outgrow `max_file_size_mb` is followed by
/// `events-0001.jsonl.gz` and so on; members are cut so that no file outgrows it, but for one that holds a single event. With
/// hourly rotation every hour of market time has files of its own,
/// `events-2024-04-01T13.jsonl.gz`. A class because it owns the open file, and a tracer and its owner both refer to it.
public final class FileTraceStore: FileBackedTraceStore {
    /// Bytes of encoded events after which they are written whatever the batch size.
    static let chunkBytes = 1 << 20

    /// Encoded events of one hour that wait in `pending`.
    private struct Segment {
        var hour: Int64
        var end: Int
        var block = TraceBlock()
    }

    /// How the file is being written.
    private struct Current: ~Copyable {
        var file: OutputFile
        var hour: Int64
    }

    /// Final paths of the files that are whole, in the order written.
    public private(set) var paths: [String] = []
    /// What is where in the files, whole or not.
    public private(set) var blocks: [TraceBlock] = []
    /// Bytes in files, whole or not.
    public private(set) var byteCount = 0
    /// Events in files, whole or not.
    public private(set) var eventCount = 0

    private let directory: String
    private let settings: TraceSettings
    private let schema: PayloadSchema
    private let isDurable: Bool
    private let byteLimit: Int
    /// Most bytes of lines in a member: what is compressed into one must fit a file.
    private let memberLimit: Int
    private let compressor: MemberCompressor
    private var encoder: (context: TraceContext, encoder: TraceEncoder)?
    private var pending = ByteBuffer()
    private var pendingEvents = 0
    private var segments: [Segment] = []
    private var compressed = ByteBuffer()
    private var current: Current?
    private var fileIndex = 0
    private var lastHour = Int64.min
    private var isClosed = false
    /// Whether a tail may lie there, also one that a killed run left.
    private var hasTail = true

    /// Makes a store; files appear with the first flush.
    ///
    /// - Parameters:
    ///   - directory: The folder of the files, made where it is missing; `settings.storagePath` is not looked at.
    ///   - settings: Compression, size, rotation and batch size.
    ///   - schema: Names of the payloads.
    ///   - isDurable: Whether a file is synced to the disk before it gets its name.
    public init(
        directory: String,
        settings: TraceSettings,
        schema: PayloadSchema = .standard,
        isDurable: Bool = false
    ) {
        self.directory = directory
        self.settings = settings
        self.schema = schema
        self.isDurable = isDurable
        byteLimit = FileTraceStore.byteLimit(megabytes: settings.maxFileSizeMegabytes)
        memberLimit = FileTraceStore.memberLimit(of: byteLimit)
        compressor = MemberCompressor(settings.compression)
    }

    /// Takes a batch; writes first what has gathered before, so a failure leaves the batch untaken.
    public func append(_ batch: TraceBatch) throws(TraceStoreError) {
        guard !isClosed else { throw .closed("append", directory) }
        if pendingEvents >= settings.batchSize || pending.count >= FileTraceStore.chunkBytes { try flush() }
        if encoder?.context != batch.context {
            encoder = (batch.context, TraceEncoder(batch.context, schema: schema))
        }
        var start = 0
        while start < batch.events.count {
            let hour = hour(of: batch, at: start)
            var end = start + 1
            while end < batch.events.count, self.hour(of: batch, at: end) == hour { end += 1 }
            encode(batch, start..<end, hour: hour)
            start = end
        }
    }

    private func hour(of batch: TraceBatch, at index: Int) -> Int64 {
        guard settings.rotation == .hourly else { return 0 }
        return floorDivide(batch.time(of: batch.events[index]), 3_600 * Timestamp.nanosecondsPerSecond)
    }

    /// Bytes that `max_file_size_mb` allows; without it any number.
    package static func byteLimit(megabytes: Double?) -> Int {
        guard let bytes = megabytes.map({ $0 * 1_000_000 }), bytes < Double(Int.max / 2) else { return .max }
        return max(1, Int(bytes))
    }

    /// Most bytes of lines that may go into one member where a file may have so many bytes.
    ///
    /// What does not get smaller by being compressed gets a header and a checksum larger; 64 bytes hold both.
    static func memberLimit(of byteLimit: Int) -> Int { byteLimit == .max ? .max : max(1, byteLimit - 64) }

    /// Encodes events of one hour; where files are bounded one by one, since each may be the first that has no room.
    private func encode(_ batch: TraceBatch, _ range: Range<Int>, hour: Int64) {
        guard memberLimit < .max else { return encode(batch, range, hour: hour, into: nil) }
        for place in range {
            let start = segments.count > 1 ? segments[segments.count - 2].end : 0
            encode(batch, place..<place + 1, hour: hour, into: start)
        }
    }

    private func encode(_ batch: TraceBatch, _ range: Range<Int>, hour: Int64, into segmentStart: Int?) {
        let before = pending.count
        encoder?.encoder.encode(
            UnsafeBufferPointer(rebasing: batch.events[range]),
            times: batch.times,
            stamps: batch.stamps.map { UnsafeBufferPointer(rebasing: $0[range]) },
            into: &pending
        )
        pendingEvents += range.count
        let isFull = segmentStart.map { before > $0 && pending.count - $0 > memberLimit } ?? false
        if isFull || segments.last?.hour != hour { segments.append(Segment(hour: hour, end: 0)) }
        let last = segments.count - 1
        segments[last].end = pending.count
        // Taken out of the object for the loop: each access would be checked for overlaps.
        var block = segments[last].block
        segments[last].block = TraceBlock()
        for index in range { block.note(batch.events[index], at: batch.time(of: batch.events[index])) }
        segments[last].block = block
    }

    /// Writes what waits as one member a segment; what was written is forgotten at once, so a retry doubles nothing.
    public func flush() throws(TraceStoreError) {
        guard !isClosed else { throw .closed("flush", directory) }
        var done = 0
        var start = 0
        defer { drop(first: done, bytes: start) }
        while done < segments.count {
            let segment = segments[done]
            compressed.removeAll()
            pending.withBytes { bytes in
                compressor.compress(
                    UnsafeBufferPointer(rebasing: bytes[start..<segment.end]),
                    into: &compressed
                )
            }
            try makeRoom(for: compressed.count, hour: segment.hour)
            try compressed.withBytes { bytes throws(TraceStoreError) in
                try current?.file.append(bytes)
            }
            note(segment, lineBytes: segment.end - start)
            byteCount += compressed.count
            eventCount += segment.block.events
            done += 1
            start = segment.end
        }
        if current != nil { removeTail() }
    }

    private func note(_ segment: Segment, lineBytes: Int) {
        var block = segment.block
        block.finish()
        block.file = paths.count
        block.offset = (current?.file.size ?? 0) - compressed.count
        block.length = compressed.count
        block.lineBytes = lineBytes
        blocks.append(block)
    }

    private func drop(first count: Int, bytes: Int) {
        guard count > 0 else { return }
        pendingEvents -= segments[..<count].reduce(0) { $0 + $1.block.events }
        segments.removeFirst(count)
        for index in segments.indices { segments[index].end -= bytes }
        pending.removeFirst(bytes)
    }

    /// Writes what waits and the batch into a file of its own, `events.tail.jsonl.gz.partial`, that goes with the next flush.
    ///
    /// So what a killed run leaves is no older than the timeout, and no member of the lasting files ends where a clock said.
    public func save(_ batch: TraceBatch) throws(TraceStoreError) -> Bool {
        guard !isClosed else { throw .closed("save", directory) }
        var lines = ByteBuffer()
        pending.withBytes { lines.append($0) }
        let own = encoder?.context == batch.context ? encoder?.encoder : nil
        (own ?? TraceEncoder(batch.context, schema: schema))
            .encode(batch.events, times: batch.times, stamps: batch.stamps, into: &lines)
        var packed = ByteBuffer()
        lines.withBytes { compressor.compress($0, into: &packed) }
        var file = try OutputFile(path: tailPath)
        try packed.withBytes { bytes throws(TraceStoreError) in try file.append(bytes) }
        try file.publish(isDurable: isDurable)
        hasTail = true
        return false
    }

    private func removeTail() {
        guard hasTail else { return }
        unlink(tailPath)
        hasTail = false
    }

    /// Sees to an open file of that hour with room for some bytes; a file that is still empty has room for any number.
    private func makeRoom(for count: Int, hour: Int64) throws(TraceStoreError) {
        if let size = current?.file.size, let open = current?.hour {
            if open == hour, size == 0 || size + count <= byteLimit { return }
            try finishFile()
        }
        if hour != lastHour { fileIndex = 0 }
        current = Current(file: try OutputFile(path: path(hour: hour)), hour: hour)
        lastHour = hour
        fileIndex += 1
    }

    /// Size of a file in bytes, 0 where there is none.
    public static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    private func finishFile() throws(TraceStoreError) {
        guard let path = current?.file.path else { return }
        try current?.file.publish(isDurable: isDurable)
        paths.append(path)
        current = nil
    }

    private var folder: String { directory.isEmpty || directory.hasSuffix("/") ? directory : directory + "/" }

    private var tailPath: String {
        folder + "events.tail" + settings.compression.fileExtension + OutputFile.suffix
    }

    private func path(hour: Int64) -> String {
        var name = "events"
        if settings.rotation == .hourly {
            let time = Timestamp(nanoseconds: hour * 3_600 * Timestamp.nanosecondsPerSecond)
            name += "-" + time.iso8601.prefix(13)
        }
        if fileIndex > 0 {
            let digits = String(fileIndex)
            name += "-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        return folder + name + settings.compression.fileExtension
    }

    /// Writes what waits and gives the last file its name.
    public func close() throws(TraceStoreError) {
        guard !isClosed else { return }
        try flush()
        try finishFile()
        removeTail()
        isClosed = true
    }
}

extension TraceCompression {
    /// `.jsonl`, `.jsonl.gz` or `.jsonl.zst`.
    public var fileExtension: String {
        switch self {
        case .none: ".jsonl"
        case .gzip: ".jsonl.gz"
        case .zstd: ".jsonl.zst"
        }
    }
}
