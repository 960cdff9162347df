import Glibc

/// A run that is read: its manifest, summary and containers.
public struct RunReader: Sendable {
    /// The run's folder.
    public let path: String
    /// The container whose folder was named, `nil` where the run's was.
    public let containerID: String?
    /// What ran.
    public let manifest: Manifest

    /// Opens a run by its folder, the link `latest`, the folder above (its `latest`), or the folder of a container.
    public static func open(_ path: String) throws(RunReadError) -> RunReader {
        let place = try RunReader.place(path)
        var buffer = ByteBuffer()
        let file = "\(place.run)/\(Manifest.fileName)"
        guard try read(file, into: &buffer) else {
            throw RunReadError(
                .incomplete,
                place.run,
                "the run has no manifest.json",
                remedy: "run the config again"
            )
        }
        do throws(DocumentError) {
            let manifest = try Manifest.read(buffer.array)
            return RunReader(path: place.run, containerID: place.container, manifest: manifest)
        } catch {
            throw RunReadError(error, file)
        }
    }

    /// The record of one container.
    public func record(_ containerID: String) throws(RunReadError) -> ContainerRecord {
        var buffer = ByteBuffer()
        return try record(containerID, using: &buffer)
    }

    /// The record of one container, read through a buffer that can be used again.
    public func record(
        _ containerID: String,
        using buffer: inout ByteBuffer
    ) throws(RunReadError) -> ContainerRecord {
        let file = "\(path)/\(containerID)/\(MetricsDocument.fileName)"
        buffer.removeAll()
        guard try RunReader.read(file, into: &buffer) else {
            let folder = RunReader.kind(of: "\(path)/\(containerID)")
            throw RunReadError(
                folder == nil ? .notFound : .incomplete,
                "\(path)/\(containerID)",
                folder == nil ? "the run has no such container" : "the container has no metrics.json yet",
                remedy: folder == nil ? "`admf rank` lists its containers" : "`admf resume` the run"
            )
        }
        do throws(DocumentError) {
            return try buffer.withBytes { (bytes) throws(DocumentError) in try MetricsDocument.read(bytes) }
        } catch {
            throw RunReadError(error, file)
        }
    }

    /// What a running process says of its run, `nil` where it has said nothing (yet).
    public func progress() -> ProgressDocument? {
        var buffer = ByteBuffer()
        guard (try? RunReader.read("\(path)/\(ProgressDocument.fileName)", into: &buffer)) == true else {
            return nil
        }
        return ProgressDocument(buffer.array)
    }

    /// The metrics so far of a container that is running, `nil` where there are none.
    public func partial(_ containerID: String) -> PartialDocument? {
        var buffer = ByteBuffer()
        let file = "\(path)/\(containerID)/\(PartialDocument.fileName)"
        guard (try? RunReader.read(file, into: &buffer)) == true else { return nil }
        return PartialDocument(buffer.array)
    }

    /// Ids of the containers that have a metrics.json, sorted by bytes; root_container is none.
    public func containerIDs() throws(RunReadError) -> [String] {
        do throws(StorageError) {
            let folder = try RunFolder(path: path)
            return try folder.names().filter {
                $0 != RunTotals.containerID && folder.hasFile("\($0)/\(MetricsDocument.fileName)")
            }
        } catch {
            throw RunReadError(error)
        }
    }

    /// A line per container, from summary.csv or, where the run has not come that far, from the containers themselves.
    ///
    /// In container order with summary.csv, else sorted by id. A run that was completed and has lost containers since is
    /// damaged: it must not pass for a smaller one.
    public func summary() throws(RunReadError) -> RunSummary {
        var buffer = ByteBuffer()
        if let summary = try writtenSummary() {
            try checkCount(summary, of: "\(path)/\(SummaryWriter.fileName)")
            return summary
        }
        var summary = RunSummary()
        for containerID in try containerIDs() { summary.append(try record(containerID, using: &buffer)) }
        try checkCount(summary, of: path)
        return summary
    }

    /// What summary.csv says, however many containers it has; `nil` where there is none.
    func writtenSummary() throws(RunReadError) -> RunSummary? {
        var buffer = ByteBuffer()
        return try RunReader.summary("\(path)/\(SummaryWriter.fileName)", &buffer)
    }

    private func checkCount(_ summary: RunSummary, of place: String) throws(RunReadError) {
        let count = manifest.containers.count
        guard manifest.status == .completed, count > 0, summary.rows.count != count else { return }
        var which = ""
        if let twice = summary.repeatedID {
            which = "; \(twice) stands there twice"
        } else if let lost = lost(from: summary) {
            which = "; \(lost) has no row"
        }
        throw RunReadError(
            .damaged,
            place,
            "damaged (\(summary.rows.count) containers are there, the run had \(count)\(which))",
            remedy: "`admf resume` the run to write it again"
        )
    }

