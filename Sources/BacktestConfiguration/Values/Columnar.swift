import BacktestColumnar

/// Whether Parquet can be written and read here.
enum Columnar {
    /// Why it can't, and what to do about it; `nil` where it can.
    ///
    /// Said before anything runs, so that no run finds out at its end.
    static var absence: (message: String, hint: String)? {
        do throws(ColumnarError) {
            _ = try DuckDBLibrary.shared()
            return nil
        } catch {
            return ("Parquet needs DuckDB: \(error.message)", error.remedy)
        }
    }
}
