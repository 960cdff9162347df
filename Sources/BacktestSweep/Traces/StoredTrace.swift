import BacktestEvents
import BacktestHashing
public import BacktestResults
public import BacktestTracing
import Glibc

/// A container's stored trace: the files of its folder, and the index that says what they are.
public struct StoredTrace: Sendable {
    /// The folder of the files.
    public let folder: String
    /// The container's folder in the results tree, where the indexes lie.
    public let indexFolder: String
    /// What the files hold.
    public let index: TraceIndex

    /// Ids and name tables of the container.
    public var context: TraceContext {
        TraceContext(
            runID: index.runHash,
            containerID: index.containerID,
            portfolioID: index.basis.trades ? index.portfolioID : nil,
            strategies: index.strategies,
            symbols: index.symbols
        )
    }

    /// Whether every event of the container is in the files, so that a replay gives its metrics.json.
    public var isFull: Bool { index.isFull(of: EventType.allCases.map(\.name)) }

    /// Opens the trace of a container; `nil` where the container has none.
    public static func open(
        _ run: RunReader,
        containerID: String
    ) throws(RunReadError) -> StoredTrace? {
        let indexFolder = "\(run.path)/\(containerID)"
        let path = "\(indexFolder)/\(TraceIndex.fileName)"
        guard access(path, F_OK) == 0 else {
            guard let file = strayFile(in: indexFolder) else { return nil }
            throw RunReadError(
                .damaged,
                path,
                "it is missing, so nothing says whether \(file) is whole",
                remedy: "`admf resume` the run"
            )
        }
        guard let bytes = WholeFile.bytes(path) else {
            throw RunReadError(.unreadable, path, "the file cannot be read", remedy: "check its permissions")
        }
        guard let index = TraceIndex.read(bytes) else {
            throw RunReadError(.damaged, path, "the index is damaged", remedy: "`admf resume` the run")
        }
        return StoredTrace(
            folder: index.filesFolder(run: run.path, runID: run.manifest.runID),
            indexFolder: indexFolder,
            index: index
        )
    }

    /// Files of events that lie in a folder without an index, `nil` where there are none.
    private static func strayFile(in folder: String) -> String? {
        let names =
            TraceCompression.allCases.map { "events\($0.fileExtension)" } + ["events.sqlite", "events"]
        return names.first { access("\(folder)/\($0)", F_OK) == 0 }
    }

    /// Calls `body` with every event, in the order stored; refuses files of which something is cut off.
    public func read(_ body: (TracedEvent) -> Void) throws(TraceReader.Failure) {
        try read(matching: TraceFilter(), body)
    }

    private func read(
        matching filter: TraceFilter,
        _ body: (TracedEvent) -> Void
    ) throws(TraceReader.Failure) {
        try requireWhole()
        guard try !scan(matching: filter, body), let last = index.files.last else { return }
        throw .cut(file: "\(folder)/\(last.name)", found: last.byteCount, written: last.byteCount)
    }

    /// Calls `body` with what can be read; whether every file is whole.
    private func scan(
        matching filter: TraceFilter = TraceFilter(),
        _ body: (TracedEvent) -> Void
    ) throws(TraceReader.Failure) -> Bool {
        try TraceFiles.read(index.files.map { "\(folder)/\($0.name)" }, matching: filter, body)
    }

    /// Refuses a file that has fewer bytes than were written: whatever is cut off, an answer would pass for the whole one.
    ///
    /// Also where the bytes that are left read well, as those of a gzip member without its checksum do.
    public func requireWhole() throws(TraceReader.Failure) {
        for file in index.files {
            let path = "\(folder)/\(file.name)"
            // What is not there at all is said by whoever opens it.
            guard let size = WholeFile.size(path), size < file.byteCount else { continue }
            throw .cut(file: path, found: size, written: file.byteCount)
        }
    }

