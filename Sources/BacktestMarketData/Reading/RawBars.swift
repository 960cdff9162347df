/// All bars of a file, and what the file was like.
struct RawBars: ~Copyable {
    var timestamps: ColumnBuilder<Int64>
    var open: ColumnBuilder<Double>
    var high: ColumnBuilder<Double>
    var low: ColumnBuilder<Double>
    var close: ColumnBuilder<Double>
    var volume: ColumnBuilder<Double>
    var vwap: ColumnBuilder<Double>
    var hasVWAP = false

    /// Where lines do not follow one another: from that row on, the line is `line` + (row - `row`).
    var lineMarks: [(row: Int, line: Int)] = []
    /// Where the offset that stamps carry changes: from that row on it is `seconds` east of UTC; before the first, 0.
    var offsetMarks: [(row: Int, seconds: Int32)] = []
    /// Whether the file runs from the newest bar to the oldest; the columns are in the order of time all the same.
    var runsBackwards = false
    /// What the user should know of how the file was read.
    var notices: [DataProblem] = []
    /// Rows that were dropped under `data.on_bad_row: drop`.
    var droppedRows = 0
    /// The first of their problems.
    var dropped: ProblemLog
    var sha256 = ""
    var byteCount = 0
    var compression = FileCompression.none

    init(file: String, capacity: Int) {
        timestamps = ColumnBuilder(capacity: capacity)
        open = ColumnBuilder(capacity: capacity)
        high = ColumnBuilder(capacity: capacity)
        low = ColumnBuilder(capacity: capacity)
        close = ColumnBuilder(capacity: capacity)
        volume = ColumnBuilder(capacity: capacity)
        vwap = ColumnBuilder(capacity: 1)
        dropped = ProblemLog(file: file)
    }

    var count: Int { timestamps.count }

    /// Turns a file that runs backwards into the order of time; marks of lines stay those of the file.
    mutating func reverse() {
        runsBackwards = true
        timestamps.reverse()
        open.reverse()
        high.reverse()
        low.reverse()
        close.reverse()
        volume.reverse()
        if hasVWAP { vwap.reverse() }
        reverseOffsets()
    }

    /// An offset counts from its row on, so in the other direction each mark moves to where its run now begins.
    private mutating func reverseOffsets() {
        guard !offsetMarks.isEmpty else { return }
        var runs = offsetMarks
        if runs[0].row > 0 { runs.insert((0, 0), at: 0) }
        var reversed: [(row: Int, seconds: Int32)] = []
        for (index, run) in runs.enumerated().reversed() {
            let end = index + 1 < runs.count ? runs[index + 1].row : count
            reversed.append((count - end, run.seconds))
        }
        offsetMarks = reversed
    }

    /// Physical line of a row.
    func line(ofRow row: Int) -> Int {
        let row = runsBackwards ? count - 1 - row : row
        guard let mark = lineMarks.last(where: { $0.row <= row }) else { return row + 2 }
        return mark.line + row - mark.row
    }
}
