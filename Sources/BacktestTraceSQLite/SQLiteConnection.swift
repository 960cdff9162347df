import BacktestTracing
import CSQLite

/// One connection to a database file, closed with its owner.
struct SQLiteConnection: ~Copyable {
    /// What a connection is for.
    enum Purpose {
        /// A new file that nobody else writes.
        case create
        /// A file that is whole, or that a killed run left: its unfinished transaction is undone first.
        case read
    }

    let path: String
    private let handle: OpaquePointer

    init(_ path: String, for purpose: Purpose) throws(TraceStoreError) {
        let flags: Int32
        switch purpose {
        case .create: flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .read: flags = SQLITE_OPEN_READWRITE
        }
        var handle: OpaquePointer?
        var status = sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
        if purpose == .read, status != SQLITE_OK || sqlite3_db_readonly(handle, "main") == 1 {
            // A folder that may not be written holds no unfinished transaction that could be undone.
            sqlite3_close_v2(handle)
            handle = nil
            status = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        }
        guard status == SQLITE_OK, let handle else {
            let error = SQLiteConnection.error("open", path, handle, status)
            sqlite3_close_v2(handle)
            throw error
        }
        self.handle = handle
        self.path = path
        // Somebody who looks into the file while it is written may hold it for a moment.
        sqlite3_busy_timeout(handle, 2_000)
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs statements without parameters and results.
    func execute(_ sql: String, _ operation: String = "write") throws(TraceStoreError) {
        let status = sqlite3_exec(handle, sql, nil, nil, nil)
        guard status == SQLITE_OK else { throw failure(operation, status) }
    }

    /// Undoes the transaction under way, if SQLite has not done so itself.
    func rollBack() {
        if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
    }

    /// Prepares a statement; it must go before the connection does.
    func prepare(_ sql: String, _ operation: String = "write") throws(TraceStoreError) -> SQLiteStatement {
        var statement: OpaquePointer?
        let status = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard status == SQLITE_OK, let statement else { throw failure(operation, status) }
        return SQLiteStatement(statement)
    }

    /// The connection's last error.
    func failure(_ operation: String, _ status: Int32) -> TraceStoreError {
        SQLiteConnection.error(operation, path, handle, status)
    }

    private static func error(
        _ operation: String,
        _ path: String,
        _ handle: OpaquePointer?,
        _ status: Int32
    ) -> TraceStoreError {
        let message = handle.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(status)
        return TraceStoreError(
            operation: operation,
            target: path,
            reason: message.map { String(cString: $0) } ?? "SQLite error \(status)",
            systemError: handle.map { sqlite3_system_errno($0) } ?? 0
        )
    }
}

/// A prepared statement, finalised with its owner.
struct SQLiteStatement: ~Copyable {
    /// SQLite copies the text before the call returns.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { sqlite3_finalize(handle) }

    func bind(_ value: Int64, at index: Int32) { sqlite3_bind_int64(handle, index, value) }

    func bindNull(at index: Int32) { sqlite3_bind_null(handle, index) }

    func bind(_ value: UInt32?, at index: Int32) {
        if let value { bind(Int64(value), at: index) } else { bindNull(at: index) }
    }

    func bind(_ text: String?, at index: Int32) {
        guard let text else { return bindNull(at: index) }
        sqlite3_bind_text(handle, index, text, Int32(text.utf8.count), SQLiteStatement.transient)
    }

    /// A number in as few bytes as SQLite has for it: whole ones as integers, undefined ones as NULL.
    func bind(number: Double, at index: Int32) {
        if number.magnitude < 0x1p53, number == number.rounded(.towardZero),
            number != 0 || number.sign == .plus
        {
            bind(Int64(number), at: index)
        } else if number.isFinite {
            sqlite3_bind_double(handle, index, number)
        } else {
            bindNull(at: index)
        }
    }

    /// Runs the statement to its next row; `false` at its end.
    func step(_ connection: borrowing SQLiteConnection, _ operation: String) throws(TraceStoreError) -> Bool {
        let status = sqlite3_step(handle)
        if status == SQLITE_ROW { return true }
        guard status == SQLITE_DONE else {
            let error = connection.failure(operation, status)
            sqlite3_reset(handle)
            throw error
        }
        sqlite3_reset(handle)
        return false
    }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// A number; NULL is NaN.
    func number(_ column: Int32) -> Double {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_NULL: .nan
        case SQLITE_INTEGER: Double(sqlite3_column_int64(handle, column))
        default: sqlite3_column_double(handle, column)
        }
    }

    func text(_ column: Int32) -> String? {
        guard let bytes = sqlite3_column_text(handle, column) else { return nil }
        return String(cString: bytes)
    }
}
