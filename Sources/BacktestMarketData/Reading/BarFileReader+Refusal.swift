import BacktestModel

extension BarFileReader {
    /// Says everything that is wrong with the current row.
    mutating func refuseBar(
        open: Double,
        high: Double,
        low: Double,
        close: Double,
        volume: Double,
        vwap: Double
    ) {
        let line = rows.line
        var found = ProblemLog(file: rows.path)
        checkStamp(line: line, &found)
        var prices = [
            ("open", columns.open, open), ("high", columns.high, high), ("low", columns.low, low),
            ("close", columns.close, close),
        ]
        if let column = columns.vwap { prices.append(("vwap", column, vwap)) }
        let others = found.problems.count
        for (name, column, value) in prices where !(value > 0) {
            checkNumber(name, column, value, line: line, &found)
        }
        let pricesAreSound = found.problems.count == others
        if !(volume >= 0) { checkNumber("volume", columns.volume, volume, line: line, &found) }
        if pricesAreSound { checkRange(open, high, low, close, line: line, &found) }
        refuseRow { $0.add(found.problems) }
    }

    private mutating func checkStamp(line: Int, _ found: inout ProblemLog) {
        let field = rows.field(columns.timestamp).trimmed
        switch stamps.read(field, after: previousStamp) {
        case .refused(let message, let remedy):
            found.add(line: line, column: "timestamp", .badTimestamp, message, remedy: remedy)
        case .unreadableForm(let message, let remedy):
            refuseFile(line: line, column: "timestamp", .badTimestamp, message, remedy: remedy)
        case .instant(let stamp) where stamp == previousStamp:
            found.add(
                line: line,
                column: "timestamp",
                .duplicateTimestamp,
                "\(field.quoted) repeats the timestamp of the row before",
                remedy: "keep one row of the two"
            )
        case .instant(let stamp) where stamps.runsBackwards && stamp > previousStamp:
            let before = Timestamp(nanoseconds: previousStamp).iso8601
            found.add(
                line: line,
                column: "timestamp",
                .unsortedTimestamp,
                "\(field.quoted) is later than the row before (\(before)), in a file that runs from the newest bar to "
                    + "the oldest",
                remedy: "sort the rows by time"
            )
            if !dropsBadRows { previousStamp = stamp }
        case .instant(let stamp) where !stamps.runsBackwards && stamp < previousStamp:
            let before = Timestamp(nanoseconds: previousStamp).iso8601
            found.add(
                line: line,
                column: "timestamp",
                .unsortedTimestamp,
                "\(field.quoted) is earlier than the row before (\(before))",
                remedy: "sort the rows by time"
            )
            // The next row is compared with this one, so that one stray row is one problem.
            if !dropsBadRows { previousStamp = stamp }
        case .instant(let stamp):
            if !dropsBadRows { previousStamp = stamp }
        }
    }

    private func checkNumber(
        _ name: String,
        _ column: Int,
        _ value: Double,
        line: Int,
        _ found: inout ProblemLog
    ) {
        let field = rows.field(column).trimmed
        if value.isNaN {
            found.add(
                line: line,
                column: name,
                .notAFiniteNumber,
                field.count == 0 ? "\(name) is empty" : "\(name) is \(field.quoted), not a finite number",
                remedy: "write a plain decimal number with a point, or set data.on_bad_row: drop"
            )
        } else if name == "volume" {
            found.add(
                line: line,
                column: name,
                .negativeVolume,
                "volume is \(field.quoted), below 0",
                remedy: "correct the row, or set data.on_bad_row: drop"
            )
        } else {
            found.add(
                line: line,
                column: name,
                .nonPositivePrice,
                "\(name) is \(field.quoted), and prices must be above 0",
                remedy: "correct the row, or set data.on_bad_row: drop"
            )
        }
    }

    private func checkRange(
        _ open: Double,
        _ high: Double,
        _ low: Double,
        _ close: Double,
        line: Int,
        _ found: inout ProblemLog
    ) {
        let remedy = "correct the row, or set data.on_bad_row: drop"
        guard high >= low else {
            let message = "high \(high) is below low \(low)"
            found.add(line: line, column: "high", .ohlcInconsistent, message, remedy: remedy)
            return
        }
        for (name, value) in [("open", open), ("close", close)] {
            let isBelow = value < low - low * tolerance
            guard isBelow || value > high + high * tolerance else { continue }
            let bound = isBelow ? "below low \(low)" : "above high \(high)"
            let message = "\(name) \(value) is \(bound) by more than data.tolerance (\(tolerance))"
            found.add(line: line, column: name, .ohlcInconsistent, message, remedy: remedy)
        }
    }
}
