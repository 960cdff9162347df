import BacktestModel

/// Reads a signal file row by row into one list a symbol.
struct SignalFileReader: ~Copyable {
    var rows: RowReader
    let columns: SignalColumns
    var stamps: StampReader
    let tape: Tape
    private let symbols: [Int]
    private var builders: [SignalListBuilder]
    var problems: ProblemLog
    var previousStamp = Int64.min
    /// Whether the stamps are of a form that cannot be read, so that every row would say the same.
    var isRefused = false
    private var rowCount = 0
    private var rowsAfterEnd = 0
    private var rowsBeforeStart = 0
    private var otherSymbolRows: (count: Int, line: Int, symbol: String) = (0, 0, "")
    private var exitFieldRows: (count: Int, line: Int) = (0, 0)
    private var repeatedRows: (count: Int, line: Int) = (0, 0)

    init(
        path: String,
        timeFormat: TimeFormat?,
        tape: Tape,
        symbols: [Int]
    ) throws(MarketDataError) {
        var rows = RowReader(source: try ByteSource.open(path), fieldCapacity: BarFileReader.fieldCapacity)
        var notices: [DataProblem] = []
        let names = try HeaderSearch.header(of: &rows, file: path, &notices, SignalColumns.isHeader)
        var columns = try SignalColumns(header: names, file: path)
        columns.warnings += notices
        self.columns = columns
        self.rows = rows
        self.tape = tape
        self.symbols = symbols
        stamps = StampReader(zone: tape.timeZone, format: timeFormat, setting: "signals.time_format")
        builders = symbols.map { SignalListBuilder(series: tape.series[$0]) }
        problems = ProblemLog(file: path)
    }

    mutating func readRows() throws(MarketDataError) {
        var blankLine: Int?
        do {
            while !problems.isFull, !isRefused, try rows.next() {
                if rows.isBlank {
                    blankLine = blankLine ?? rows.line
                    continue
                }
                if let line = blankLine {
                    blankLine = nil
                    let remedy = "remove the line"
                    problems.add(
                        line: line,
                        column: nil,
                        .wrongFieldCount,
                        "the line is blank, and rows follow it",
                        remedy: remedy
                    )
                }
                rowCount += 1
                if rows.fieldCount == columns.fieldCount { readRow() } else { refuseFieldCount() }
            }
        } catch {
            problems.add(error.problems)
        }
    }

    private mutating func refuseFieldCount() {
        let found = rows.fieldCount
        problems.add(
            line: rows.line,
            column: nil,
            .wrongFieldCount,
            "the row has \(found) field\(found == 1 ? "" : "s"), the header has \(columns.fieldCount)",
            remedy: "complete or remove the row; an empty field stands for nothing said"
        )
    }

    private mutating func readRow() {
        let stamp = readStamp()
        let series = readSymbol()
        let action = readAction()
        let values = readNumbers()
        guard let stamp, let series, let action, let values else { return }
        guard let slot = symbols.firstIndex(of: series) else {
            if otherSymbolRows.count == 0 {
                otherSymbolRows = (0, rows.line, tape.series[series].symbol)
            }
            otherSymbolRows.count += 1
            return
        }
        if !action.isEntry, values.dropFirst().contains(where: { !$0.isNaN }) {
            if exitFieldRows.count == 0 { exitFieldRows.line = rows.line }
            exitFieldRows.count += 1
        }
        switch builders[slot].add(stamp: stamp, action: action, values: values, line: rows.line) {
        case .added: break
        case .beforeStart: rowsBeforeStart += 1
        case .afterEnd: rowsAfterEnd += 1
        case .repeated:
            if repeatedRows.count == 0 { repeatedRows.line = rows.line }
            repeatedRows.count += 1
        case .duplicate(let line):
            problems.add(
                line: rows.line,
                column: "action",
                .duplicateSignal,
                "\(action.name) for \(tape.series[series].symbol) belongs to the same bar as line \(line)",
                remedy: "keep one row of the two"
            )
        }
    }

    mutating func finish() throws(MarketDataError) -> LoadedSignals {
        if !problems.isEmpty { throw MarketDataError(problems: problems.problems) }
        return LoadedSignals(
            lists: builders.map { $0.list() },
            rows: rowCount,
            rowsAfterEnd: rowsAfterEnd,
            rowsBeforeStart: rowsBeforeStart,
            sha256: rows.digest(),
            byteCount: rows.byteCount,
            warnings: warnings()
        )
    }

    private func warnings() -> [DataProblem] {
        var found = columns.warnings
        func warn(line: Int?, _ message: String, remedy: String) {
            found.append(
                DataProblem(file: rows.path, line: line, kind: .ignored, message: message, remedy: remedy)
            )
        }
        if rowCount == 0 { warn(line: nil, "the file has no rows", remedy: "the strategy never signals") }
        if rowsBeforeStart > 0 {
            warn(
                line: nil,
                "\(counted(rowsBeforeStart)) before the first bar that is traded: no effect",
                remedy: "add older bars, or set data.start earlier, to trade them"
            )
        }
        if rowsAfterEnd > 0 {
            warn(
                line: nil,
                "\(counted(rowsAfterEnd)) after the last bar: no effect",
                remedy: "extend the data or data.end to trade them"
            )
        }
        if otherSymbolRows.count > 0 {
            warn(
                line: otherSymbolRows.line,
                "\(otherSymbolRows.count) rows are for symbols that the strategy does not trade, "
                    + "first \(otherSymbolRows.symbol)",
                remedy: "add them to the strategy's symbols to trade them"
            )
        }
        if repeatedRows.count > 0 {
            let noun = repeatedRows.count == 1 ? "1 row repeats" : "\(repeatedRows.count) rows repeat"
            warn(
                line: repeatedRows.line,
                "\(noun) an action of an earlier row that belongs to the same bar, and the earlier one acts",
                remedy: "nothing is to be done if signals are made more often than bars"
            )
        }
        if exitFieldRows.count > 0 {
            warn(
                line: exitFieldRows.line,
                "quantity, stop, target and limit have no effect on exits (\(exitFieldRows.count) rows)",
                remedy: "leave them empty"
            )
        }
        return found
    }

    private func counted(_ count: Int) -> String {
        count == 1 ? "1 row stands" : "\(count) rows stand"
    }
}
