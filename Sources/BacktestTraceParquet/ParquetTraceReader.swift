import BacktestColumnar
import BacktestEvents
import BacktestModel
public import BacktestTracing

/// Reads a container's Parquet files back as events.
public enum ParquetTraceReader {
    /// Whether a file of a trace is one of these.
    public static func reads(_ name: String) -> Bool { name.hasSuffix(".parquet") }

    /// Calls `body` with the events of some files, in stream order.
    ///
    /// - Parameters:
    ///   - paths: The files, as the trace's index lists them.
    ///   - filter: Which events are wanted; what the files' statistics rule out is not even read.
    ///   - body: What is done with an event.
    /// - Throws: Where a file cannot be opened, is damaged, or has what no event has.
    public static func read(
        _ paths: [String],
        matching filter: TraceFilter = TraceFilter(),
        _ body: (TracedEvent) -> Void
    ) throws(TraceReader.Failure) {
        guard let first = paths.first else { return }
        let files: OpenFiles
        do throws(TraceStoreError) {
            files = try OpenFiles(paths)
        } catch {
            throw .unreadable(error)
        }
        let reader = EventTableReader(columns: .standard)
        // A single file is in order; the partitions of a date and type have to be joined again.
        let order = paths.count > 1 ? " ORDER BY sequence" : ""
        let sql = "SELECT \(EventColumns.standard.list) FROM \(files.source)\(condition(filter))\(order)"
        do throws(ColumnarError) {
            let result = try ParquetSession.connect().select(sql)
            var malformed: String?
            try result.forEachChunk { chunk in
                for row in 0..<chunk.rowCount where malformed == nil {
                    do throws(EventTableReader.Malformed) {
                        body(try reader.event(chunk, row: row))
                    } catch {
                        malformed = error.message
                    }
                }
            }
            if let malformed {
                throw ColumnarError(.refused, malformed)
            }
        } catch {
            throw error.code == .refused
                ? .damaged(file: first) : .unreadable(TraceStoreError("read", first, error))
        }
    }

    /// What a filter lets pass, as a WHERE of SQL with a blank before it; empty where it lets everything pass.
    public static func condition(_ filter: TraceFilter) -> String {
        func list(_ texts: [String]) -> String { "(" + texts.joined(separator: ", ") + ")" }
        func names(_ texts: Set<String>) -> String { list(texts.sorted().map { SQLText.literal($0) }) }
        var terms: [String] = []
        if filter.types != .all {
            terms.append("event_type IN " + list(filter.types.types.map { SQLText.literal($0.name) }))
        }
        if !filter.trades.isEmpty { terms.append("trade IN " + list(filter.trades.sorted().map { "\($0)" })) }
        if !filter.strategies.isEmpty { terms.append("strategy_id IN \(names(filter.strategies))") }
        if !filter.symbols.isEmpty { terms.append("symbol IN \(names(filter.symbols))") }
        if let since = filter.since {
            terms.append("timestamp >= make_timestamp_ns(\(since.nanoseconds))")
        }
        if let until = filter.until {
            terms.append("timestamp <= make_timestamp_ns(\(until.nanoseconds))")
        }
        return terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND ")
    }
}
