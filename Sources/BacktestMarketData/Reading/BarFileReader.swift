import BacktestModel

/// Reads one bar file from its first byte to its last and checks every row.
struct BarFileReader: ~Copyable {
    /// Columns beyond these are counted but cannot be used.
    static let fieldCapacity = 1_024

    var rows: RowReader
    let columns: BarColumns
    var stamps: StampReader
    let tolerance: Double
    let dropsBadRows: Bool
    private var bars: RawBars
    private var problems: ProblemLog
    var previousStamp = Int64.min
    private var expectedLine = 2
    /// The offset that the rows before carry.
    private var offset: Int32 = 0

    /// Reads a file's bars, or throws its first problems.
    static func read(path: String, options: DataOptions) throws(MarketDataError) -> RawBars {
        let source = try ByteSource.open(path)
        let packed = source.compression != .none
        // A row has 40 bytes or more; packed files shrink to a fifth or so.
        let capacity = min(source.fileByteCount / 40 * (packed ? 5 : 1), 1 << 26)
        let compression = source.compression
        var rows = RowReader(source: source, fieldCapacity: fieldCapacity)
        let columns = try readHeader(&rows, file: path)
        var reader = BarFileReader(
            rows: rows,
            columns: columns,
            options: options,
            bars: RawBars(file: path, capacity: capacity)
        )
        try reader.readRows()
        return reader.finish(compression: compression)
    }

    /// Reads a file's header and nothing else.
    static func check(path: String) throws(MarketDataError) {
        var rows = RowReader(source: try ByteSource.open(path), fieldCapacity: fieldCapacity)
        _ = try readHeader(&rows, file: path)
    }

    private init(
        rows: consuming RowReader,
        columns: BarColumns,
        options: DataOptions,
        bars: consuming RawBars
    ) {
        self.rows = rows
        self.columns = columns
        self.bars = bars
        stamps = StampReader(zone: options.timeZone)
        tolerance = options.tolerance
        dropsBadRows = options.onBadRow == .drop
        problems = ProblemLog(file: self.rows.path)
        self.bars.hasVWAP = columns.vwap != nil
    }

    private static func readHeader(
        _ rows: inout RowReader,
        file: String
    ) throws(MarketDataError) -> BarColumns {
        var hasRow = try rows.next()
        let beginsBlank = hasRow && rows.isBlank
        while hasRow && rows.isBlank { hasRow = try rows.next() }
        guard hasRow, !beginsBlank else {
            throw MarketDataError(
                DataProblem(
                    file: file,
                    line: 1,
                    kind: hasRow ? .missingHeader : .empty,
                    message: hasRow ? "the first line is blank, not a header" : "the file is empty",
                    remedy: hasRow ? "remove the line" : "it needs a header and at least one row"
                )
            )
        }
        guard rows.fieldCount <= fieldCapacity else {
            throw MarketDataError(
                DataProblem(
                    file: file,
                    line: 1,
                    kind: .unsupportedFormat,
                    message: "the header has \(rows.fieldCount) columns, more than \(fieldCapacity)",
                    remedy: "keep the columns of a bar"
                )
            )
        }
        let names = (0..<rows.fieldCount).map { rows.field($0).trimmed.text }
        return try BarColumns(header: names, file: file)
    }

    private mutating func readRows() throws(MarketDataError) {
        var blankLine: Int?
        do {
            while !problems.isFull, try rows.next() {
                if rows.isBlank {
                    blankLine = blankLine ?? rows.line
                    continue
                }
                if let line = blankLine {
                    blankLine = nil
                    refuseRow { log in
                        log.add(
                            line: line,
                            column: nil,
                            .wrongFieldCount,
                            "the line is blank, and rows follow it",
                            remedy: "remove the line"
                        )
                    }
                }
                if rows.fieldCount == columns.fieldCount { readRow() } else { refuseFieldCount() }
            }
        } catch {
            problems.add(error.problems)
        }
        guard problems.isEmpty else { throw MarketDataError(problems: problems.problems) }
        guard bars.count > 0 else {
            let dropped = bars.droppedRows
            throw MarketDataError(
                DataProblem(
                    file: rows.path,
                    line: 1,
                    kind: .empty,
                    message: dropped == 0
                        ? "the file has a header but no rows"
                        : "all \(dropped) rows are bad and were dropped",
                    remedy: "it needs at least one bar"
                )
            )
        }
    }

    /// Notes what is wrong with a row, as an error or as a dropped row.
    mutating func refuseRow(_ note: (inout ProblemLog) -> Void) {
        if dropsBadRows {
            bars.droppedRows += 1
            note(&bars.dropped)
        } else {
            note(&problems)
        }
    }

    private mutating func refuseFieldCount() {
        let line = rows.line
        let found = rows.fieldCount
        let expected = columns.fieldCount
        refuseRow { log in
            log.add(
                line: line,
                column: nil,
                .wrongFieldCount,
                "the row has \(found) field\(found == 1 ? "" : "s"), the header has \(expected)",
                remedy: found > expected
                    ? "write decimals with a point and no thousands separators, and quote fields with commas"
                    : "complete or remove the row"
            )
        }
    }

    @inline(__always)
    private mutating func readRow() {
        let stampText = rows.field(columns.timestamp).trimmed
        let open = number(columns.open)
        let high = number(columns.high)
        let low = number(columns.low)
        let close = number(columns.close)
        let volume = number(columns.volume)
        var vwap = 1.0
        if let column = columns.vwap { vwap = number(column) }
        // One chain of comparisons that NaN fails; what exactly is wrong is found out afterwards.
        let isSound =
            low > 0 && high >= low && volume >= 0 && vwap > 0 && open >= low - low * tolerance
            && close >= low - low * tolerance && open <= high + high * tolerance
            && close <= high + high * tolerance && open > 0 && close > 0
        guard isSound, case .instant(let stamp) = stamps.read(stampText, after: previousStamp),
            stamp > previousStamp
        else {
            refuseBar(open: open, high: high, low: low, close: close, volume: volume, vwap: vwap)
            return
        }
        previousStamp = stamp
        if rows.line != expectedLine {
            bars.lineMarks.append((bars.count, rows.line))
            expectedLine = rows.line
        }
        expectedLine &+= 1
        if stamps.offset != offset {
            offset = stamps.offset
            bars.offsetMarks.append((bars.count, offset))
        }
        bars.timestamps.append(stamp)
        bars.open.append(open)
        bars.high.append(high)
        bars.low.append(low)
        bars.close.append(close)
        // Minus zero becomes zero.
        bars.volume.append(volume + 0)
        if bars.hasVWAP { bars.vwap.append(vwap) }
    }

    @inline(__always)
    private func number(_ column: Int) -> Double {
        let field = rows.field(column)
        let value = DecimalNumber.parse(field.start, field.count)
        if !value.isNaN { return value }
        let trimmed = field.trimmed
        return DecimalNumber.parse(trimmed.start, trimmed.count)
    }

    private mutating func finish(compression: FileCompression) -> RawBars {
        bars.sha256 = rows.digest()
        bars.byteCount = rows.byteCount
        bars.compression = compression
        var empty = RawBars(file: "", capacity: 1)
        swap(&empty, &bars)
        return empty
    }
}
