import CDuckDB

/// A connection to a database, for one thread at a time.
///
/// A class because it owns what DuckDB holds, and results and writers refer to it.
public final class ColumnarConnection {
    /// The database.
    public let database: ColumnarDatabase
    let handle: duckdb_connection
    var functions: duckdb_functions { database.library.functions.pointee }

    init(_ database: ColumnarDatabase) throws(ColumnarError) {
        self.database = database
        var opened: duckdb_connection?
        guard database.library.functions.pointee.connect(database.handle, &opened) == 0, let opened else {
            throw ColumnarError(.refused, "DuckDB opens no connection; is memory short?")
        }
        handle = opened
    }

    deinit {
        var opened: duckdb_connection? = handle
        functions.disconnect(&opened)
    }

    /// Carries out statements whose results nobody needs.
    public func execute(_ sql: String) throws(ColumnarError) {
        _ = try query(sql)
    }

    /// Carries out statements; the result is the last one's, held in memory.
    public func query(_ sql: String) throws(ColumnarError) -> ColumnarResult {
        var raw = duckdb_result()
        let state = functions.query(handle, sql, &raw)
        // Owned from here on, so that a failed one is destroyed too.
        let result = ColumnarResult(self, raw)
        guard state == 0 else { throw result.failure }
        return result
    }

    /// Carries out one SELECT and hands its rows over as they come; refuses every other statement.
    public func select(_ sql: String) throws(ColumnarError) -> ColumnarResult {
        var extracted: duckdb_extracted_statements?
        let count = functions.extract_statements(handle, sql, &extracted)
        defer { functions.destroy_extracted(&extracted) }
        guard count > 0, let statements = extracted else {
            let reason = extracted.flatMap { functions.extract_statements_error($0) }
            throw ColumnarError(.refused, reason.map { String(cString: $0) } ?? "there is no statement")
        }
        guard count == 1 else {
            throw ColumnarError(.refused, "one SELECT is expected, these are \(count) statements")
        }
        var prepared: duckdb_prepared_statement?
        let state = functions.prepare_extracted_statement(handle, statements, 0, &prepared)
        defer { functions.destroy_prepare(&prepared) }
        guard state == 0, let statement = prepared else {
            let reason = prepared.flatMap { functions.prepare_error($0) }
            throw ColumnarError(.refused, reason.map { String(cString: $0) } ?? "it cannot be prepared")
        }
        // 1 is DUCKDB_STATEMENT_TYPE_SELECT.
        guard functions.prepared_statement_type(statement) == 1 else {
            throw ColumnarError(.refused, "only a SELECT can be asked here; nothing is ever changed")
        }
        var raw = duckdb_result()
        let done = functions.execute_prepared_streaming(statement, &raw)
        let result = ColumnarResult(self, raw)
        guard done == 0 else { throw result.failure }
        return result
    }
}
