import BacktestColumnar
import BacktestModel
public import BacktestTracing
import Glibc

/// Writes a container's events as Parquet: `events/events.parquet`, and a file of its own for each date and type of which
/// there are very many, `events/date=2024-04-01/type=BAR/events.parquet`.
///
/// Few files, because many small ones are larger, and slower to write and to ask. Until `close` there are parts,
/// `events/part-0000.parquet`, one for each flush and for each row group's worth of events, readable up to the last flush
/// whatever happens; `close` makes the final files of them. A class because it owns a connection, and a tracer and its owner
/// both refer to it.
public final class ParquetTraceStore: FileBackedTraceStore {
    /// Events of one date and type from which on they get a file of their own.
    public static let partitionMinimum = 100_000
    /// Events that wait in memory at most, about 60 MB: a row group.
    static let waitingMaximum = 122_880
    /// The folder of the files inside the container's folder.
    public static let folderName = "events"
    private static let table = "waiting"

    /// Final paths of the files that are whole, in order.
    public private(set) var paths: [String] = []
    /// Events in files, whole or not.
    public private(set) var eventCount = 0

    private let folder: String
    private let isDurable: Bool
    private let partitionMinimum: Int
    private let waitingMaximum: Int
    private var connection: ColumnarConnection?
    private var writer: EventTableWriter?
    private var waiting = 0
    private var parts: [String] = []
    private var isClosed = false

    /// Makes a store; files appear with the first flush.
    ///
    /// - Parameters:
    ///   - directory: The container's folder, made where it is missing.
    ///   - isDurable: Whether a file is synced to the disk before it gets its name.
    ///   - partitionMinimum: Events of a date and type that get a file of their own.
    ///   - waitingMaximum: Events that wait in memory at most.
    public init(
        directory: String,
        isDurable: Bool = false,
        partitionMinimum: Int = ParquetTraceStore.partitionMinimum,
        waitingMaximum: Int = 122_880
    ) {
        precondition(partitionMinimum > 0 && waitingMaximum > 0)
        folder = "\(directory.isEmpty ? "." : directory)/\(ParquetTraceStore.folderName)"
        self.isDurable = isDurable
        self.partitionMinimum = partitionMinimum
        self.waitingMaximum = waitingMaximum
    }

    /// Takes a batch; writes first what has gathered before, so a failure leaves the batch untaken.
    public func append(_ batch: TraceBatch) throws(TraceStoreError) {
        guard !isClosed else { throw .closed("append", folder) }
        if waiting >= waitingMaximum { try flush() }
        do throws(ColumnarError) {
            try begin()
            for index in batch.events.indices { try writer?.append(batch.record(at: index)) }
        } catch {
            // DuckDB takes rows unless memory is out; what it holds then is not to be trusted.
            forget()
            throw TraceStoreError("append", folder, error)
        }
        waiting += batch.events.count
    }

    /// Opens the connection and the table for what waits; removes what a killed run left in the folder.
    private func begin() throws(ColumnarError) {
        guard writer == nil else { return }
        let connection: ColumnarConnection
        if let open = self.connection {
            connection = open
        } else {
            connection = try ParquetSession.connect()
            self.connection = connection
            TraceFolder.remove(folder)
        }
        let create = EventColumns.standard.createTable(ParquetTraceStore.table, temporary: true)
        try connection.execute("DROP TABLE IF EXISTS \(ParquetTraceStore.table); \(create)")
        writer = try EventTableWriter(connection, table: ParquetTraceStore.table)
    }

    private func forget() {
        writer = nil
        waiting = 0
    }

    /// Writes what waits as one part; it is forgotten once it is there, so a retry doubles nothing.
    public func flush() throws(TraceStoreError) {
        guard !isClosed else { throw .closed("flush", folder) }
        guard waiting > 0, let connection else { return }
        let digits = String(parts.count)
        let number = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let path = "\(folder)/part-\(number).parquet"
        try makeVisible()
        try ParquetFile.write(
            "FROM \(ParquetTraceStore.table)",
            to: path,
            over: connection,
            isDurable: isDurable,
            // A part is read once more and gone.
            compression: "snappy"
        )
        parts.append(path)
        eventCount += waiting
        // The writer goes first: it holds on to the table.
        forget()
    }

