import Glibc

/// Reads a file of records back, whole or `.partial`, in whatever compression its first bytes show.
public struct TraceReader: Sendable {
    /// Why a file cannot be read.
    public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// The file cannot be opened or read.
        case unreadable(TraceStoreError)
        /// A record is malformed.
        case malformed(TraceFormatError)
        /// What is there is not what was written: damage, or rubbish after the last member.
        case damaged(file: String)
        /// It ends before its end: so many bytes are there, so many were written.
        case cut(file: String, found: Int, written: Int)

        /// One sentence.
        public var description: String {
            switch self {
            case .unreadable(let error): error.description
            case .malformed(let error): error.description
            case .damaged(let file): "\(file): the compressed data is damaged"
            case .cut(let file, let found, let written):
                found < written
                    ? "\(file) is cut short: \(found) of \(written) bytes are there"
                    : "\(file) is cut short: it ends in the middle of a record"
            }
        }
    }

    private let decoder: TraceDecoder

    /// Makes a reader for records written with a schema.
    public init(schema: PayloadSchema) { decoder = TraceDecoder(schema: schema) }

    /// Makes a reader for records as the engine writes them.
    public init() { decoder = TraceReader.standard }

    /// Prepared once: a run has a file for every container.
    private static let standard = TraceDecoder()

    /// Calls `body` with every record of a file, in the order written.
    ///
    /// - Returns: Whether the file is whole. Where it ends in the middle of a member or line, as after a kill -9, the whole
    ///   records before that are delivered.
    @discardableResult
    public func read(_ path: String, _ body: (TracedEvent) -> Void) throws(Failure) -> Bool {
        try readLines(path) { line throws(TraceFormatError) in body(try decoder.decode(line)) }
    }

    /// Calls `body` with every line of a file, without its line feed; returns what `read` does.
    @discardableResult
    func readLines(
        _ path: String,
        _ body: (UnsafeBufferPointer<UInt8>) throws(TraceFormatError) -> Void
    ) throws(Failure) -> Bool {
        let input = try TraceReader.contents(of: path)
        var lines = ByteBuffer()
        var number = 0
        var isWhole = true
        try input.withUnsafeBufferPointer { bytes throws(Failure) in
            var source = MemberSource(bytes)
            repeat {
                switch source.next(into: &lines) {
                case .more: break
                case .truncated: isWhole = false
                case .damaged: throw .damaged(file: path)
                }
                try deliver(&lines, path, &number, body)
            } while !source.isAtEnd && isWhole
        }
        return isWhole && lines.count == 0
    }

    /// Every record of a file.
    public func records(in path: String) throws(Failure) -> [TracedEvent] {
        var records: [TracedEvent] = []
        try read(path) { records.append($0) }
        return records
    }

    private func deliver(
        _ lines: inout ByteBuffer,
        _ path: String,
        _ number: inout Int,
        _ body: (UnsafeBufferPointer<UInt8>) throws(TraceFormatError) -> Void
    ) throws(Failure) {
        var line = number
        let used = try lines.withBytes { bytes throws(Failure) -> Int in
            var start = 0
            while let end = bytes[start...].firstIndex(of: 0x0A) {
                line += 1
                do throws(TraceFormatError) {
                    try body(UnsafeBufferPointer(rebasing: bytes[start..<end]))
                } catch {
                    throw .malformed(
                        TraceFormatError(error.message, column: error.column, line: line, file: path)
                    )
                }
                start = end + 1
            }
            return start
        }
        number = line
        lines.removeFirst(used)
    }

    private static func contents(of path: String) throws(Failure) -> [UInt8] {
        func failure(_ operation: String) -> Failure {
            .unreadable(
                TraceStoreError(operation: operation, target: path, reason: String(cString: strerror(errno)))
            )
        }
        // O_NONBLOCK: a named pipe that lies here must not hang us; it reads as empty.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure("open") }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read") }
            guard count > 0 else { return contents }
            contents += chunk[..<count]
        }
    }
}
