import BacktestEvents
import BacktestTracing

/// An open database with the statements that write it; these go before their connection.
struct SQLiteDatabase: ~Copyable {
    private let insertEvent: SQLiteStatement
    private let insertStamps: SQLiteStatement
    let connection: SQLiteConnection

    init(_ connection: consuming SQLiteConnection) throws(TraceStoreError) {
        let event = try connection.prepare(SQLiteSchema.insertEvent)
        let stamps = try connection.prepare(SQLiteSchema.insertStamps)
        insertEvent = event
        insertStamps = stamps
        self.connection = connection
    }

    func step(_ statement: borrowing SQLiteStatement) throws(TraceStoreError) -> Bool {
        try statement.step(connection, "write")
    }

    func insert(
        _ event: Event,
        at time: Int64,
        position: Int64,
        container: Int64,
        strategy: Int64?,
        symbol: Int64?
    ) throws(TraceStoreError) {
        insertEvent.bind(position, at: 1)
        insertEvent.bind(container, at: 2)
        insertEvent.bind(Int64(event.type.rawValue), at: 3)
        insertEvent.bind(time, at: 4)
        insertEvent.bind(Int64(event.sequence), at: 5)
        insertEvent.bind(event.correlation == 0 ? nil : event.correlation, at: 6)
        insertEvent.bind(event.cause == Event.none32 ? nil : event.cause, at: 7)
        if let strategy { insertEvent.bind(strategy, at: 8) } else { insertEvent.bindNull(at: 8) }
        if let symbol { insertEvent.bind(symbol, at: 9) } else { insertEvent.bindNull(at: 9) }
        insertEvent.bind(Int64(event.bar), at: 10)
        insertEvent.bind(Int64(event.code), at: 11)
        insertEvent.bind(Int64(event.reason), at: 12)
        insertEvent.bind(Int64(event.flags), at: 13)
        insertEvent.bind(number: event.price, at: 14)
        insertEvent.bind(number: event.quantity, at: 15)
        insertEvent.bind(number: event.value0, at: 16)
        insertEvent.bind(number: event.value1, at: 17)
        insertEvent.bind(number: event.value2, at: 18)
        insertEvent.bind(number: event.value3, at: 19)
        _ = try step(insertEvent)
    }

    func insert(_ stamps: EventStamps, position: Int64) throws(TraceStoreError) {
        insertStamps.bind(position, at: 1)
        insertStamps.bind(stamps.created, at: 2)
        insertStamps.bind(stamps.emitted, at: 3)
        insertStamps.bind(stamps.received, at: 4)
        insertStamps.bind(stamps.processed, at: 5)
        _ = try step(insertStamps)
    }
}
