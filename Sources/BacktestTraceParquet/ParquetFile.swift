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

    /// Removes a folder of ours with everything in it; links are removed, not followed.
    static func removeFolder(_ path: String) {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            let inner = "\(path)/\(name)"
            var status = stat()
            let isFolder = lstat(inner, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            if isFolder { removeFolder(inner) } else { unlink(inner) }
        }
        closedir(folder)
        rmdir(path)
    }
}
