import BacktestColumnar
public import BacktestTracing
import Glibc

/// A connection to the one database in memory that all Parquet traces of the process pass through.
///
/// One database, because opening one costs more than a small container's trace; one thread, so that the same events make the
/// same bytes, and because the workers are threads already.
enum ParquetSession {
    private static let database: Result<ColumnarDatabase, ColumnarError> = {
        do throws(ColumnarError) {
            return .success(try ColumnarDatabase(DuckDBLibrary.shared()))
        } catch {
            return .failure(error)
        }
    }()

    static func connect() throws(ColumnarError) -> ColumnarConnection { try database.get().connect() }
}

/// Files that are open for DuckDB to read: it gets them by descriptor, so that no name is taken for a pattern or address.
public struct OpenFiles: ~Copyable {
    private var descriptors: [Int32] = []

    /// Opens files.
    public init(_ paths: [String]) throws(TraceStoreError) {
        for path in paths {
            // O_NONBLOCK: a named pipe that lies here must not hang us; it reads as empty.
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else {
                let failure = TraceStoreError.system("open", path)
                for open in descriptors { close(open) }
                throw failure
            }
            descriptors.append(descriptor)
        }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    /// The rows of all of them with their places: by `part` and `file_row_number` they are in order.
    var placedSource: String {
        let parts = descriptors.enumerated().map { index, descriptor in
            let file = SQLText.file(descriptor: descriptor)
            return "SELECT *, \(index) AS part FROM read_parquet(\(file), file_row_number = true)"
        }
        return "(\(parts.joined(separator: " UNION ALL ")))"
    }

    /// The rows of all of them, as SQL names them.
    public var source: String {
        let list = descriptors.map { SQLText.file(descriptor: $0) }.joined(separator: ", ")
        return "read_parquet([\(list)], hive_partitioning = false, union_by_name = true)"
    }
}

extension TraceStoreError {
    /// What DuckDB says.
    init(_ operation: String, _ path: String, _ error: ColumnarError) {
        let firstLine = error.description.split(separator: "\n").first.map(String.init) ?? ""
        self.init(
            operation: operation,
            target: path,
            reason: firstLine,
            systemError: error.fullDiskError ?? 0
        )
    }
}
