import Foundation
import Testing

/// Whether the built program finds DuckDB; without it the tests that need it are skipped, and say so.
enum DuckDB {
    static let isThere: Bool = {
        let outcome = try? Admf()("doctor", "--json")
        return outcome?.output.contains("answers SQL") ?? false
    }()
    static let absence: Comment = "DuckDB is not there: scripts/duckdb.sh fetches it from PyPI"

    /// A place without it, for `ADMF_DUCKDB`.
    static let nowhere = ["ADMF_DUCKDB": "/nowhere/libduckdb.so"]
}
