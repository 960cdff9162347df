import BacktestModel

extension SignalFileReader {
    mutating func readStamp() -> Int64? {
        let field = rows.field(columns.timestamp).trimmed
        // Equal stamps are in order here, so an overlap keeps its first reading while the rows before allow it.
        let before = previousStamp == Int64.min ? previousStamp : previousStamp - 1
        switch stamps.read(field, after: before) {
        case .unreadableForm(let message, let remedy):
            isRefused = true
            problems.add(line: rows.line, column: "timestamp", .badTimestamp, message, remedy: remedy)
            return nil
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

    mutating func readSymbol() -> Int? {
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

    mutating func readAction() -> SignalAction? {
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
    mutating func readNumbers() -> [Double]? {
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
