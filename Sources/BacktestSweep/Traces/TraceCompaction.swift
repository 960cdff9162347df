import BacktestHashing
public import BacktestResults
public import BacktestTracing
import Glibc

/// Makes the stored traces of a run smaller: fewer files, compressed harder, the same lines.
///
/// A trace changes from old to new in one step, when its index is replaced. Before that the new files are there and nobody
/// reads them; after it the old ones. Whenever it is interrupted, one of the two is whole, and the next time tidies up.
public struct TraceCompaction: ~Copyable {
    /// What became of one container's trace.
    public struct Report: Sendable {
        /// The container.
        public var containerID: String
        /// Events in it.
        public var events: Int
        /// Files and bytes before.
        public var before: (files: Int, bytes: Int)
        /// Files and bytes now.
        public var after: (files: Int, bytes: Int)
        /// Why it was left as it was, `nil` where it was not.
        public var reason: String?
    }

    /// Why a trace could not be compacted; it is what it was.
    public enum Failure: Error, Sendable, CustomStringConvertible {
        /// A file is not the one that was written.
        case damaged(String)
        /// See the error.
        case files(TraceCompactor.Failure)
        /// An index cannot be written.
        case storage(StorageError)

        /// One sentence.
        public var description: String {
            switch self {
            case .damaged(let file): "\(file) is not the file that was written (SHA-256)"
            case .files(let error): error.description
            case .storage(let error): error.description
            }
        }
    }

    private var writer: ContainerWriter
    private let compression: TraceCompression?

    /// Takes up a run, which nobody else may be writing.
    ///
    /// - Parameters:
    ///   - path: The run's folder.
    ///   - compression: How the new files are compressed, `nil` for as before.
    /// - Throws: Where the run is being written, or is no run.
    public init(_ path: String, compression: TraceCompression?) throws(StorageError) {
        writer = ContainerWriter(try RunDirectory.resume(path: path))
        self.compression = compression
    }

    /// Compacts a trace.
    public mutating func compact(_ trace: StoredTrace) throws(Failure) -> Report {
        var index = trace.index
        let before = (index.files.count, index.files.reduce(0) { $0 + $1.byteCount })
        func report(_ reason: String?) -> Report {
            let after = (index.files.count, index.files.reduce(0) { $0 + $1.byteCount })
            return Report(
                containerID: index.containerID,
                events: index.counts.stored,
                before: before,
                after: after,
                reason: reason
            )
        }
        guard let first = index.files.first else { return report("it has no files") }
        guard let old = TraceCompression(fileName: first.name) else {
            return report("\(first.name) is no file of JSON lines")
        }
        let new = compression ?? old
        if first.name.hasPrefix(TraceCompactor.namePrefix), new == old {
            tidy(trace.folder, keeping: index)
            return report("it is compact already")
        }
        try checkFiles(trace)
        let limit = FileTraceStore.byteLimit(
            megabytes: index.setting("max_file_size_mb").flatMap { Double($0) }
        )
        let written: TraceCompactor.Result
        do throws(TraceCompactor.Failure) {
            written = try TraceCompactor(compression: new, byteLimit: limit)
                .compact(index.files.map { "\(trace.folder)/\($0.name)" }, into: trace.folder)
        } catch {
            throw .files(error)
        }
        do throws(StorageError) {
            index.files = []
            for path in written.paths { index.files.append(try TraceFiles.describe(path)) }
            try writer.writeFile(
                TraceBlockIndex.fileName,
                TraceFiles.blocks(written.blocks, of: index.files).bytes,
                containerID: index.containerID
            )
            try writer.writeTraceIndex(index)
        } catch {
            throw .storage(error)
        }
        tidy(trace.folder, keeping: index)
        return report(nil)
    }

    private func checkFiles(_ trace: StoredTrace) throws(Failure) {
        for file in trace.index.files {
            let path = "\(trace.folder)/\(file.name)"
            guard (try? SHA256.hexadecimal(ofFile: path)) == file.sha256 else { throw .damaged(path) }
        }
    }

    /// Removes files of events that the index does not name: those that it named before, and what an interruption left.
    private func tidy(_ folder: String, keeping index: TraceIndex) {
        guard let stream = opendir(folder) else { return }
        defer { closedir(stream) }
        var old: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let whole = name.hasSuffix(".partial") ? String(name.dropLast(8)) : name
            guard name.hasPrefix("events"), TraceCompression(fileName: whole) != nil else { continue }
            if !index.files.contains(where: { $0.name == name }) { old.append(name) }
        }
        for name in old { unlink("\(folder)/\(name)") }
    }
}

extension TraceCompression {
    /// The compression of a file of JSON lines by its name, `nil` for other files.
    init?(fileName: String) {
        // Longest first: `.jsonl` ends none of the others.
        guard let found = TraceCompression.allCases.first(where: { fileName.hasSuffix($0.fileExtension) })
        else {
            return nil
        }
        self = found
    }
}
