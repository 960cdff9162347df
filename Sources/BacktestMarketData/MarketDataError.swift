/// What is wrong with a data file; the raw values are the codes that `--json` output and tests use.
public enum DataProblemKind: String, Sendable, Hashable, CaseIterable {
    /// The file does not exist, may not be read, or is no regular file.
    case cannotOpen = "cannot_open"
    /// Reading failed half-way.
    case cannotRead = "cannot_read"
    /// Parquet, an archive, UTF-16 and other things that are not CSV.
    case unsupportedFormat = "unsupported_format"
    /// A gzip or zstd stream is damaged, cut short, or followed by something else.
    case corruptCompression = "corrupt_compression"
    /// No bytes, or no rows.
    case empty
    /// `data.start` and `data.end` leave no bar.
    case emptyRange = "empty_range"
    /// The first line is data.
    case missingHeader = "missing_header"
    /// The header lacks a column that is needed.
    case missingColumn = "missing_column"
    /// The header has a column that is needed twice.
    case duplicateColumn = "duplicate_column"
    /// A row has more or fewer fields than the header.
    case wrongFieldCount = "wrong_field_count"
    /// A quoted field does not end, or goes on after its closing quote.
    case badQuoting = "bad_quoting"
    /// A row is longer than the reader's buffer.
    case rowTooLong = "row_too_long"
    /// A stamp that is not understood, is ambiguous, or names no instant.
    case badTimestamp = "bad_timestamp"
    /// A stamp equal to the one before it.
    case duplicateTimestamp = "duplicate_timestamp"
    /// A stamp earlier than the one before it.
    case unsortedTimestamp = "unsorted_timestamp"
    /// A field that is no finite decimal number.
    case notAFiniteNumber = "not_a_finite_number"
    /// A price of 0 or less.
    case nonPositivePrice = "non_positive_price"
    /// high < low, or open or close outside [low, high].
    case ohlcInconsistent = "ohlc_inconsistent"
    /// A volume below 0.
    case negativeVolume = "negative_volume"
    /// Signals rest at a limit that the run's fill has no meaning for.
    case misplacedLimit = "misplaced_limit"
    /// Bars are missing in a regular grid (a warning).
    case gap
    /// The bars are closer or further apart than the config's `timeframe` says (a warning).
    case timeframeMismatch = "timeframe_mismatch"
    /// `resample` is not larger than, or no multiple of, the file's timeframe.
    case badResample = "bad_resample"
    /// Fewer bars before `data.start` than `data.warmup` asks for (a warning).
    case shortWarmup = "short_warmup"
    /// More rows than single ones are bad, so dropping them would leave another series.
    case tooManyBadRows = "too_many_bad_rows"
    /// The file runs from the newest bar to the oldest (a notice).
    case newestFirst = "newest_first"
    /// Lines above the header that are no part of the table (a notice).
    case preamble
    /// The file's own name for the symbol differs from the config's, or other symbols' rows were left out (a notice).
    case otherSymbol = "other_symbol"
    /// The next open is a small fraction or multiple of a close (a warning).
    case splitLikeJump = "split_like_jump"
    /// A symbol that the config does not have.
    case unknownSymbol = "unknown_symbol"
    /// An action other than enter_long, exit_long, enter_short, exit_short.
    case unknownAction = "unknown_action"
    /// A second row for the same bar, symbol and action.
    case duplicateSignal = "duplicate_signal"
    /// A number outside its range in a signal file.
    case outOfRange = "out_of_range"
    /// Something in a signal file that has no effect (a warning).
    case ignored
}

/// One thing that is wrong with a data file, with its place and what to do about it.
public struct DataProblem: Sendable, Hashable, CustomStringConvertible {
    /// The path as the config gives it.
    public var file: String
    /// Physical line, header = 1; `nil` where no line is to blame.
    public var line: Int?
    /// Name of the column, lower case; `nil` where no column is to blame.
    public var column: String?
    /// What kind of problem.
    public var kind: DataProblemKind
    /// What is wrong, one sentence without a full stop.
    public var message: String
    /// What to do about it, one sentence without a full stop; may be empty.
    public var remedy: String

    /// Makes a problem.
    public init(
        file: String,
        line: Int? = nil,
        column: String? = nil,
        kind: DataProblemKind,
        message: String,
        remedy: String = ""
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.kind = kind
        self.message = message
        self.remedy = remedy
    }

    /// `FILE:LINE: column NAME: message (remedy) [kind]`.
    public var description: String {
        var text = file
        if let line { text += ":\(line)" }
        text += ": "
        if let column { text += "column \(column): " }
        text += message
        if !remedy.isEmpty { text += "; \(remedy)" }
        return text + " [\(kind.rawValue)]"
    }
}

/// Why market data or a signal file was refused: the first problems of each file, in the order of files and lines.
public struct MarketDataError: Error, Hashable, CustomStringConvertible {
    /// The problems, never empty.
    public var problems: [DataProblem]

    /// Makes an error; there is at least one problem.
    public init(problems: [DataProblem]) {
        precondition(!problems.isEmpty)
        self.problems = problems
    }

    init(_ problem: DataProblem) { self.problems = [problem] }

    /// One line a problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
