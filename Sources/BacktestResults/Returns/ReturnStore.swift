import BacktestModel
import BacktestStatistics
import Glibc

/// returns.f64 of a run: little-endian doubles, a column a container, each written at its place by whoever ran it (rule V50).
///
/// A class because it owns the open file, which all workers share; everything in it is constant. A failed container's column
/// holds NaN. The file is whole once returns.json stands beside it.
public final class ReturnStore: Sendable {
    /// Name of the file of columns.
    public static let fileName = "returns.f64"
    /// Name of the document that says what they are.
    public static let documentName = "returns.json"
    /// The `schema_version` of the document.
    public static let schemaVersion = 1

    /// The periods.
    public let layout: ReturnLayout
    /// Whether the columns of an interrupted run are there.
    public let hasEarlierColumns: Bool
    private let path: String
    private let descriptor: Int32

    /// Opens the file in a run's folder for so many columns; one of another size holds nothing that could be kept.
    public init(folder: String, layout: ReturnLayout, columns: Int) throws(StorageError) {
        self.layout = layout
        path = "\(folder)/\(ReturnStore.fileName)"
        let size = columns * layout.count * 8
        let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard number >= 0 else { throw StorageError("write", path, systemError: errno) }
        var status = stat()
        hasEarlierColumns = fstat(number, &status) == 0 && Int(status.st_size) == size && size > 0
        descriptor = number
        guard hasEarlierColumns || (ftruncate(number, 0) == 0 && ftruncate(number, off_t(size)) == 0) else {
            throw StorageError("write", path, systemError: errno)
        }
    }

    deinit { close(descriptor) }

    /// Writes a column.
    public func write(_ returns: [Double], column: Int) throws(StorageError) {
        precondition(returns.count == layout.count)
        let problem: Int32 = returns.withUnsafeBytes { bytes in
            var done = 0
            let start = column * bytes.count
            while done < bytes.count {
                let count = pwrite(
                    descriptor,
                    bytes.baseAddress.map { $0 + done },
                    bytes.count - done,
                    off_t(start + done)
                )
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count == 0 ? ENOSPC : errno }
                done += count
            }
            return 0
        }
        if problem != 0 { throw StorageError("write", path, systemError: problem) }
    }

    /// Writes the column of a container that failed.
    public func writeFailure(column: Int) throws(StorageError) {
        try write([Double](repeating: .nan, count: layout.count), column: column)
    }

    /// The bytes of returns.json for containers in the order of their columns.
    public func document(ids: [String]) -> ByteBuffer {
        var writer = JSONWriter()
        writer.value(
            .object([
                Named("schema_version", .number(Double(ReturnStore.schemaVersion))),
                Named("frequency", .text(layout.frequency.rawValue)),
                Named("periods", .number(Double(layout.count))),
                Named("periods_per_year", .number(layout.periodsPerYear)),
                Named("containers", .array(ids.map { .text($0) })),
                Named("times", .array(layout.times.map { .unsigned(UInt64(bitPattern: $0)) })),
            ])
        )
        writer.out.append(byte: 0x0A)
        return writer.out
    }
}

extension ReturnTable {
    /// The returns that a run stored, without the columns of failed containers; `nil` where it stored none.
    public init?(storedIn folder: String) throws(RunReadError) {
        let file = "\(folder)/\(ReturnStore.documentName)"
        var buffer = ByteBuffer()
        guard try RunReader.read(file, into: &buffer) else { return nil }
        func damaged(_ path: String) -> RunReadError {
            RunReadError(.damaged, path, "damaged", remedy: "delete it and `admf resume` the run")
        }
        guard let document = try? JSONValue.parse(buffer.array),
            let periods = document["periods"]?.integer, periods >= 0,
            let perYear = document["periods_per_year"]?.number
        else { throw damaged(file) }
        let all = (document["containers"]?.elements ?? []).compactMap(\.text)
        let data = "\(folder)/\(ReturnStore.fileName)"
        buffer.removeAll()
        guard try RunReader.read(data, into: &buffer), buffer.count == all.count * periods * 8 else {
            throw damaged(data)
        }
        guard periods > 0 else {
            (ids, matrix) = ([], ReturnMatrix(columns: []))
            return
        }
        var values = [Double](repeating: 0, count: all.count * periods)
        buffer.withBytes { bytes in values.withUnsafeMutableBytes { $0.copyBytes(from: bytes) } }
        let whole = all.indices.filter { !values[$0 * periods].isNaN }
        ids = whole.map { all[$0] }
        matrix =
            whole.count == all.count
            ? ReturnMatrix(values: values, periods: periods)
            : ReturnMatrix(columns: whole.map { Array(values[$0 * periods..<($0 + 1) * periods]) })
        frequency = document["frequency"]?.text.flatMap { ReturnFrequency(rawValue: $0) }
        periodsPerYear = perYear
    }
}
