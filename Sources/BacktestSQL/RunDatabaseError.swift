public import BacktestColumnar
public import BacktestResults
public import BacktestTracing

/// Why runs could not be asked with SQL, or exported.
public enum RunDatabaseError: Error, Sendable {
    /// DuckDB is not there, or refuses the statement.
    case database(ColumnarError)
    /// A file of a run cannot be read.
    case run(RunReadError)
    /// A stored trace cannot be read.
    case trace(TraceReader.Failure)
    /// A file cannot be written.
    case storage(StorageError)
}
