import CDuckDB
import Glibc

/// An empty database in memory that knows no network and loads no extensions.
///
/// A class because it owns what DuckDB holds. `@unchecked`, because DuckDB's databases may be used from any thread and nothing
/// here changes after `init`.
public final class ColumnarDatabase: @unchecked Sendable {
    /// What a database may use.
    public struct Limits: Sendable, Hashable {
        /// Threads of its own; 1 means that only the caller's thread works, and that files come out the same every time.
        public var threads = 1
        /// Memory in bytes, 0 for DuckDB's own choice (80 % of what is there).
        public var memoryBytes = 0
        /// Folder for what does not fit into memory, made and removed as needed; `nil` for none.
        public var temporaryFolder: String?

        /// One thread, DuckDB's own choice of memory.
        public init() {}
    }

    let library: DuckDBLibrary
    let handle: duckdb_database

    /// Opens a database.
    public init(_ library: DuckDBLibrary, _ limits: Limits = Limits()) throws(ColumnarError) {
        self.library = library
        let functions = library.functions.pointee
        var configuration: duckdb_config?
        guard functions.create_config(&configuration) == 0, let made = configuration else {
            throw ColumnarError(.refused, "DuckDB makes no configuration; is memory short?")
        }
        defer { functions.destroy_config(&configuration) }
        var settings = [
            ("autoinstall_known_extensions", "false"), ("autoload_known_extensions", "false"),
            ("threads", String(max(1, limits.threads))),
        ]
        if limits.memoryBytes > 0 { settings.append(("memory_limit", "\(limits.memoryBytes / 1_000_000)MB")) }
        settings.append(("temp_directory", limits.temporaryFolder ?? ""))
        for (name, value) in settings { _ = functions.set_config(made, name, value) }
        var opened: duckdb_database?
        var message: UnsafeMutablePointer<CChar>?
        guard functions.open_ext(nil, &opened, made, &message) == 0, let opened else {
            let reason = message.map { String(cString: $0) } ?? "it gives no reason"
            if let message { functions.free(message) }
            throw ColumnarError(.refused, "DuckDB opens no database: \(reason)")
        }
        handle = opened
    }

    deinit {
        var opened: duckdb_database? = handle
        library.functions.pointee.close(&opened)
    }

    /// Opens a connection.
    public func connect() throws(ColumnarError) -> ColumnarConnection { try ColumnarConnection(self) }
}
