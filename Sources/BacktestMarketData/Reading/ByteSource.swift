import BacktestHashing
import Glibc

/// How a file's bytes are packed.
public enum FileCompression: String, Sendable, Hashable, CaseIterable {
    case none
    case gzip
    case zstd
}

/// A regular file read once from front to back in pieces of fixed size: unpacked for the reader, digested as it lies on disk.
///
/// Whether it is packed is told by its first bytes, whatever its name says.
struct ByteSource: ~Copyable {
    /// Bytes taken from the file at once.
    private static let pieceByteCount = 1 << 18

    let path: String
    private let descriptor: Int32
    private var hash = SHA256()
    private let piece: UnsafeMutableRawBufferPointer
    private var pieceStart = 0
    private var pieceEnd = 0
    private var inflater: GzipInflater?
    private var decompressor: ZstdDecompressor?
    private var parquet: ParquetRows?
    private var isDigested = false

    /// Whether the bytes were made from a Parquet file.
    var isParquet: Bool { parquet != nil }

    /// Size of the file when it was opened.
    let fileByteCount: Int
    /// Bytes taken from the file so far.
    private(set) var byteCount = 0
    private(set) var compression = FileCompression.none

    /// Opens a file and takes its first bytes.
    static func open(_ path: String) throws(MarketDataError) -> ByteSource {
        // Without O_NONBLOCK a named pipe would hang here before it can be refused.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw cannotOpen(path, String(cString: strerror(errno)), errno) }
        var status = stat()
        let known = fstat(descriptor, &status) == 0
        guard known, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            let isFolder = known && status.st_mode & S_IFMT == S_IFDIR
            throw cannotOpen(path, isFolder ? "it is a folder" : "it is not a regular file")
        }
        var source = ByteSource(path: path, descriptor: descriptor, byteCount: Int(status.st_size))
        try source.fillPiece()
        try source.recognise()
        return source
    }

    private init(path: String, descriptor: Int32, byteCount: Int) {
        self.path = path
        self.descriptor = descriptor
        fileByteCount = byteCount
        piece = .allocate(byteCount: ByteSource.pieceByteCount, alignment: 64)
    }

    deinit {
        close(descriptor)
        piece.deallocate()
    }

    private static func cannotOpen(_ path: String, _ reason: String, _ number: Int32 = 0) -> MarketDataError {
        let remedy =
            switch number {
            case ENOENT, ENOTDIR: "data paths are relative to data.directory, and that to the config file"
            case EACCES, EPERM:
                "make the file readable (chmod +r), and the folders above it accessible (chmod +x)"
            case EMFILE, ENFILE: "raise the limit with `ulimit -n`"
            case EIO: "check the disk"
            default: "name a file of bars or signals"
            }
        return MarketDataError(
            DataProblem(
                file: path,
                kind: .cannotOpen,
                message: "cannot open the file: \(reason)",
                remedy: remedy
            )
        )
    }

    /// The digest of every byte of the file, as 64 hexadecimal digits; to be asked for after the end has been reached.
    mutating func digest() -> String { SHA256.hexadecimalText(hash.finalize()) }

    /// Writes the next bytes of the unpacked text; the number written, 0 at the end.
    mutating func read(into target: UnsafeMutableRawBufferPointer) throws(MarketDataError) -> Int {
        if parquet != nil { return try readParquet(into: target) }
        return switch compression {
        case .none: try readPlain(into: target)
        case .gzip: try readGzip(into: target)
        case .zstd: try readZstd(into: target)
        }
    }

    private mutating func readPlain(into target: UnsafeMutableRawBufferPointer) throws(MarketDataError) -> Int
    {
        if pieceStart < pieceEnd {
            let count = min(pieceEnd - pieceStart, target.count)
            target.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: piece[pieceStart..<(pieceStart + count)])
            )
            pieceStart += count
            return count
        }
        let wanted = min(target.count, ByteSource.pieceByteCount)
        return try readFile(into: UnsafeMutableRawBufferPointer(rebasing: target[..<wanted]))
    }

    /// The rows as CSV; at their end the file itself is read once, for its digest, as DuckDB reads it in pieces.
    private mutating func readParquet(
        into target: UnsafeMutableRawBufferPointer
    ) throws(MarketDataError) -> Int {
        let count = try parquet?.read(into: target) ?? 0
        guard count == 0, !isDigested else { return count }
        isDigested = true
        hash = SHA256()
        byteCount = 0
        _ = lseek(descriptor, 0, SEEK_SET)
        while try readFile(into: piece) > 0 {}
        return 0
    }

    private mutating func readGzip(into target: UnsafeMutableRawBufferPointer) throws(MarketDataError) -> Int
    {
        while true {
            if pieceStart == pieceEnd { try fillPiece() }
            let input = UnsafeRawBufferPointer(rebasing: piece[pieceStart..<pieceEnd])
            guard let step = inflater?.step(input, into: target) else { return 0 }
            pieceStart += step.consumed
            if let damage = step.damage { throw damaged(damage) }
            if step.produced > 0 || (input.isEmpty && step.isAtMemberEnd) { return step.produced }
            if input.isEmpty { throw damaged("the gzip stream is cut short") }
        }
    }

    private mutating func readZstd(into target: UnsafeMutableRawBufferPointer) throws(MarketDataError) -> Int
    {
        while true {
            if pieceStart == pieceEnd { try fillPiece() }
            let input = UnsafeRawBufferPointer(rebasing: piece[pieceStart..<pieceEnd])
            guard let step = decompressor?.step(input, into: target) else { return 0 }
            pieceStart += step.consumed
            if let damage = step.damage { throw damaged(damage) }
            if step.produced > 0 || (input.isEmpty && step.isAtFrameEnd) { return step.produced }
            if input.isEmpty { throw damaged("the zstd stream is cut short") }
        }
    }

    private func damaged(_ message: String) -> MarketDataError {
        MarketDataError(
            DataProblem(
                file: path,
                kind: .corruptCompression,
                message: message,
                remedy: "the file is damaged or was not copied whole; make it anew"
            )
        )
    }

    private mutating func fillPiece() throws(MarketDataError) {
        pieceStart = 0
        pieceEnd = 0
        pieceEnd = try readFile(into: piece)
    }

    private mutating func readFile(into target: UnsafeMutableRawBufferPointer) throws(MarketDataError) -> Int
    {
        while true {
            let count = Glibc.read(descriptor, target.baseAddress, target.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                let number = errno
                throw MarketDataError(
                    DataProblem(
                        file: path,
                        kind: .cannotRead,
                        message: "reading failed: \(String(cString: strerror(number)))",
                        remedy: number == EIO ? "check the disk, or copy the file anew" : ""
                    )
                )
            }
            hash.update(UnsafeRawBufferPointer(rebasing: target[..<count]))
            byteCount += count
            return count
        }
    }

    private mutating func recognise() throws(MarketDataError) {
        func begins(_ magic: [UInt8]) -> Bool {
            pieceEnd >= magic.count && zip(magic, piece).allSatisfy { $0 == $1 }
        }
        if begins([0x1F, 0x8B]) {
            compression = .gzip
            inflater = GzipInflater()
        } else if begins([0x28, 0xB5, 0x2F, 0xFD]) {
            compression = .zstd
            decompressor = ZstdDecompressor()
        } else if begins(Array("PAR1".utf8)) {
            parquet = try ParquetRows(path: path, descriptor: descriptor)
        } else if path.lowercased().hasSuffix(".parquet") {
            throw MarketDataError(
                DataProblem(
                    file: path,
                    kind: .unsupportedFormat,
                    message: "the file is called .parquet and is no Parquet file",
                    remedy: "make it anew, or give it the name of what it is (.csv, .csv.gz, .csv.zst)"
                )
            )
        } else if let format = UnsupportedFormat.allCases.first(where: { begins($0.magic) }) {
            throw MarketDataError(format.problem(file: path))
        }
    }
}
