import BacktestEvents
import BacktestModel
public import BacktestTracing
import CSQLite

/// Reads a database of events back, whole or `.partial`.
public struct SQLiteTraceReader: Sendable {
    /// Makes a reader.
    public init() {}

    /// Calls `body` with the events that a filter lets pass, in the order written.
    ///
    /// - Parameters:
    ///   - path: The database; one that a killed run left is first brought back to its last whole batch.
    ///   - filter: What is asked for; everything by default. Indexes serve its trades, types and times.
    ///   - body: Takes an event.
    /// - Throws: What SQLite says of a file that cannot be read or is no trace.
    public func read(
        _ path: String,
        matching filter: TraceFilter = TraceFilter(),
        _ body: (TracedEvent) -> Void
    ) throws(TraceReader.Failure) {
        do throws(TraceStoreError) {
            let connection = try SQLiteConnection(path, for: .read)
            try readAll(connection, filter, body)
        } catch {
            throw .unreadable(error)
        }
    }

    private func readAll(
        _ connection: borrowing SQLiteConnection,
        _ filter: TraceFilter,
        _ body: (TracedEvent) -> Void
    ) throws(TraceStoreError) {
        try checkVersion(connection)
        let names = try Names(connection)
        let statement = try connection.prepare(
            "SELECT \(SQLiteSchema.columns) FROM events e LEFT JOIN stamps m USING (position)"
                + condition(filter) + " ORDER BY position",
            "read"
        )
        while try statement.step(connection, "read") {
            guard let event = names.event(statement) else {
                throw damaged(
                    connection,
                    "an event names a container, strategy, symbol or type that is not there"
                )
            }
            if filter.matches(event) { body(event) }
        }
    }

    private func checkVersion(_ connection: borrowing SQLiteConnection) throws(TraceStoreError) {
        let statement = try connection.prepare("PRAGMA user_version", "read")
        guard try statement.step(connection, "read"), statement.integer(0) == Int64(SQLiteSchema.version)
        else {
            throw damaged(connection, "it is no trace of version \(SQLiteSchema.version)")
        }
    }

    private func damaged(_ connection: borrowing SQLiteConnection, _ reason: String) -> TraceStoreError {
        TraceStoreError(operation: "read", target: connection.path, reason: reason)
    }

    /// The part of a filter that an index can serve; `TraceFilter.matches` has the last word.
    private func condition(_ filter: TraceFilter) -> String {
        var parts: [String] = []
        if !filter.trades.isEmpty {
            // Every container of the database: (container, trade) is what the index knows.
            let trades = filter.trades.sorted().map(String.init).joined(separator: ", ")
            parts.append("e.container IN (SELECT container FROM containers) AND e.trade IN (\(trades))")
        } else if filter.types != .all {
            let types = filter.types.types.map { String($0.rawValue) }.joined(separator: ", ")
            parts.append("e.container IN (SELECT container FROM containers) AND e.type IN (\(types))")
        } else if filter.since != nil || filter.until != nil {
            parts.append("e.container IN (SELECT container FROM containers)")
        }
        if let since = filter.since { parts.append("e.timestamp >= \(since.nanoseconds)") }
        if let until = filter.until { parts.append("e.timestamp <= \(until.nanoseconds)") }
        return parts.isEmpty ? "" : " WHERE " + parts.joined(separator: " AND ")
    }
}

/// What the numbers of a database stand for.
private struct Names {
    private var containers: [Int64: (run: String, id: String, portfolio: String?)] = [:]
    private var strategies: [Int64: String] = [:]
    private var symbols: [Int64: String] = [:]

    init(_ connection: borrowing SQLiteConnection) throws(TraceStoreError) {
        let rows = try connection.prepare(
            "SELECT container, run_id, container_id, portfolio_id FROM containers",
            "read"
        )
        while try rows.step(connection, "read") {
            containers[rows.integer(0)] = (rows.text(1) ?? "", rows.text(2) ?? "", rows.text(3))
        }
        strategies = try Names.texts("SELECT strategy, strategy_id FROM strategies", connection)
        symbols = try Names.texts("SELECT symbol, symbol_id FROM symbols", connection)
    }

    private static func texts(
        _ sql: String,
        _ connection: borrowing SQLiteConnection
    ) throws(TraceStoreError) -> [Int64: String] {
        let rows = try connection.prepare(sql, "read")
        var texts: [Int64: String] = [:]
        while try rows.step(connection, "read") { texts[rows.integer(0)] = rows.text(1) }
        return texts
    }

    /// The event of a row; `nil` where it names what is not there.
    func event(_ row: borrowing SQLiteStatement) -> TracedEvent? {
        guard let type = UInt8(exactly: row.integer(0)).flatMap({ EventType(rawValue: $0) }),
            let container = containers[row.integer(2)], let sequence = UInt32(exactly: row.integer(3)),
            let bar = Int32(exactly: row.integer(8)), let code = UInt8(exactly: row.integer(9)),
            let reason = UInt8(exactly: row.integer(10)), let flags = UInt8(exactly: row.integer(11))
        else { return nil }
        let strategy = row.isNull(6) ? nil : strategies[row.integer(6)]
        let symbol = row.isNull(7) ? nil : symbols[row.integer(7)]
        guard row.isNull(6) == (strategy == nil), row.isNull(7) == (symbol == nil) else { return nil }
        var numbers = EventNumbers()
        numbers.bar = bar
        numbers.code = code
        numbers.reason = reason
        numbers.flags = flags
        numbers.price = row.number(12)
        numbers.quantity = row.number(13)
        numbers.value0 = row.number(14)
        numbers.value1 = row.number(15)
        numbers.value2 = row.number(16)
        numbers.value3 = row.number(17)
        return TracedEvent(
            type: type,
            timestamp: Timestamp(nanoseconds: row.integer(1)),
            runID: container.run,
            trade: row.isNull(4) ? nil : UInt32(truncatingIfNeeded: row.integer(4)),
            cause: row.isNull(5) ? nil : UInt32(truncatingIfNeeded: row.integer(5)),
            containerID: container.id,
            portfolioID: container.portfolio,
            strategyID: strategy,
            symbol: symbol,
            sequence: sequence,
            stamps: stamps(row),
            numbers: numbers
        )
    }

    private func stamps(_ row: borrowing SQLiteStatement) -> EventStamps? {
        guard !row.isNull(18) else { return nil }
        return EventStamps(
            created: row.integer(18),
            emitted: row.integer(19),
            received: row.integer(20),
            processed: row.integer(21)
        )
    }
}
