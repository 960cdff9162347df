import BacktestConcurrency
import BacktestResults

/// What a piece of work left, with its place among the pieces.
typealias IndexedPiece = IndexedResult<PieceResult>

/// A piece of work: neighbouring parameter sets of neighbouring templates.
struct Piece: Sendable {
    /// Place of its sets among the runs of sets.
    var chunk: Int
    /// Parameter sets.
    var sets: Range<Int>
    /// Indices of its templates.
    var templates: Range<Int>
}

/// What a piece of work leaves for the end of the run, template by template; where it was interrupted, as far as it came.
struct PieceResult: Sendable {
    /// The piece.
    var piece: Piece
    /// Rows of summary.csv, in the order of the sets; empty where they have been written away.
    var rows: [ByteBuffer]
    /// Where they have been written to, `nil` where they have not.
    var spilled: [RowSpill.Place]?
    /// Totals.
    var totals: [RunTotals]
    /// Containers that failed: id and error, in the order of the sets.
    var failures: [[Manifest.Failure]]
    /// Containers that are done, the first of those asked for.
    var done: [Int]
    /// What traces lost, a sentence a container, in the order of the sets.
    var traceLosses: [String] = []
    /// What containers did that a user should hear of.
    var findings = RunFindings()
    /// Nanoseconds that workers have waited for traces to be written.
    var traceWaitNanoseconds: Int64 = 0
    var kept = 0

    /// Bytes of the rows in memory.
    var rowByteCount: Int { rows.reduce(0) { $0 + $1.count } }
    var finished: Int { done.reduce(0, +) }
    var failed: Int { failures.reduce(0) { $0 + $1.count } }
}
