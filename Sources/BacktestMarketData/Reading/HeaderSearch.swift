/// Finds the line of a file that names its columns.
enum HeaderSearch {
    /// Lines looked through for a header.
    private static let mostPreambleLines = 30

    /// The names of the header: the first line, or a later one where comments or titles stand above it.
    ///
    /// `isHeader` knows one by its names; where no line is one the first is given, which says best what is missing.
    static func header(
        of rows: inout RowReader,
        file: String,
        _ notices: inout [DataProblem],
        _ isHeader: ([String]) -> Bool
    ) throws(MarketDataError) -> [String] {
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
        guard rows.fieldCount <= BarFileReader.fieldCapacity else {
            throw MarketDataError(
                DataProblem(
                    file: file,
                    line: 1,
                    kind: .unsupportedFormat,
                    message:
                        "the header has \(rows.fieldCount) columns, more than \(BarFileReader.fieldCapacity)",
                    remedy: "keep those that are read"
                )
            )
        }
        let first = names(rows)
        if isHeader(first) { return first }
        if let separator = separator(first) {
            throw MarketDataError(
                DataProblem(
                    file: file,
                    line: 1,
                    kind: .unsupportedFormat,
                    message: "the first line says that fields are separated by '\(separator)'",
                    remedy: "separate them by commas"
                )
            )
        }
        let title = rows.field(0).quoted
        var line = 1
        while line < mostPreambleLines, try rows.next() {
            line += 1
            guard !rows.isBlank, rows.fieldCount <= BarFileReader.fieldCapacity, case let found = names(rows),
                isHeader(found)
            else { continue }
            notices.append(
                DataProblem(
                    file: file,
                    line: 1,
                    kind: .preamble,
                    message:
                        "the header is on line \(rows.line); what stands above it was passed over, first \(title)"
                )
            )
            return found
        }
        return first
    }

    private static func names(_ rows: borrowing RowReader) -> [String] {
        (0..<rows.fieldCount).map { rows.field($0).trimmed.text }
    }

    /// The separator of a line `sep=;` as spreadsheets write it; `nil` for a comma and for another line.
    private static func separator(_ names: [String]) -> Character? {
        guard names.count == 1, let name = names.first?.lowercased(), name.hasPrefix("sep="), name.count == 5
        else {
            return nil
        }
        return name.last
    }
}
