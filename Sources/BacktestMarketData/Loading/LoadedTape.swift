/// One data file as it was loaded, for the manifest.
public struct LoadedFile: Sendable, Hashable {
    /// The symbol that it holds.
    public var symbol: String
    /// The path as the config gives it.
    public var path: String
    /// SHA-256 of the file's bytes as they lie on disk, 64 hexadecimal digits.
    public var sha256: String
    /// Number of those bytes.
    public var byteCount: Int
    /// How they are packed.
    public var compression: FileCompression
    /// Good rows in the file, those outside `data.start` and `data.end` included.
    public var rows: Int
    /// Bars on the tape, warm-up included, after resampling.
    public var bars: Int
    /// Rows dropped under `data.on_bad_row: drop`.
    public var droppedRows: Int
    /// The first of the dropped rows' problems, at most 20.
    public var droppedPlaces: [DataProblem]
    /// What the user should know: missing bars, doubtful timeframes, short warm-up.
    public var warnings: [DataProblem]
    /// Bars on the tape without volume.
    public var zeroVolumeBars: Int
    /// Bar length: of `resample`, else of the config, else what most bars keep; unknown for one bar.
    public var timeframe: BarLength

    /// Whether the bytes are packed.
    public var compressed: Bool { compression != .none }
}

/// All market data of a run and where it came from.
public struct LoadedTape: Sendable {
    /// The bars.
    public var tape: Tape
    /// The files, in the order of `data.bars`.
    public var files: [LoadedFile]
}