    /// The events that a filter lets pass, every one by default, in the order stored; refuses files that are cut short.
    ///
    /// Where the filter leaves out blocks of the files, these are not read.
    public func events(
        matching filter: TraceFilter = TraceFilter()
    ) throws(TraceReader.Failure) -> [TracedEvent] {
        try requireWhole()
        if let found = blockIndex.flatMap({ TraceLookup(folder: folder, index: $0) })?.events(
            matching: filter
        ) {
            return found
        }
        var events: [TracedEvent] = []
        try read(matching: filter) { events.append($0) }
        return events
    }

    /// The block index, where it is there and fits the files that the trace's index names.
    private var blockIndex: TraceBlockIndex? {
        guard let bytes = WholeFile.bytes("\(indexFolder)/\(TraceBlockIndex.fileName)"),
            let blocks = TraceBlockIndex.read(bytes),
            blocks.files.elementsEqual(
                index.files,
                by: { $0.name == $1.name && $0.byteCount == $1.byteCount && $0.sha256 == $1.sha256 }
            ), blocks.blocks.reduce(0, { $0 + $1.events }) == index.counts.stored
        else { return nil }
        return blocks
    }

    /// Looks for damage in the files, in the events, and between these and the container's metrics.json.
    ///
    /// - Parameters:
    ///   - record: The container's metrics.json, `nil` where it cannot be read.
    ///   - body: Gets every event as well, in the order stored; none where a file is not the one that was written.
    /// - Returns: What was looked at and found.
    public func integrity(
        _ record: ContainerRecord?,
        _ body: (TracedEvent) -> Void = { _ in }
    ) -> TraceIntegrity {
        var integrity = TraceIntegrity(containerID: index.containerID, runID: index.runHash, isFull: isFull)
        for file in index.files {
            if let size = WholeFile.size("\(folder)/\(file.name)"), size < file.byteCount {
                let message = "\(file.name) is cut short: \(size) of \(file.byteCount) bytes are there"
                integrity.note(TraceDamage(.file, message))
                continue
            }
            let found = try? SHA256.hexadecimal(ofFile: "\(folder)/\(file.name)")
            if found == nil {
                integrity.note(TraceDamage(.file, "\(file.name) is missing or cannot be read"))
            } else if found != file.sha256 {
                integrity.note(TraceDamage(.file, "\(file.name) is not the file that was written (SHA-256)"))
            }
        }
        let isAsWritten = integrity.damageCount == 0
        do throws(TraceReader.Failure) {
            let isWhole = try scan { event in
                integrity.take(event)
                if isAsWritten { body(event) }
            }
            if !isWhole {
                integrity.note(TraceDamage(.file, "a file ends in the middle of a record"))
            }
        } catch {
            integrity.note(TraceDamage(.file, error.description))
        }
        compareCounts(record, &integrity)
        return integrity
    }

    private func compareCounts(_ record: ContainerRecord?, _ integrity: inout TraceIntegrity) {
        if integrity.eventCount != index.counts.stored {
            let message = "\(integrity.eventCount) events are there, \(index.counts.stored) were stored"
            integrity.note(TraceDamage(.count, message))
        }
        guard let record, index.counts.sampledOut == 0, index.counts.lost == 0, index.counts.leftOut == 0,
            index.changes.isEmpty
        else { return }
        for type in EventType.allCases where index.eventTypes.contains(type.name) {
            let published = record.events.first { $0.name == type.name }?.count ?? 0
            let found = integrity.count(of: type)
            guard found != published else { continue }
            let message = "\(found) \(type.name) events are there, metrics.json counts \(published)"
            integrity.note(TraceDamage(.count, message))
        }
    }
}

/// Reads whole files.
enum WholeFile {
    /// The size of a file in bytes, `nil` where there is none.
    static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// The bytes of a file, `nil` where it cannot be read.
    static func bytes(_ path: String) -> [UInt8]? {
        // O_NONBLOCK: a named pipe that lies here must not hang us; it reads as empty.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
        }
    }
}
