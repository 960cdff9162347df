public import BacktestModel

/// What happens to a row that breaks a rule.
public enum BadRowPolicy: String, Sendable, Hashable, CaseIterable {
    case refuse
    case drop
}

/// What a bar's stamp means (rule R12).
public enum TimestampMeaning: String, Sendable, Hashable, CaseIterable {
    case open
    case close
}

/// One entry of `data.bars`.
public struct BarSource: Sendable, Hashable {
    /// The symbol.
    public var symbol: String
    /// Path of the file, absolute or relative to the current folder.
    public var path: String
    /// Bar length, unknown where the config does not say.
    public var timeframe: BarLength
    /// Larger bar length to aggregate to; `nil` for none.
    public var resample: BarLength?
    /// How stamps are written; `nil` where the file tells.
    public var timeFormat: TimeFormat?
    /// The same for a file of text that has no `timeFormat`: stamps of Parquet have a type.
    public var csvTimeFormat: TimeFormat?

    /// Makes a source.
    public init(
        symbol: String,
        path: String,
        timeframe: BarLength = .unknown,
        resample: BarLength? = nil
    ) {
        self.symbol = symbol
        self.path = path
        self.timeframe = timeframe
        self.resample = resample
    }
}

/// A bound of `data.start` or `data.end` as written: an instant, or a whole local day in `data.timezone`.
public enum DateBound: Sendable, Hashable {
    case instant(Timestamp)
    case day(CivilDate)
}

/// Which bars a run loads, and how.
public struct DataOptions: Sendable, Hashable {
    /// The files, in the order of `data.bars`; symbols are distinct.
    public var bars: [BarSource] = []
    /// First bar, inclusive; `nil` for all.
    public var start: DateBound?
    /// Last bar, inclusive; a day is taken whole.
    public var end: DateBound?
    /// Bars before `start` that features see and trading does not (rule R10).
    public var warmup: Int = 0
    /// Zone of naive stamps, calendar days and hours: UTC where the config does not say.
    public var timeZone: TimeZoneRules {
        get { writtenTimeZone ?? .utc }
        set { writtenTimeZone = newValue }
    }
    /// The zone of `data.timezone`; `nil` leaves days to the offsets that stamps carry (rules R12, R13).
    public var writtenTimeZone: TimeZoneRules?
    /// Relative slack of open and close outside [low, high].
    public var tolerance: Double = 1e-6
    /// Rows that break a rule.
    public var onBadRow: BadRowPolicy = .refuse
    /// Age in nanoseconds beyond which another symbol's last bar says nothing; `nil` for the larger of 7 days and 3 of its
    /// bars (rule R25).
    public var staleAfter: Int64?
    /// What stamps mean.
    public var timestampMeaning: TimestampMeaning = .open

    /// No files.
    public init() {}
}
