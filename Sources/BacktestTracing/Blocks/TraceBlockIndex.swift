import BacktestEvents
import CZlib

/// `events.blocks`: which part of which file holds which trades, times and types, so that a lookup reads a block or two.
///
/// It is made from the files and can be made again; a reader that finds it missing, stale or damaged reads the files to
/// their end instead. The grammar is in Documentation.docc/TraceFormat.md.
public struct TraceBlockIndex: Sendable, Equatable {
    /// A file that the blocks lie in.
    public struct File: Sendable, Equatable {
        /// The name inside the trace's folder.
        public var name: String
        /// Size in bytes.
        public var byteCount: Int
        /// SHA-256 of its bytes, 64 hex digits.
        public var sha256: String

        /// Makes an entry.
        public init(name: String, byteCount: Int, sha256: String) {
            self.name = name
            self.byteCount = byteCount
            self.sha256 = sha256
        }
    }

    /// The file's name inside a container's folder.
    public static let fileName = "events.blocks"
    /// The first bytes of the file; the digit is the version.
    private static let magic = Array("ADMFBLK1".utf8)

    /// The files, in the order of their events.
    public var files: [File]
    /// The blocks, in the order of their events.
    public var blocks: [TraceBlock]

    /// Makes an index.
    public init(files: [File], blocks: [TraceBlock]) {
        self.files = files
        self.blocks = blocks
    }

    /// The document's bytes; the same index gives the same bytes.
    public var bytes: [UInt8] {
        var writer = VarintWriter(TraceBlockIndex.magic)
        writer.append(files.count)
        for file in files {
            writer.append(file.name)
            writer.append(file.byteCount)
            writer.append(file.sha256)
        }
        writer.append(blocks.count)
        var time: Int64 = 0
        for block in blocks {
            writer.append(block.file)
            writer.append(block.offset)
            writer.append(block.length)
            writer.append(block.lineBytes)
            writer.append(block.events)
            writer.append(Int(block.firstSequence))
            writer.append(Int(block.lastSequence))
            writer.append(signed: block.firstTime &- time)
            writer.append(signed: block.lastTime &- block.firstTime)
            time = block.lastTime
            writer.append(Int(block.types.rawValue))
            writer.append(block.trades.count)
            var trade: UInt32 = 0
            for next in block.trades {
                writer.append(Int(next - trade))
                trade = next
            }
        }
        return writer.bytes + TraceBlockIndex.checksum(writer.bytes)
    }

    /// Reads a document; `nil` where it is damaged or of another version.
    public static func read(_ bytes: [UInt8]) -> TraceBlockIndex? {
        guard bytes.starts(with: magic), bytes.count >= magic.count + 4 else { return nil }
        let body = Array(bytes.dropLast(4))
        guard checksum(body).elementsEqual(bytes.suffix(4)) else { return nil }
        var reader = VarintReader(body, from: magic.count)
        var files: [File] = []
        guard let fileCount = reader.next() else { return nil }
        for _ in 0..<fileCount {
            guard let name = reader.text(), let size = reader.next(), let hash = reader.text() else {
                return nil
            }
            files.append(File(name: name, byteCount: size, sha256: hash))
        }
        guard let blockCount = reader.next() else { return nil }
        var blocks: [TraceBlock] = []
        var time: Int64 = 0
        for _ in 0..<blockCount {
            guard let block = block(&reader, &time), block.file < files.count else { return nil }
            blocks.append(block)
        }
        return reader.isAtEnd ? TraceBlockIndex(files: files, blocks: blocks) : nil
    }

    private static func block(_ reader: inout VarintReader, _ time: inout Int64) -> TraceBlock? {
        var block = TraceBlock()
        guard let file = reader.next(), let offset = reader.next(), let length = reader.next(),
            let lineBytes = reader.next(), let events = reader.next(), let first = reader.next(),
            let last = reader.next(), let sinceBefore = reader.signed(), let span = reader.signed(),
            let types = reader.next(), let count = reader.next(), count <= events,
            let firstSequence = UInt32(exactly: first), let lastSequence = UInt32(exactly: last),
            let bits = UInt16(exactly: types)
        else { return nil }
        block.file = file
        block.offset = offset
        block.length = length
        block.lineBytes = lineBytes
        block.events = events
        block.firstSequence = firstSequence
        block.lastSequence = lastSequence
        block.firstTime = time &+ sinceBefore
        block.lastTime = block.firstTime &+ span
        time = block.lastTime
        block.types = EventTypeSet(rawValue: bits)
        block.trades.reserveCapacity(count)
        var trade = 0
        for _ in 0..<count {
            guard let step = reader.next(), let next = UInt32(exactly: trade &+ step) else { return nil }
            trade = Int(next)
            block.trades.append(next)
        }
        return block
    }

    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        let value = UInt32(truncatingIfNeeded: crc32(0, bytes, UInt32(bytes.count)))
        return (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

/// Writes whole numbers in as few bytes as they need: seven bits a byte, lowest first (LEB128).
private struct VarintWriter {
    private(set) var bytes: [UInt8]

    init(_ start: [UInt8]) { bytes = start }

    mutating func append(_ value: Int) { append(bits: UInt64(value)) }

    /// Small numbers of either sign stay short: 0, -1, 1, -2 and so on.
    mutating func append(signed value: Int64) {
        append(bits: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    mutating func append(_ text: String) {
        append(text.utf8.count)
        bytes += text.utf8
    }

    private mutating func append(bits value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// Reads what `VarintWriter` has written; `nil` wherever the bytes are something else.
private struct VarintReader {
    private let bytes: [UInt8]
    private var position: Int

    init(_ bytes: [UInt8], from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    var isAtEnd: Bool { position == bytes.count }

    private mutating func bits() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }

    mutating func next() -> Int? { bits().flatMap { Int(exactly: $0) } }

    mutating func signed() -> Int64? {
        bits().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
    }

    mutating func text() -> String? {
        guard let count = next(), count <= bytes.count - position else { return nil }
        defer { position += count }
        return String(validating: bytes[position..<position + count], as: UTF8.self)
    }
}