    private func makeVisible() throws(TraceStoreError) {
        do throws(ColumnarError) {
            try writer?.flush()
        } catch {
            throw TraceStoreError("append", folder, error)
        }
    }

    /// Writes what waits, makes the final files, and removes the parts.
    ///
    /// Where that fails, the parts that are there stay, and count as the files: what was stored once is not lost for want of room
    /// to write it again.
    public func close() throws(TraceStoreError) {
        guard !isClosed else { return }
        do throws(TraceStoreError) {
            try finish()
        } catch {
            paths = parts
            throw error
        }
        forget()
        parts = []
        connection = nil
        isClosed = true
    }

    private func finish() throws(TraceStoreError) {
        guard let connection, waiting > 0 || !parts.isEmpty else { return }
        if parts.isEmpty {
            try makeVisible()
            try writeFinal(ParquetTraceStore.table, order: "", connection)
            eventCount += waiting
        } else {
            try flush()
            let files = try OpenFiles(parts)
            // Sorted, though the parts are in order: row groups then don't depend on where a part ended.
            try writeFinal(files.placedSource, order: " ORDER BY part, file_row_number", connection)
            for part in parts { unlink(part) }
        }
    }

    /// Writes the final files, all of them or none.
    private func writeFinal(
        _ source: String,
        order: String,
        _ connection: ColumnarConnection
    ) throws(TraceStoreError) {
        var written: [String] = []
        do throws(TraceStoreError) {
            try writeFiles(source, order: order, connection, &written)
        } catch {
            for path in written { unlink(path) }
            throw error
        }
        paths = written.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    private func writeFiles(
        _ source: String,
        order: String,
        _ connection: ColumnarConnection,
        _ written: inout [String]
    ) throws(TraceStoreError) {
        let list = EventColumns.standard.list
        var others: [String] = []
        for partition in try partitions(of: source, connection) {
            let condition = "CAST(timestamp AS DATE) = \(partition.day) AND event_type = \(partition.type)"
            let path = "\(folder)/date=\(partition.name)/type=\(partition.typeName)/events.parquet"
            try ParquetFile.write(
                "SELECT \(list) FROM \(source) WHERE \(condition)\(order)",
                to: path,
                over: connection,
                isDurable: isDurable
            )
            written.append(path)
            others.append("NOT (\(condition))")
        }
        let rest = others.isEmpty ? "" : " WHERE " + others.joined(separator: " AND ")
        // Without partitions there is always a rest; with them a look is cheap.
        let restCount = others.isEmpty ? 1 : try count("FROM \(source)\(rest)", connection)
        if restCount > 0 {
            let path = "\(folder)/events.parquet"
            try ParquetFile.write(
                "SELECT \(list) FROM \(source)\(rest)\(order)",
                to: path,
                over: connection,
                isDurable: isDurable
            )
            written.append(path)
        }
    }

    private func count(_ rows: String, _ connection: ColumnarConnection) throws(TraceStoreError) -> Int64 {
        do throws(ColumnarError) {
            return try connection.query("SELECT count(*) \(rows)").firstInteger() ?? 0
        } catch {
            throw TraceStoreError("read", folder, error)
        }
    }

    private struct Partition {
        var name: String
        var typeName: String
        var day: String { "DATE \(SQLText.literal(name))" }
        var type: String { SQLText.literal(typeName) }
    }

    /// The dates and types that get a file of their own.
    private func partitions(
        of source: String,
        _ connection: ColumnarConnection
    ) throws(TraceStoreError) -> [Partition] {
        guard eventCount + waiting >= partitionMinimum else { return [] }
        do throws(ColumnarError) {
            let result = try connection.query(
                """
                SELECT CAST(CAST(timestamp AS DATE) AS VARCHAR), event_type FROM \(source) \
                GROUP BY ALL HAVING count(*) >= \(partitionMinimum) ORDER BY ALL
                """
            )
            var found: [Partition] = []
            try result.forEachChunk { chunk in
                for row in 0..<chunk.rowCount {
                    guard let name = chunk.text(0, row: row), let type = chunk.text(1, row: row) else {
                        continue
                    }
                    found.append(Partition(name: name, typeName: type))
                }
            }
            return found
        } catch {
            throw TraceStoreError("read", folder, error)
        }
    }
}