    /// Reads a summary.csv in pieces; `nil` where there is none.
    private static func summary(
        _ file: String,
        _ buffer: inout ByteBuffer
    ) throws(RunReadError) -> RunSummary? {
        let number: Int32
        switch FileDescriptor.openToRead(file) {
        case .failure(let error) where error.number == ENOENT || error.number == ENOTDIR: return nil
        case .failure(let error): throw RunReadError(StorageError("read", file, systemError: error.number))
        case .success(let opened): number = opened
        }
        let descriptor = FileDescriptor(owning: number)
        var reader = SummaryReader()
        // Most files are small; only one that fills a piece is read in larger ones.
        var most = 1 << 14
        while true {
            let (count, failure) = descriptor.readSome(most, into: &buffer)
            if count == most { most = 1 << 18 }
            if let failure {
                throw RunReadError(StorageError("read", file, systemError: failure.number))
            }
            do throws(RunSummary.Problem) {
                let end = buffer.withBytes { SummaryReader.wholeRows($0) }
                try buffer.withBytes { (bytes) throws(RunSummary.Problem) in
                    try reader.take(UnsafeBufferPointer(rebasing: bytes[..<end]))
                }
                buffer.removeFirst(end)
                if count > 0 { continue }
                if !buffer.isEmpty { throw reader.cutShort }
                return try reader.finish()
            } catch {
                throw RunReadError(
                    .damaged,
                    file,
                    error.text,
                    remedy: "`admf resume` the run to write it again"
                )
            }
        }
    }

    /// Where a path leads.
    private static func place(_ path: String) throws(RunReadError) -> (run: String, container: String?) {
        let path = try resolved(path)
        if kind(of: "\(path)/\(Manifest.fileName)") == S_IFREG { return (path, nil) }
        let (parent, name) = split(path)
        if kind(of: "\(path)/\(MetricsDocument.fileName)") == S_IFREG,
            kind(of: "\(parent)/\(Manifest.fileName)") == S_IFREG
        {
            return (parent, name)
        }
        let latest = "\(path)/\(RunDirectory.latestName)"
        if kind(of: "\(latest)/\(Manifest.fileName)") == S_IFREG { return (try resolved(latest), nil) }
        guard RunID.isRunID(name) else {
            throw RunReadError(
                .notARun,
                path,
                "no run of admf is there",
                remedy: "`admf list` shows the runs"
            )
        }
        throw RunReadError(
            .incomplete,
            path,
            "the run was stopped before it wrote its manifest",
            remedy: "delete the folder and run the config again"
        )
    }

    /// Follows links, drops a trailing slash and, where a file of the tree is named, takes its folder.
    private static func resolved(_ path: String) throws(RunReadError) -> String {
        guard let kind = kind(of: path.isEmpty ? "." : path) else {
            throw RunReadError(.notFound, path, "nothing is there", remedy: "`admf list` shows the runs")
        }
        var place = path
        while place.utf8.count > 1, place.hasSuffix("/") { place.removeLast() }
        if kind == S_IFREG { place = split(place).parent }
        let last = split(place).name
        // What the user wrote stays as it is, as long as its last part says which run it is.
        guard isLink(place) || last == "." || last == ".." || last.isEmpty else { return place }
        if let target = linkTarget(place), !target.utf8.contains(UInt8(ascii: "/")) {
            let parent = split(place).parent
            return parent == "." && !place.hasPrefix("./") ? target : "\(parent)/\(target)"
        }
        guard let real = realpath(place, nil) else { return place }
        defer { free(real) }
        return String(cString: real)
    }

    static func split(_ path: String) -> (parent: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let parent = slash == path.startIndex ? "/" : String(path[..<slash])
        return (parent, String(path[path.index(after: slash)...]))
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// What a link points at, `nil` where there is no link.
    static func linkTarget(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX) + 1) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = readlink(path, start, Int(PATH_MAX))
            guard count > 0 else { return nil }
            return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// What kind of thing is at a path, `nil` for nothing.
    static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// Reads a whole file; answers false where there is none.
    static func read(_ path: String, into buffer: inout ByteBuffer) throws(RunReadError) -> Bool {
        switch FileDescriptor.openToRead(path) {
        case .failure(let error) where error.number == ENOENT || error.number == ENOTDIR: return false
        case .failure(let error): throw RunReadError(StorageError("read", path, systemError: error.number))
        case .success(let number):
            let file = FileDescriptor(owning: number)
            guard let error = file.readAll(into: &buffer) else { return true }
            throw RunReadError(StorageError("read", path, systemError: error.number))
        }
    }
}
