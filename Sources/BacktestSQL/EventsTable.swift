import BacktestColumnar
import BacktestResults
import BacktestSweep
import BacktestTraceParquet
import BacktestTracing

/// The view `events` over the events of every container that has stored them.
enum EventsTable {
    /// Makes it.
    ///
    /// - Returns: The number of containers that have stored a trace.
    static func make(
        _ runs: [SelectedRun],
        _ connection: ColumnarConnection
    ) throws(RunDatabaseError) -> Int {
        let columns = EventColumns.standard
        var parts: [String] = []
        var count = 0
        for (index, run) in runs.enumerated() {
            let table = "events_\(index)"
            let traces = try traces(of: run)
            count += traces.count
            do throws(ColumnarError) {
                try connection.execute(columns.createTable("\(RunDatabase.innerSchema).\(table)"))
            } catch {
                throw .database(error)
            }
            for trace in traces { try fill(table, trace, connection) }
            parts.append(
                "SELECT \(SQLText.literal(run.label)) AS run, * FROM \(RunDatabase.innerSchema).\(table)"
            )
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
        return count
    }

    private static func traces(of run: SelectedRun) throws(RunDatabaseError) -> [StoredTrace] {
        var traces: [StoredTrace] = []
        do throws(RunReadError) {
            for id in try run.reader.containerIDs() {
                if let trace = try StoredTrace.open(run.reader, containerID: id) { traces.append(trace) }
            }
        } catch {
            throw .run(error)
        }
        return traces
    }

    private static func fill(
        _ table: String,
        _ trace: StoredTrace,
        _ connection: ColumnarConnection
    ) throws(RunDatabaseError) {
        var problem: ColumnarError?
        var damage: TraceReader.Failure?
        do throws(ColumnarError) {
            let writer = try EventTableWriter(connection, schema: RunDatabase.innerSchema, table: table)
            do throws(TraceReader.Failure) {
                try trace.read { event in
                    guard problem == nil else { return }
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
}
