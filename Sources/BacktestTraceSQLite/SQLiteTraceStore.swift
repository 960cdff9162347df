import BacktestEvents
public import BacktestTracing
import Glibc

/// Writes a container's events to a database of its own, `events.sqlite`: a transaction a batch, indexes at the end.
///
/// One database a container, not one a run: a database that fails or is damaged harms one container, workers never wait for
/// each other's locks, and what is in a database does not depend on who ran when. `sqlite3`'s ATTACH joins several.
/// Whatever happens to the process, every batch that was taken can be read: an unfinished transaction is undone by whoever
/// opens the file next. It is called `events.sqlite.partial` until it is whole. A class because it owns the connection, and
/// a tracer and its owner both refer to it.
public final class SQLiteTraceStore: FileBackedTraceStore {
    /// The file's name inside the container's folder.
    public static let fileName = "events.sqlite"

    /// Final path of the database, once it is whole.
    public private(set) var paths: [String] = []
    /// Events in the database.
    public private(set) var eventCount = 0

    private let directory: String
    private let isDurable: Bool
    private var database: SQLiteDatabase?
    private var isClosed = false
    private var containers: [TraceContext] = []
    private var strategies: [String] = []
    private var symbols: [String] = []

    private var path: String {
        directory.isEmpty || directory.hasSuffix("/")
            ? directory + SQLiteTraceStore.fileName : directory + "/" + SQLiteTraceStore.fileName
    }
    private var partialPath: String { path + ".partial" }

    /// Makes a store; the file appears with the first batch.
    ///
    /// - Parameters:
    ///   - directory: The folder of the database, made where it is missing.
    ///   - isDurable: Whether every batch waits for the disk.
    public init(directory: String, isDurable: Bool = false) {
        self.directory = directory
        self.isDurable = isDurable
    }

    /// Takes a batch in one transaction: all of it or nothing.
    public func append(_ batch: TraceBatch) throws(TraceStoreError) {
        guard !isClosed else { throw .closed("append", path) }
        guard !batch.events.isEmpty else { return }
        try open()
        let known = (containers.count, strategies.count, symbols.count)
        do throws(TraceStoreError) {
            try database?.connection.execute("BEGIN")
            let container = try number(of: batch.context)
            let strategies = try numbers(of: batch.context.strategies, in: "strategies", \.strategies)
            let symbols = try numbers(of: batch.context.symbols, in: "symbols", \.symbols)
            for index in batch.events.indices {
                try insert(batch, index, container, strategies, symbols)
            }
            try database?.connection.execute("COMMIT")
        } catch {
            database?.connection.rollBack()
            containers.removeLast(containers.count - known.0)
            strategies.removeLast(strategies.count - known.1)
            symbols.removeLast(symbols.count - known.2)
            throw error
        }
        eventCount += batch.events.count
    }

    /// Does nothing: a batch that was taken is in the file.
    public func flush() throws(TraceStoreError) {
        guard !isClosed else { throw .closed("flush", path) }
    }

    /// Makes the indexes and gives the database its name.
    public func close() throws(TraceStoreError) {
        guard !isClosed else { return }
        if database != nil {
            // Without room for an index a lookup is slower, and nothing is lost.
            do throws(TraceStoreError) {
                try database?.connection.execute(SQLiteSchema.indexes)
            } catch {
                database?.connection.rollBack()
            }
            database = nil
        }
        if eventCount > 0, paths.isEmpty {
            guard rename(partialPath, path) == 0 else {
                throw TraceStoreError(
                    operation: "rename",
                    target: partialPath,
                    reason: String(cString: strerror(errno)),
                    systemError: errno
                )
            }
            paths = [path]
        }
        isClosed = true
    }

    private func open() throws(TraceStoreError) {
        guard database == nil else { return }
        try TraceFolder.make(containing: partialPath)
        // What a killed run left is of no use: its container runs again.
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(partialPath + suffix) }
        let connection = try SQLiteConnection(partialPath, for: .create)
        // A process that is killed loses nothing that it has written; only the machine's end would ask for `FULL`.
        try connection.execute("PRAGMA synchronous = \(isDurable ? "FULL" : "OFF")")
        try connection.execute(SQLiteSchema.tables)
        database = try SQLiteDatabase(connection)
    }

    private func number(of context: TraceContext) throws(TraceStoreError) -> Int64 {
        if let known = containers.firstIndex(of: context) { return Int64(known + 1) }
        try insertRow(
            "INSERT INTO containers VALUES (?, ?, ?, ?)",
            containers.count + 1,
            [context.runID, context.containerID, context.portfolioID]
        )
        containers.append(context)
        return Int64(containers.count)
    }

    /// The numbers of names, by their places in a container's table.
    private func numbers(
        of names: [String],
        in table: String,
        _ known: ReferenceWritableKeyPath<SQLiteTraceStore, [String]>
    ) throws(TraceStoreError) -> [Int64] {
        var numbers: [Int64] = []
        for name in names {
            if let place = self[keyPath: known].firstIndex(of: name) {
                numbers.append(Int64(place))
                continue
            }
            let number = self[keyPath: known].count
            try insertRow("INSERT INTO \(table) VALUES (?, ?)", number, [name])
            self[keyPath: known].append(name)
            numbers.append(Int64(number))
        }
        return numbers
    }

    private func insertRow(_ sql: String, _ number: Int, _ texts: [String?]) throws(TraceStoreError) {
        guard let statement = try database?.connection.prepare(sql) else { return }
        statement.bind(Int64(number), at: 1)
        for (place, text) in texts.enumerated() { statement.bind(text, at: Int32(place) + 2) }
        try run(statement)
    }

    private func run(_ statement: borrowing SQLiteStatement) throws(TraceStoreError) {
        while try database?.step(statement) ?? false {}
    }

    private func insert(
        _ batch: TraceBatch,
        _ index: Int,
        _ container: Int64,
        _ strategies: [Int64],
        _ symbols: [Int64]
    ) throws(TraceStoreError) {
        let event = batch.events[index]
        let position = Int64(eventCount + index + 1)
        try database?.insert(
            event,
            at: batch.time(of: event),
            position: position,
            container: container,
            strategy: event.strategy == Event.none16 ? nil : strategies[Int(event.strategy)],
            symbol: event.symbol == Event.none16 ? nil : symbols[Int(event.symbol)]
        )
        guard let stamps = batch.stamps?[index] else { return }
        try database?.insert(stamps, position: position)
    }
}
