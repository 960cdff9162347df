import BacktestHashing
import BacktestResults
import BacktestTraceParquet
import BacktestTraceSQLite
import BacktestTracing
import Glibc

/// The kinds of files that traces lie in, and who writes and reads each.
enum TraceFiles {
    /// The kinds; a trace has files of one of them.
    enum Kind {
        /// JSON lines, compressed or not.
        case lines
        /// An SQLite database.
        case database
        /// Parquet, in as many files as there are large partitions.
        case columnar

        /// The kind of a file of the index, by its name.
        init(name: String) {
            self = name.hasSuffix(".sqlite") ? .database : name.hasSuffix(".parquet") ? .columnar : .lines
        }
    }

    /// The store of a container, by its settings.
    static func store(_ settings: TraceSettings, directory: String) -> any FileBackedTraceStore {
        switch settings.storageBackend {
        case .sqlite: SQLiteTraceStore(directory: directory)
        case .parquet: ParquetTraceStore(directory: directory)
        default: FileTraceStore(directory: directory, settings: settings)
        }
    }

    /// A path as it is from anywhere, without a slash at its end.
    static func absolute(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + (path.hasPrefix("./") ? String(path.dropFirst(2)) : path)
    }

    /// Calls `body` with the events of a trace's files that a filter lets pass, in the order stored.
    ///
    /// - Returns: Whether every file is whole.
    static func read(
        _ paths: [String],
        matching filter: TraceFilter,
        _ body: (TracedEvent) -> Void
    ) throws(TraceReader.Failure) -> Bool {
        if let first = paths.first, Kind(name: first) == .columnar {
            // Partitions hold what belongs together, so the stream has to be joined again.
            try ParquetTraceReader.read(paths, matching: filter, body)
            return true
        }
        var isWhole = true
        for path in paths { isWhole = try read(path, matching: filter, body) && isWhole }
        return isWhole
    }

    /// Calls `body` with the events of a file that a filter lets pass, in the order stored.
    ///
    /// - Returns: Whether the file is whole.
    static func read(
        _ path: String,
        matching filter: TraceFilter,
        _ body: (TracedEvent) -> Void
    ) throws(TraceReader.Failure) -> Bool {
        switch Kind(name: path) {
        case .database:
            try SQLiteTraceReader().read(path, matching: filter, body)
            return true
        case .columnar:
            try ParquetTraceReader.read([path], matching: filter, body)
            return true
        case .lines:
            return try TraceReader().read(path) { event in
                if filter.matches(event) { body(event) }
            }
        }
    }

    /// The index's entry of a file that is whole.
    static func describe(_ path: String) throws(StorageError) -> TraceIndex.File {
        let hash: String
        do throws(SHA256.FileError) {
            hash = try SHA256.hexadecimal(ofFile: path)
        } catch {
            throw StorageError("read", path, systemError: error.code)
        }
        let parts = path.split(separator: "/")
        // Parquet lies in a folder of its own inside the container's.
        let first =
            Kind(name: path) == .columnar ? parts.lastIndex(of: Substring(ParquetTraceStore.folderName)) : nil
        let name = parts[(first ?? parts.count - 1)...].joined(separator: "/")
        return TraceIndex.File(name: name, byteCount: FileTraceStore.size(of: path), sha256: hash)
    }

    /// Writes the block index of JSON lines; a trace of one block needs none.
    static func writeBlocks(
        of store: any FileBackedTraceStore,
        _ index: TraceIndex,
        _ writer: inout ContainerWriter
    ) throws(StorageError) {
        guard let store = store as? FileTraceStore, store.blocks.count > 1 else { return }
        try writer.writeFile(
            TraceBlockIndex.fileName,
            blocks(store.blocks, of: index.files).bytes,
            containerID: index.containerID
        )
    }

    /// The block index of some files.
    static func blocks(_ blocks: [TraceBlock], of files: [TraceIndex.File]) -> TraceBlockIndex {
        TraceBlockIndex(
            files: files.map {
                TraceBlockIndex.File(name: $0.name, byteCount: $0.byteCount, sha256: $0.sha256)
            },
            blocks: blocks
        )
    }
}
