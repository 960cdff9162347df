public import BacktestModel
import Glibc

/// Writes the files of one container after the other; every worker has its own, with its own buffer.
///
/// Of a container's files metrics.json comes last: where it is, the others are whole too.
public struct ContainerWriter: ~Copyable, Sendable {
    /// Name of the trades' file.
    public static let tradesName = "trades.csv"
    /// Name of the equity curve's file.
    public static let equityName = "equity.csv"
    /// Bytes after which a long file is written on.
    private static let blockByteCount = 1 << 18

    private let run: RunDirectory
    private var buffer = ByteBuffer(capacity: 16_384)
    private var madeFolder = ""

    /// Makes a writer for one worker.
    public init(_ run: RunDirectory) { self.run = run }

    /// Writes trades.csv; `trades` are in the order of rule R74 (exit, strategy, symbol).
    public mutating func writeTrades(_ trades: [TradeRecord], containerID: String) throws(StorageError) {
        try makeFolder(containerID)
        let file = try NewFile(in: run.folder, folder: containerID, name: ContainerWriter.tradesName)
        buffer.removeAll()
        buffer.append(TradeRecord.header)
        for trade in trades {
            trade.write(into: &buffer)
            try flush(to: file, ifAtLeast: ContainerWriter.blockByteCount)
        }
        try flush(to: file)
        try file.publish()
    }

    /// Writes equity.csv: `timestamp,equity`, one row per bar of the timeline; `times` are nanoseconds since the epoch.
    public mutating func writeEquity(
        times: UnsafeBufferPointer<Int64>,
        equity: UnsafeBufferPointer<Double>,
        containerID: String
    ) throws(StorageError) {
        precondition(times.count == equity.count)
        try makeFolder(containerID)
        let file = try NewFile(in: run.folder, folder: containerID, name: ContainerWriter.equityName)
        buffer.removeAll()
        buffer.append("timestamp,equity\n")
        for index in times.indices {
            buffer.append(Timestamp(nanoseconds: times[index]))
            buffer.append(byte: UInt8(ascii: ","))
            buffer.appendCSV(equity[index])
            buffer.append(byte: 0x0A)
            try flush(to: file, ifAtLeast: ContainerWriter.blockByteCount)
        }
        try flush(to: file)
        try file.publish()
    }

    /// Writes metrics.json, of a completed or a failed container.
    public mutating func writeMetrics(_ record: ContainerRecord) throws(StorageError) {
        try makeFolder(record.containerID)
        buffer.removeAll()
        MetricsDocument.write(record, into: &buffer)
        try buffer.withBytes { (bytes) throws(StorageError) in
            try run.folder.publish(folder: record.containerID, MetricsDocument.fileName, bytes)
        }
    }

    /// Writes any other file of a container.
    public mutating func writeFile(_ name: String, _ bytes: [UInt8], containerID: String) throws(StorageError)
    {
        try makeFolder(containerID)
        try bytes.withUnsafeBufferPointer { (bytes) throws(StorageError) in
            try run.folder.publish(folder: containerID, name, bytes)
        }
    }

    /// Writes the index of a trace, once all of its files have their names.
    public mutating func writeTraceIndex(_ index: TraceIndex) throws(StorageError) {
        try writeFile(TraceIndex.fileName, index.bytes, containerID: index.containerID)
    }

    /// What `resume` keeps: the record of a container whose metrics.json is whole and belongs to this run and parameters.
    ///
    /// `files` are names that must stand beside it, such as `trades.csv` where the config asks for them. `nil` means that the
    /// container must run again, and so does a missing file of a stored trace where there should be one; what an interrupted process left in its folder under temporary names is removed then.
    public mutating func keptRecord(
        containerID: String,
        portfolioID: String,
        runHash: String,
        parameters: [(path: String, value: Scalar)],
        files: [String] = [],
        hasTrace: Bool = false
    ) throws(StorageError) -> ContainerRecord? {
        buffer.removeAll()
        let name = "\(containerID)/\(MetricsDocument.fileName)"
        if try run.folder.read(name, into: &buffer),
            let record = try? buffer.withBytes({ bytes throws(DocumentError) in
                try MetricsDocument.read(bytes)
            }),
            record.containerID == containerID, record.portfolioID == portfolioID, record.runHash == runHash,
            record.parameters.elementsEqual(parameters, by: ==),
            files.allSatisfy({ run.folder.hasFile("\(containerID)/\($0)") }),
            record.status == .failed || keepsTrace(containerID, isRequired: hasTrace)
        {
            return record
        }
        if run.folder.hasFolder(containerID) {
            try run.folder.removeTemporaries(in: containerID)
            try run.folder.remove("\(containerID)/\(PartialDocument.fileName)")
        }
        return nil
    }

    /// Whether a container's index is there, and every file that it names, none of them cut short.
    ///
    /// A container whose dynamic rules never acted has no index, and needs none.
    private mutating func keepsTrace(_ containerID: String, isRequired: Bool) -> Bool {
        guard isRequired || run.folder.hasFile("\(containerID)/\(TraceIndex.fileName)") else { return true }
        buffer.removeAll()
        guard (try? run.folder.read("\(containerID)/\(TraceIndex.fileName)", into: &buffer)) == true,
            let index = TraceIndex.read(buffer.array), index.containerID == containerID
        else { return false }
        let folder = index.filesFolder(run: run.path, runID: run.runID)
        return index.files.allSatisfy { file in
            var status = stat()
            let path = "\(folder)/\(file.name)"
            return access(path, R_OK) == 0 && stat(path, &status) == 0
                && Int(status.st_size) >= file.byteCount
        }
    }

    private mutating func makeFolder(_ containerID: String) throws(StorageError) {
        guard madeFolder != containerID else { return }
        precondition(
            !containerID.isEmpty && !containerID.utf8.contains(UInt8(ascii: "/")),
            "an id is no path"
        )
        try run.folder.makeFolder(containerID)
        madeFolder = containerID
    }

    private mutating func flush(to file: borrowing NewFile, ifAtLeast limit: Int = 0) throws(StorageError) {
        guard buffer.count >= limit else { return }
        try buffer.withBytes { (bytes) throws(StorageError) in try file.write(bytes) }
        buffer.removeAll()
    }
}
