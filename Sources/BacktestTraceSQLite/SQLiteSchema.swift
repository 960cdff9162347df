import BacktestEvents
import BacktestTracing

/// The tables of `events.sqlite`, version 1.
///
/// Ids and names stand once, in tables of their own; the view `trace` joins them to what the JSON lines show.
enum SQLiteSchema {
    static let version = 1
    /// "ADMF" as SQLite's application id.
    static let applicationID = 0x4144_4D46

    /// What is made before the first event.
    static var tables: String {
        let types = EventType.allCases.map { "(\($0.rawValue), '\($0.name)')" }.joined(separator: ", ")
        return """
            PRAGMA application_id = \(applicationID);
            PRAGMA user_version = \(version);
            BEGIN;
            CREATE TABLE event_types (type INTEGER PRIMARY KEY, event_type TEXT NOT NULL);
            INSERT INTO event_types VALUES \(types);
            CREATE TABLE containers (container INTEGER PRIMARY KEY, run_id TEXT NOT NULL,
                container_id TEXT NOT NULL, portfolio_id TEXT);
            CREATE TABLE strategies (strategy INTEGER PRIMARY KEY, strategy_id TEXT NOT NULL);
            CREATE TABLE symbols (symbol INTEGER PRIMARY KEY, symbol_id TEXT NOT NULL);
            CREATE TABLE events (position INTEGER PRIMARY KEY, container INTEGER NOT NULL, type INTEGER NOT NULL,
                timestamp INTEGER NOT NULL, sequence INTEGER NOT NULL, trade INTEGER, cause INTEGER,
                strategy INTEGER, symbol INTEGER, bar INTEGER NOT NULL, code INTEGER NOT NULL,
                reason INTEGER NOT NULL, flags INTEGER NOT NULL,
                price, quantity, value0, value1, value2, value3);
            CREATE TABLE stamps (position INTEGER PRIMARY KEY, created_at INTEGER, emitted_at INTEGER,
                received_at INTEGER, processed_at INTEGER);
            \(view)
            COMMIT;
            """
    }

    private static let view = """
        CREATE VIEW trace AS SELECT
            c.container_id || ':' || e.sequence AS event_id, t.event_type, e.timestamp, c.run_id,
            c.container_id || '/T' || e.trade AS correlation_id,
            c.container_id || ':' || e.cause AS causation_id,
            c.container_id, c.portfolio_id, s.strategy_id, y.symbol_id AS symbol, e.sequence,
            m.created_at, m.emitted_at, m.received_at, m.processed_at, e.bar, e.code, e.reason, e.flags,
            CAST(e.price AS REAL) AS price, CAST(e.quantity AS REAL) AS quantity,
            CAST(e.value0 AS REAL) AS value0, CAST(e.value1 AS REAL) AS value1,
            CAST(e.value2 AS REAL) AS value2, CAST(e.value3 AS REAL) AS value3
        FROM events e JOIN containers c USING (container) JOIN event_types t USING (type)
            LEFT JOIN strategies s USING (strategy) LEFT JOIN symbols y USING (symbol)
            LEFT JOIN stamps m USING (position);
        """

    /// What is made when all events are there: building an index at once is faster and denser than keeping it up.
    static let indexes = """
        BEGIN;
        CREATE INDEX events_by_trade ON events (container, trade) WHERE trade IS NOT NULL;
        CREATE INDEX events_by_type ON events (container, type);
        CREATE INDEX events_by_time ON events (container, timestamp);
        COMMIT;
        """

    static let insertEvent = """
        INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    static let insertStamps = "INSERT INTO stamps VALUES (?, ?, ?, ?, ?)"

    /// The columns of a query for events, in the order that `SQLiteTraceReader` reads them.
    static let columns = """
        e.type, e.timestamp, e.container, e.sequence, e.trade, e.cause, e.strategy, e.symbol, e.bar,
        e.code, e.reason, e.flags, e.price, e.quantity, e.value0, e.value1, e.value2, e.value3,
        m.created_at, m.emitted_at, m.received_at, m.processed_at
        """
}
