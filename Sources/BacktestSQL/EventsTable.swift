import BacktestColumnar
import BacktestResults
public import BacktestSweep
import BacktestTraceParquet
public import BacktestTracing

/// Events of a stored trace that are wanted.
public struct TraceSelection: Sendable {
    /// The trace.
    public var trace: StoredTrace
    /// Which of its events.
    public var filter: TraceFilter

    /// Selects events.
    public init(_ trace: StoredTrace, _ filter: TraceFilter = TraceFilter()) {
        self.trace = trace
        self.filter = filter
    }
}

/// The view `events` over the events of every container that has stored them.
enum EventsTable {
    /// Makes it of every trace of some runs.
    ///
    /// - Returns: The number of containers that have stored a trace.
    static func make(
        _ runs: [SelectedRun],
        _ connection: ColumnarConnection
    ) throws(RunDatabaseError) -> Int {
        var selections: [(label: String, traces: [TraceSelection])] = []
        for run in runs { selections.append((run.label, try traces(of: run))) }
        return try make(selections, connection)
    }

    /// Makes it of chosen events, by run.
    static func make(
        _ selections: [(label: String, traces: [TraceSelection])],
        _ connection: ColumnarConnection
    ) throws(RunDatabaseError) -> Int {
        let columns = EventColumns.standard
        var parts: [String] = []
        for (index, selection) in selections.enumerated() {
            let table = "events_\(index)"
            do throws(ColumnarError) {
                try connection.execute(columns.createTable("\(RunDatabase.innerSchema).\(table)"))
            } catch {
                throw .database(error)
            }
            for trace in selection.traces { try fill(table, trace, connection) }
            let label = SQLText.literal(selection.label)
            parts.append("SELECT \(label) AS run, * FROM \(RunDatabase.innerSchema).\(table)")
        }
        // The ids are stored as numbers; whoever asks gets them as everywhere else.
        let sql = """
            CREATE VIEW events AS SELECT run, container_id || ':' || sequence AS event_id, event_type, \
            CAST(timestamp AS TIMESTAMP) AS timestamp, epoch_ns(timestamp) AS timestamp_ns, \
            container_id || '/T' || trade AS correlation_id, container_id || ':' || cause AS causation_id, \
            * EXCLUDE (run, event_type, timestamp) FROM (\(parts.joined(separator: " UNION ALL ")))
            """
        do throws(ColumnarError) {
            try connection.execute(sql)
        } catch {
            throw .database(error)
        }
        return selections.reduce(0) { $0 + $1.traces.count }
    }

    private static func traces(of run: SelectedRun) throws(RunDatabaseError) -> [TraceSelection] {
        var traces: [TraceSelection] = []
        do throws(RunReadError) {
            for id in try run.reader.containerIDs() {
                if let trace = try StoredTrace.open(run.reader, containerID: id) {
                    traces.append(TraceSelection(trace))
                }
            }
        } catch {
            throw .run(error)
        }
        return traces
    }

    private static func fill(
        _ table: String,
        _ selection: TraceSelection,
        _ connection: ColumnarConnection
    ) throws(RunDatabaseError) {
        let paths = selection.trace.index.files.map { "\(selection.trace.folder)/\($0.name)" }
        if let first = paths.first, ParquetTraceReader.reads(first) {
            do throws(TraceReader.Failure) { try selection.trace.requireWhole() } catch {
                throw .trace(error)
            }
            return try copy(paths, selection.filter, into: table, connection)
        }
        var problem: ColumnarError?
        var damage: TraceReader.Failure?
        do throws(ColumnarError) {
            let writer = try EventTableWriter(connection, schema: RunDatabase.innerSchema, table: table)
            do throws(TraceReader.Failure) {
                try selection.trace.read { event in
                    guard problem == nil, selection.filter.matches(event) else { return }
                    do throws(ColumnarError) { try writer.append(event) } catch { problem = error }
                }
            } catch {
                damage = error
            }
            if let problem { throw problem }
            try writer.flush()
        } catch {
            throw .database(error)
        }
        if let damage { throw .trace(damage) }
    }

    /// Parquet is copied by DuckDB itself.
    private static func copy(
        _ paths: [String],
        _ filter: TraceFilter,
        into table: String,
        _ connection: ColumnarConnection
    ) throws(RunDatabaseError) {
        let files: OpenFiles
        do throws(TraceStoreError) {
            files = try OpenFiles(paths)
        } catch {
            throw .trace(.unreadable(error))
        }
        do throws(ColumnarError) {
            try connection.execute(
                """
                INSERT INTO \(RunDatabase.innerSchema).\(table) SELECT \(EventColumns.standard.list) \
                FROM \(files.source)\(ParquetTraceReader.condition(filter))
                """
            )
        } catch {
            throw .trace(.damaged(file: paths.first ?? ""))
        }
    }
}
