public import BacktestModel

/// The signals of one file, by symbol.
public struct LoadedSignals: Sendable, Equatable {
    /// One list for each symbol asked for, in that order.
    public var lists: [SignalList]
    /// Rows of the file.
    public var rows: Int
    /// Rows after the last bar of their symbol; they act on nothing (rule R39).
    public var rowsAfterEnd: Int
    /// Rows before the first bar that is traded; they act on nothing.
    public var rowsBeforeStart: Int
    /// SHA-256 of the file's bytes as they lie on disk, 64 hexadecimal digits.
    public var sha256: String
    /// Number of those bytes.
    public var byteCount: Int
    /// What the user should know.
    public var warnings: [DataProblem]
}
