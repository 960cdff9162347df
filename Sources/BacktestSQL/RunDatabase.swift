import BacktestColumnar
import BacktestModel
public import BacktestReports
import BacktestResults
import Glibc

/// Runs as tables of a database in memory: `runs`, `containers`, `trades`, `equity`, `events`.
///
/// A table is made when it is asked for. What a run did not store is a table without rows. The results tree is only ever
/// read. A class because it owns a connection.
public final class RunDatabase {
    /// The tables.
    public enum TableName: String, Sendable, CaseIterable {
        /// A row a run: its manifest.
        case runs
        /// A row a container: parameters and metrics.
        case containers
        /// A row a closed trade, where the run stored them.
        case trades
        /// A row a bar and container, where the run stored them.
        case equity
        /// A row an event, of the containers that have stored a trace.
        case events
    }

    static let innerSchema = "stored"

    /// The runs.
    public let runs: [SelectedRun]
    /// What the user should know: runs that are not finished, tables without rows.
    public private(set) var notes: [String] = []
    let connection: ColumnarConnection
    /// How many containers have stored what a table holds; of the tables that were made.
    public private(set) var stored: [TableName: Int] = [:]
    private var made: Set<TableName> = []
    private var isSealed = false

    /// Prepares a database.
    ///
    /// - Parameters:
    ///   - runs: The runs.
    ///   - threads: Threads that a query may use.
    ///   - memoryBytes: Memory that it may use, 0 for DuckDB's own choice; beyond it goes to TMPDIR.
    /// - Throws: Where DuckDB is not there.
    public init(
        _ runs: [SelectedRun],
        threads: Int,
        memoryBytes: Int
    ) throws(RunDatabaseError) {
        self.runs = runs
        var limits = ColumnarDatabase.Limits()
        limits.threads = threads
        limits.memoryBytes = memoryBytes
        limits.temporaryFolder = "\(ScratchFile.folder)/admf-sql-\(getpid())"
        do throws(ColumnarError) {
            connection = try ColumnarDatabase(DuckDBLibrary.shared(), limits).connect()
            // Tables of a compressed database take a third of the memory; a DuckDB that has no such thing does without.
            if (try? connection.execute("ATTACH ':memory:' AS results (COMPRESS)")) != nil {
                try connection.execute("USE results")
            }
            // What the tables are made of stands apart, so that SHOW TABLES names the tables alone.
            try connection.execute("CREATE SCHEMA \(RunDatabase.innerSchema)")
        } catch {
            throw .database(error)
        }
        for run in runs where run.reader.manifest.status != .completed {
            notes.append(
                "\(run.reader.path) is \(run.reader.manifest.status.rawValue): what is whole so far is there"
            )
        }
    }

    /// Makes a table if it is not there yet.
    public func make(_ table: TableName) throws(RunDatabaseError) {
        guard made.insert(table).inserted else { return }
        switch table {
        case .runs: try guarding { () throws(ColumnarError) in try RunsTable.make(runs, connection) }
        case .containers: try ContainersTable.make(runs, connection)
        case .trades: stored[table] = try StoredRows.trades.make(runs, connection)
        case .equity: stored[table] = try StoredRows.equity.make(runs, connection)
        case .events: stored[table] = try EventsTable.make(runs, connection)
        }
        if stored[table] == 0 { notes.append(RunDatabase.absence(of: table)) }
    }

    /// Makes `events` of chosen events, those of the first run; in the place of `make(.events)`.
    public func makeEvents(_ traces: [TraceSelection]) throws(RunDatabaseError) {
        precondition(made.insert(.events).inserted, "the table is not there yet")
        stored[.events] = try EventsTable.make([(runs.first?.label ?? "", traces)], connection)
    }

    /// Why a table has no rows, and what to do about it.
    public static func absence(of table: TableName) -> String {
        let setting =
            switch table {
            case .events: "tracing: {mode: full, storage_backend: file}"
            case .equity: "results.store_equity_curve: true"
            case .runs, .containers, .trades: "results.store_trades: true"
            }
        let what = table == .equity ? "its equity curve" : table == .trades ? "its trades" : "events"
        return "no container has stored \(what); '\(setting)' stores them"
    }

    /// Asks with one SELECT; the tables that it names are made first, and nothing else can be reached by it: no file, no network.
    ///
    /// - Returns: The rows; a row that was not stored is not there, an undefined metric is null.
    public func select(_ sql: String) throws(RunDatabaseError) -> Table {
        for table in RunDatabase.tables(in: sql) { try make(table) }
        return try guarding { () throws(ColumnarError) in
            try seal()
            do throws(ColumnarError) {
                return try QueryRows.table(sql, connection)
            } catch {
                var error = error
                if error.message.hasPrefix("Permission Error"), error.remedy.isEmpty {
                    error.remedy = "a statement reaches the tables of the runs, and no file and no network"
                }
                throw error
            }
        }
    }

    /// The tables whose names stand anywhere in a statement; all of them where it asks what there is.
    ///
    /// As whole words: `final_equity` does not ask for the equity curves of ten thousand containers.
    static func tables(in sql: String) -> [TableName] {
        let text = sql.lowercased()
        let words = Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "_" })
        let asksForAll =
            words.contains("show") || words.contains("information_schema")
            || words.contains { $0.hasPrefix("duckdb_") || $0.hasPrefix("pg_") }
        return TableName.allCases.filter { asksForAll || words.contains(Substring($0.rawValue)) }
    }

    /// From here on no file can be opened and no setting changed: SQL that somebody else wrote does no harm.
    private func seal() throws(ColumnarError) {
        guard !isSealed else { return }
        try connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        isSealed = true
    }

    func guarding<Value>(
        _ body: () throws(ColumnarError) -> Value
    ) throws(RunDatabaseError) -> Value {
        do throws(ColumnarError) {
            return try body()
        } catch {
            throw .database(error)
        }
    }
}
