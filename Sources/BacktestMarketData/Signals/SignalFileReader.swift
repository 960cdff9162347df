import BacktestModel

/// Reads a signal file row by row into one list a symbol.
struct SignalFileReader: ~Copyable {
    private var rows: RowReader
    private let columns: SignalColumns
    private var stamps: StampReader
    private let tape: Tape
    private let symbols: [Int]
    private var builders: [SignalListBuilder]
    private var problems: ProblemLog
    private var previousStamp = Int64.min
    private var rowCount = 0
    private var rowsAfterEnd = 0
    private var rowsBeforeStart = 0
    private var otherSymbolRows: (count: Int, line: Int, symbol: String) = (0, 0, "")
    private var exitFieldRows: (count: Int, line: Int) = (0, 0)

    init(path: String, tape: Tape, symbols: [Int]) throws(MarketDataError) {
        var rows = RowReader(source: try ByteSource.open(path), fieldCapacity: BarFileReader.fieldCapacity)
        guard try rows.next() else {
            throw MarketDataError(
                DataProblem(
                    file: path,
                    line: 1,
                    kind: .empty,
                    message: "the file is empty",
                    remedy: "it needs a header: timestamp,symbol,action"
                )
            )
        }
        let fieldCount = min(rows.fieldCount, BarFileReader.fieldCapacity)
        let names = (0..<fieldCount).map { rows.field($0).trimmed.text }
        columns = try SignalColumns(header: names, file: path)
        self.rows = rows
        self.tape = tape
        self.symbols = symbols
        stamps = StampReader(zone: tape.timeZone)
        builders = symbols.map { SignalListBuilder(series: tape.series[$0]) }
        problems = ProblemLog(file: path)
    }

    mutating func readRows() throws(MarketDataError) {
        var blankLine: Int?
        do {
            while !problems.isFull, try rows.next() {
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
                "\(counted(rowsBeforeStart)) before data.start and has no effect",
                remedy: "set data.start earlier to trade them"
            )
        }
        if rowsAfterEnd > 0 {
            warn(
                line: nil,
                "\(counted(rowsAfterEnd)) after the last bar and has no effect",
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
        count == 1 ? "1 row belongs to a time" : "\(count) rows belong to times"
    }
}

extension SignalFileReader {
    private mutating func readStamp() -> Int64? {
        let field = rows.field(columns.timestamp).trimmed
        // Equal stamps are in order here, so an overlap keeps its first reading while the rows before allow it.
        let before = previousStamp == Int64.min ? previousStamp : previousStamp - 1
        switch stamps.read(field, after: before) {
        case .refused(let message, let remedy):
            problems.add(line: rows.line, column: "timestamp", .badTimestamp, message, remedy: remedy)
            return nil
        case .instant(let stamp):
            let isSorted = stamp >= previousStamp
            if !isSorted {
                let last = Timestamp(nanoseconds: previousStamp).iso8601
                problems.add(
                    line: rows.line,
                    column: "timestamp",
                    .unsortedTimestamp,
                    "\(field.quoted) is earlier than the row before (\(last))",
                    remedy: "sort the rows by time"
                )
            }
            previousStamp = stamp
            return isSorted ? stamp : nil
        }
    }

    private mutating func readSymbol() -> Int? {
        let field = rows.field(columns.symbol).trimmed
        let name = field.text
        if let index = tape.index(of: name) { return index }
        let near = nearestWord(to: name, among: tape.series.map(\.symbol))
        problems.add(
            line: rows.line,
            column: "symbol",
            .unknownSymbol,
            field.count == 0 ? "the symbol is empty" : "\(field.quoted) is not a symbol of data.bars",
            remedy: near.map { "did you mean '\($0)'?" } ?? "write a symbol of data.bars"
        )
        return nil
    }

    private mutating func readAction() -> SignalAction? {
        let field = rows.field(columns.action).trimmed
        let name = field.text
        if let action = SignalAction(name: name) { return action }
        let near = nearestWord(to: name, among: SignalAction.allCases.map(\.name))
        problems.add(
            line: rows.line,
            column: "action",
            .unknownAction,
            field.count == 0 ? "the action is empty" : "\(field.quoted) is not an action",
            remedy: near.map { "did you mean '\($0)'?" }
                ?? "write enter_long, exit_long, enter_short or exit_short"
        )
        return nil
    }

    /// Strength, quantity, stop, target, limit; NaN where the row says nothing, `nil` where it says something wrong.
    private mutating func readNumbers() -> [Double]? {
        var values: [Double] = []
        var isSound = true
        for (name, column) in zip(SignalColumns.optionalNames, columns.optional) {
            guard let column else {
                values.append(.nan)
                continue
            }
            let field = rows.field(column).trimmed
            if field.count == 0 {
                values.append(.nan)
                continue
            }
            let value = DecimalNumber.parse(field.start, field.count)
            values.append(value)
            let isStrength = name == "strength"
            if value.isNaN {
                isSound = false
                problems.add(
                    line: rows.line,
                    column: name,
                    .notAFiniteNumber,
                    "\(name) is \(field.quoted), not a finite number",
                    remedy: "write a plain decimal number, or leave the field empty"
                )
            } else if isStrength ? !(0...1).contains(value) : value <= 0 {
                isSound = false
                problems.add(
                    line: rows.line,
                    column: name,
                    .outOfRange,
                    "\(name) is \(field.quoted), \(isStrength ? "outside 0 to 1" : "and must be above 0")",
                    remedy: "correct the row, or leave the field empty"
                )
            }
        }
        return isSound ? values : nil
    }
}
