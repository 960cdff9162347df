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

    /// Physical line of a row.
    func line(ofRow row: Int) -> Int {
        guard let mark = lineMarks.last(where: { $0.row <= row }) else { return row + 2 }
        return mark.line + row - mark.row
    }
}
