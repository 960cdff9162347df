import BacktestColumnar
import Testing

/// DuckDB, where `make setup` could fetch it; without it the tests that need it are skipped, and say so.
enum DuckDB {
    static let isThere = (try? DuckDBLibrary.shared()) != nil
    static let absence: Comment = "DuckDB is not there: scripts/duckdb.sh fetches it from PyPI"

    static func connect() throws -> ColumnarConnection {
        try ColumnarDatabase(DuckDBLibrary.shared()).connect()
    }

    /// Every value of a result as text, by row.
    static func texts(_ result: ColumnarResult) throws -> [[String?]] {
        var rows: [[String?]] = []
        try result.forEachChunk { chunk in
            for row in 0..<chunk.rowCount {
                rows.append(
                    result.columns.indices.map { column in
                        chunk.text(column, row: row) ?? chunk.integer(column, row: row).map { String($0) }
                            ?? chunk.boolean(column, row: row).map { String($0) }
                            ?? chunk.number(column, row: row).map { String($0) }
                    }
                )
            }
        }
        return rows
    }
}
