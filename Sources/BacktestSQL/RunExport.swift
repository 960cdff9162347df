import BacktestColumnar
import BacktestResults
import Glibc

/// Writes tables of a run as files.
public enum RunExport {
    /// What a table is written as.
    public enum Form: String, Sendable, CaseIterable {
        case parquet
        case csv
        case jsonl
    }

    /// A file that was written.
    public struct Written: Sendable, Hashable {
        /// Its path.
        public var path: String
        /// Its rows.
        public var rowCount: Int
        /// Its size in bytes.
        public var byteCount: Int
    }

    /// The file name of a table: that of `containers` is `summary`, as in the results tree.
    public static func fileName(of table: RunDatabase.TableName, as form: Form) -> String {
        (table == .containers ? "summary" : table.rawValue) + ".\(form.rawValue)"
    }

    /// Writes a table of a database that has one run; the file appears whole or not at all.
    public static func write(
        _ table: RunDatabase.TableName,
        of database: RunDatabase,
        as form: Form,
        to path: String
    ) throws(RunDatabaseError) -> Written {
        try write(
            "SELECT * EXCLUDE (run) FROM \(table.rawValue)",
            making: [table],
            of: database,
            as: form,
            to: path
        )
    }

    /// Writes rows of a database; the file appears whole or not at all.
    ///
    /// - Parameters:
    ///   - rows: A SELECT of this program's own.
    ///   - tables: The tables that it names.
    ///   - database: The database, not asked by anybody yet.
    ///   - form: What is written.
    ///   - path: The file; its folder is there.
    /// - Returns: What was written.
    /// - Throws: Where a file of the run cannot be read, or this one not be written.
    public static func write(
        _ rows: String,
        making tables: [RunDatabase.TableName],
        of database: RunDatabase,
        as form: Form,
        to path: String
    ) throws(RunDatabaseError) -> Written {
        for table in tables { try database.make(table) }
        let partial = "\(path).\(getpid()).tmp"
        let descriptor = open(partial, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .storage(StorageError("write", path, systemError: errno)) }
        defer { close(descriptor) }
        let count: Int64?
        do throws(RunDatabaseError) {
            count = try database.guarding { () throws(ColumnarError) in
                let shown = form == .parquet ? rows : try textTimes(rows, database.connection)
                let target = SQLText.file(descriptor: descriptor)
                let sql = "COPY (\(shown)) TO \(target) (\(options(form)), USE_TMP_FILE false)"
                return try database.connection.query(sql).firstInteger()
            }
        } catch {
            unlink(partial)
            if case .database(let reason) = error, let number = reason.fullDiskError {
                throw .storage(StorageError("write", path, systemError: number))
            }
            throw error
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, rename(partial, path) == 0 else {
            let number = errno
            unlink(partial)
            throw .storage(StorageError("write", path, systemError: number))
        }
        return Written(path: path, rowCount: Int(count ?? 0), byteCount: Int(status.st_size))
    }

    private static func options(_ form: Form) -> String {
        switch form {
        case .parquet: "FORMAT parquet, COMPRESSION zstd"
        case .csv: "FORMAT csv, HEADER true"
        case .jsonl: "FORMAT json, ARRAY false"
        }
    }

    /// The rows with their times as texts with T and Z, as everywhere else in a results tree.
    private static func textTimes(
        _ rows: String,
        _ connection: ColumnarConnection
    ) throws(ColumnarError) -> String {
        let columns = try connection.query("SELECT * FROM (\(rows)) LIMIT 0").columns
        let times = columns.filter { $0.type == .timestamp }.map { SQLText.identifier($0.name) }
        guard !times.isEmpty else { return rows }
        let list = times.map { "replace(CAST(\($0) AS VARCHAR), ' ', 'T') || 'Z' AS \($0)" }
        return "SELECT * REPLACE (\(list.joined(separator: ", "))) FROM (\(rows))"
    }
}
