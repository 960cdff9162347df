import CZlib
import Glibc

/// Writes files of JSON lines anew: fewer, larger, with larger blocks and compressed as hard as is sensible.
///
/// Every line stays as it is, byte for byte, in its place. The new files are read back before anybody hears of them.
public struct TraceCompactor: Sendable {
    /// Why files could not be written anew; the old ones are untouched.
    public enum Failure: Error, Sendable, CustomStringConvertible {
        /// An old file is damaged.
        case source(TraceReader.Failure)
        /// A new file could not be written.
        case target(TraceStoreError)
        /// A new file does not read back as what was written.
        case differs(file: String)

        /// One sentence.
        public var description: String {
            switch self {
            case .source(let error): error.description
            case .target(let error): error.description
            case .differs(let file): "\(file): what was written does not read back; is the disk damaged?"
            }
        }
    }

    /// New files and what is where in them.
    public struct Result: Sendable {
        /// Paths in the order of their events.
        public var paths: [String] = []
        /// The blocks of the files.
        public var blocks: [TraceBlock] = []
        /// Events in all.
        public var eventCount = 0
    }

    /// Bytes of lines in a block: enough to compress well, few enough to be unpacked for one lookup.
    fileprivate static let blockBytes = 1 << 20
    /// First part of the new files' names.
    public static let namePrefix = "events-compact"

    /// How the new files are compressed.
    public var compression: TraceCompression
    /// Bytes at which the next file is begun, `nil` for no limit.
    public var byteLimit: Int?

    /// Makes a compactor.
    public init(compression: TraceCompression, byteLimit: Int? = nil) {
        self.compression = compression
        self.byteLimit = byteLimit
    }

    /// Writes the lines of some files into new ones of a folder.
    public func compact(_ sources: [String], into folder: String) throws(Failure) -> Result {
        var output = CompactOutput(folder, compression, limit: byteLimit)
        var lines = LineDigest()
        let decoder = TraceDecoder()
        for path in sources {
            do throws(TraceReader.Failure) {
                let isWhole = try TraceReader().readLines(path) { line throws(TraceFormatError) in
                    lines.take(line)
                    output.take(line, try decoder.decode(line))
                }
                // A last line that was cut off is no event; a file that should be whole must have none.
                if !isWhole { throw .damaged(file: path) }
            } catch {
                output.discard()
                throw .source(error)
            }
        }
        do throws(TraceStoreError) {
            try output.finish()
        } catch {
            output.discard()
            throw .target(error)
        }
        let result = output.result
        guard try digest(of: result.paths) == lines else {
            for path in result.paths { unlink(path) }
            throw .differs(file: result.paths.first ?? folder)
        }
        return result
    }

    private func digest(of paths: [String]) throws(Failure) -> LineDigest {
        var digest = LineDigest()
        for path in paths {
            do throws(TraceReader.Failure) {
                try TraceReader().readLines(path) { line throws(TraceFormatError) in digest.take(line) }
            } catch {
                throw .differs(file: path)
            }
        }
        return digest
    }
}

/// What tells two streams of lines apart.
private struct LineDigest: Equatable {
    private var count = 0
    private var bytes = 0
    private var checksum: UInt = 0

    mutating func take(_ line: UnsafeBufferPointer<UInt8>) {
        count += 1
        bytes += line.count
        checksum = crc32(checksum, line.baseAddress, UInt32(line.count))
    }
}

/// The new files under way.
private struct CompactOutput: ~Copyable {
    private(set) var result = TraceCompactor.Result()
    private let folder: String
    private let compression: TraceCompression
    private let limit: Int
    private let memberLimit: Int
    private let compressor: MemberCompressor
    private var pending = ByteBuffer()
    private var packed = ByteBuffer()
    private var block = TraceBlock()
    private var file: OutputFile?
    /// The first error; what comes after it is ignored until `finish` throws it.
    private var failure: TraceStoreError?

    init(_ folder: String, _ compression: TraceCompression, limit: Int?) {
        self.folder = folder
        self.compression = compression
        self.limit = limit ?? .max
        memberLimit = FileTraceStore.memberLimit(of: self.limit)
        compressor = MemberCompressor(compression, effort: .archive)
    }

    mutating func take(_ line: UnsafeBufferPointer<UInt8>, _ record: TracedEvent) {
        guard failure == nil else { return }
        if pending.count > 0, pending.count + line.count >= memberLimit {
            do throws(TraceStoreError) { try write() } catch { return failure = error }
        }
        pending.append(line)
        pending.reserve(1)
        pending.append(unchecked: UInt8(0x0A))
        block.note(record)
        guard pending.count >= TraceCompactor.blockBytes else { return }
        do throws(TraceStoreError) { try write() } catch { failure = error }
    }

    mutating func finish() throws(TraceStoreError) {
        if let failure { throw failure }
        try write()
        try publish()
    }

    private mutating func write() throws(TraceStoreError) {
        guard pending.count > 0 else { return }
        packed.removeAll()
        pending.withBytes { compressor.compress($0, into: &packed) }
        if let size = file?.size, size > 0, size + packed.count > limit { try publish() }
        if file == nil { file = try OutputFile(path: path(result.paths.count)) }
        block.file = result.paths.count
        block.offset = file?.size ?? 0
        block.length = packed.count
        block.lineBytes = pending.count
        try packed.withBytes { bytes throws(TraceStoreError) in try file?.append(bytes) }
        block.finish()
        result.blocks.append(block)
        result.eventCount += block.events
        block = TraceBlock()
        pending.removeAll()
    }

    private mutating func publish() throws(TraceStoreError) {
        guard let path = file?.path else { return }
        // Durable: the old files go as soon as the new ones are named.
        try file?.publish(isDurable: true)
        result.paths.append(path)
        file = nil
    }

    /// Removes what was written.
    mutating func discard() {
        if let path = file?.path { unlink(path + OutputFile.suffix) }
        file = nil
        for path in result.paths { unlink(path) }
    }

    private func path(_ number: Int) -> String {
        let digits = String(number)
        let suffix = number == 0 ? "" : "-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return "\(folder)/\(TraceCompactor.namePrefix)\(suffix)\(compression.fileExtension)"
    }
}
