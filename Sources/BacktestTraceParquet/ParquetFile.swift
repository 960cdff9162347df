import BacktestColumnar
import BacktestTracing
import Glibc

/// Writes a Parquet file whole or not at all: beside its name, then renamed.
enum ParquetFile {
    /// Ends the name of a file that is not whole yet.
    static let suffix = ".partial"

    /// Writes the rows of a query to a file, which replaces one of that name.
    static func write(
        _ rows: String,
        to path: String,
        over connection: ColumnarConnection,
        isDurable: Bool,
        compression: String = "zstd"
    ) throws(TraceStoreError) {
        let partial = path + suffix
        try TraceFolder.make(containing: path)
        let descriptor = open(partial, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw TraceStoreError.system("create", partial) }
        defer { close(descriptor) }
        do throws(ColumnarError) {
            try connection.execute(
                """
                COPY (\(rows)) TO \(SQLText.file(descriptor: descriptor)) (FORMAT parquet, COMPRESSION \(compression), \
                ROW_GROUP_SIZE 122880, USE_TMP_FILE false, KV_METADATA {admf_trace_version: '1'})
                """
            )
        } catch {
            unlink(partial)
            throw TraceStoreError("write", path, error)
        }
        if isDurable, fsync(descriptor) != 0 { throw TraceStoreError.system("sync", path) }
        guard rename(partial, path) == 0 else { throw TraceStoreError.system("rename", partial) }
    }
}
