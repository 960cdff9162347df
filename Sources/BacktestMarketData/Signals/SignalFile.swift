import BacktestModel

/// Signals made elsewhere: `timestamp,symbol,action[,strength,quantity,stop,target,limit]` (rule R39).
///
/// A row belongs to the first bar of its symbol whose stamp is at or after its own. Rows are sorted by time, equal stamps allowed.
/// Empty optional fields say nothing; `quantity`, `stop`, `target` and `limit` of an exit have no effect and are reported.
public enum SignalFile {
    /// Reads a file for some symbols of a tape, given as indices into `tape.series`.
    ///
    /// Throws its first problems (up to 20). Rows for symbols of the tape that are not asked for are left out, with a warning.
    public static func load(
        path: String,
        timeFormat: TimeFormat? = nil,
        tape: Tape,
        symbols: [Int]
    ) throws(MarketDataError) -> LoadedSignals {
        var reader = try SignalFileReader(path: path, timeFormat: timeFormat, tape: tape, symbols: symbols)
        try reader.readRows()
        return try reader.finish()
    }

    /// Looks whether a file is there, may be read, and has a header with the columns of a signal.
    public static func check(path: String) throws(MarketDataError) {
        _ = try SignalFileReader(
            path: path,
            timeFormat: nil,
            tape: Tape(series: [], timeZone: .utc),
            symbols: []
        )
    }
}
