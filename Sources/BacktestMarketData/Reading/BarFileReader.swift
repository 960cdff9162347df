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
    private var manner: Manner
    /// How the file must be read instead, once that is known.
    private var nextManner: Manner?
    private var symbols: SymbolFilter
    private var isRefused = false
    var previousStamp: Int64
    private var expectedLine = 2
    /// The offset that the rows before carry.
    private var offset: Int32 = 0

    /// What was found out about a file that must be known before its first row is read again.
    private struct Manner {
        /// Whether rows run from the newest to the oldest; `nil` where the first two tell.
        var isBackwards: Bool?
        /// Whether the rows of the configured symbol alone count.
        var selects = false
    }

    /// Reads a file's bars, or throws its first problems.
    static func read(_ source: BarSource, options: DataOptions) throws(MarketDataError) -> RawBars {
        var manner = Manner()
        while true {
            let bytes = try ByteSource.open(source.path)
            let packed = bytes.compression != .none
            // A row has 40 bytes or more; packed files shrink to a fifth or so.
            let capacity = min(bytes.fileByteCount / 40 * (packed ? 5 : 1), 1 << 26)
            let compression = bytes.compression
            var rows = RowReader(source: bytes, fieldCapacity: fieldCapacity)
            var bars = RawBars(file: source.path, capacity: capacity)
            let header = try HeaderSearch.header(
                of: &rows,
                file: source.path,
                &bars.notices,
                BarColumns.isHeader
            )
            let columns = try BarColumns(header: header, file: source.path)
            var reader = BarFileReader(
                rows: rows,
                columns: columns,
                source: source,
                options: options,
                manner: manner,
                bars: bars
            )
            try reader.readRows()
            guard let next = reader.nextManner else { return try reader.finish(compression: compression) }
            manner = next
        }
    }

    /// Reads a file's header and nothing else.
    static func check(path: String) throws(MarketDataError) {
        var rows = RowReader(source: try ByteSource.open(path), fieldCapacity: fieldCapacity)
        var notices: [DataProblem] = []
        let header = try HeaderSearch.header(of: &rows, file: path, &notices, BarColumns.isHeader)
        _ = try BarColumns(header: header, file: path)
    }

    private init(
        rows: consuming RowReader,
        columns: BarColumns,
        source: BarSource,
        options: DataOptions,
        manner: Manner,
        bars: consuming RawBars
    ) {
        let format = source.timeFormat ?? (rows.isParquet ? nil : source.csvTimeFormat)
        self.rows = rows
        self.columns = columns
        self.bars = bars
        self.manner = manner
        stamps = StampReader(
            zone: options.timeZone,
            format: format,
            setting: source.timeFormat == nil ? "data.csv.time_format" : "time_format"
        )
        stamps.runsBackwards = manner.isBackwards ?? false
        previousStamp = stamps.runsBackwards ? .max : .min
        symbols = SymbolFilter(
            wanted: source.symbol,
            column: columns.symbolName,
            selects: manner.selects
        )
        tolerance = options.tolerance
        dropsBadRows = options.onBadRow == .drop
        problems = ProblemLog(file: self.rows.path)
        self.bars.hasVWAP = columns.vwap != nil
    }

    private mutating func readRows() throws(MarketDataError) {
        var blankLine: Int?
        do {
            while nextManner == nil, !isLost || mayBeOthers, try rows.next() {
                if isLost {
                    if let column = columns.symbol, rows.fieldCount == columns.fieldCount {
                        _ = isOwn(rows.field(column).trimmed)
                    }
                    continue
                }
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
        guard nextManner == nil else { return }
        guard problems.isEmpty else { throw MarketDataError(problems: problems.problems) }
        if let refusal = symbols.refusal(file: rows.path) { throw MarketDataError(refusal) }
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

    /// Whether nothing that follows can save the file.
    private var isLost: Bool { problems.isFull || isRefused }

    /// Whether the rows so far may turn out to be those of another symbol, whose faults are not ours.
    private var mayBeOthers: Bool { columns.symbol != nil && symbols.mayTurnOut }

    /// Notes what is wrong with a row, as an error or as a dropped row.
    mutating func refuseRow(_ note: (inout ProblemLog) -> Void) {
        if dropsBadRows {
            bars.droppedRows += 1
            note(&bars.dropped)
        } else {
            note(&problems)
        }
    }

    /// Refuses the whole file for what one row shows; no other row is looked at.
    mutating func refuseFile(
        line: Int,
        column: String,
        _ kind: DataProblemKind,
        _ message: String,
        remedy: String
    ) {
        guard !isRefused else { return }
        isRefused = true
        problems.add(line: line, column: column, kind, message, remedy: remedy)
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
        if let column = columns.symbol, !isOwn(rows.field(column).trimmed) { return }
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
            stamps.runsBackwards ? stamp < previousStamp : stamp > previousStamp
        else {
            if turns(stampText) { return }
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

    /// Whether a row belongs to the symbol that is read; a second symbol may show that rows must be told apart.
    private mutating func isOwn(_ field: FieldText) -> Bool {
        switch symbols.take(field) {
        case .own: return true
        case .other: return false
        case .mixed:
            nextManner = manner
            nextManner?.selects = true
            return false
        }
    }

    /// Whether the current row shows that the file must be read in the other direction.
    ///
    /// The second row of a file that is earlier than the first turns it; where the third is not earlier still, it was a stray row.
    private mutating func turns(_ stampText: FieldText) -> Bool {
        guard case .instant(let stamp) = stamps.read(stampText, after: previousStamp) else { return false }
        if manner.isBackwards == nil, bars.count == 1, stamp < previousStamp {
            nextManner = manner
            nextManner?.isBackwards = true
        } else if stamps.runsBackwards, bars.count < 3, stamp > previousStamp {
            nextManner = manner
            nextManner?.isBackwards = false
        }
        return nextManner != nil
    }

    @inline(__always)
    private func number(_ column: Int) -> Double {
        let field = rows.field(column)
        let value = DecimalNumber.parse(field.start, field.count)
        if !value.isNaN { return value }
        let trimmed = field.trimmed
        return DecimalNumber.parse(trimmed.start, trimmed.count)
    }

    private mutating func finish(compression: FileCompression) throws(MarketDataError) -> RawBars {
        if let refusal = tooManyBadRows() { throw MarketDataError(problems: refusal) }
        if stamps.runsBackwards {
            bars.reverse()
            bars.notices.append(
                DataProblem(
                    file: rows.path,
                    kind: .newestFirst,
                    message:
                        "the file runs from the newest bar to the oldest and was read the other way round"
                )
            )
        }
        bars.notices += symbols.notices(file: rows.path)
        bars.sha256 = rows.digest()
        bars.byteCount = rows.byteCount
        bars.compression = compression
        var empty = RawBars(file: "", capacity: 1)
        swap(&empty, &bars)
        return empty
    }

    /// Dropping is for single rows: where it would take more than ten and more than one in a hundred, the file is refused.
    private func tooManyBadRows() -> [DataProblem]? {
        let (dropped, all) = (bars.droppedRows, bars.droppedRows + bars.count)
        guard dropped > 10, dropped * 100 > all else { return nil }
        let summary = DataProblem(
            file: rows.path,
            line: bars.dropped.problems.first?.line,
            kind: .tooManyBadRows,
            message: "\(dropped) of \(all) rows are bad, and data.on_bad_row: drop is for single ones "
                + "(at most 10, or 1 %)",
            remedy: "mend the file; its first problems follow"
        )
        return [summary] + bars.dropped.problems.prefix(5)
    }
}
