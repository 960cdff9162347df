import BacktestResults

/// What a run of neighbouring parameter sets leaves for the end of the run, template by template.
struct ChunkResult: Sendable {
    /// Rows of summary.csv, in the order of the sets.
    var rows: [ByteBuffer]
    /// Totals.
    var totals: [RunTotals]
    /// Containers that failed: id and error, in the order of the sets.
    var failures: [[Manifest.Failure]]
    /// What traces lost, a sentence a container, in the order of the sets.
    var traceLosses: [String] = []
    var finished = 0
    var kept = 0

    var failed: Int { failures.reduce(0) { $0 + $1.count } }
}
