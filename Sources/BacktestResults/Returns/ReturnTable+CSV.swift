import BacktestStatistics

extension ReturnTable {
    /// Columns of times that may stand first.
    private static let stampNames = ["timestamp", "date", "datetime", "time"]

    /// Reads a CSV file: a header of ids, then a row a period, oldest first; the first column may hold times, which are not read.
    ///
    /// Every cell must be a finite number above -1: a missing return is not 0, and nothing is guessed.
    public init(csv bytes: [UInt8], file: String) throws(ReturnTableError) {
        let read: Result<ReturnTable, ReturnTableError> = bytes.withUnsafeBufferPointer { bytes in
            do throws(ReturnTableError) {
                return .success(try ReturnTable(reading: bytes, file: file))
            } catch {
                return .failure(error)
            }
        }
        self = try read.get()
    }

    private init(reading bytes: UnsafeBufferPointer<UInt8>, file: String) throws(ReturnTableError) {
        var reader = CSVReader(bytes)
        guard let header = reader.nextRow(), header.count > 1 || !header[0].range.isEmpty else {
            throw ReturnTableError(
                file: file,
                message: "the file is empty",
                remedy: "it needs a header of ids and a row a period"
            )
        }
        let names = header.map { $0.text(in: bytes).trimmed }
        let first = ReturnTable.stampNames.contains(names[0].lowercased()) ? 1 : 0
        ids = Array(names[first...])
        try ReturnTable.check(ids, first: first, file: file)
        var columns = [[Double]](repeating: [], count: ids.count)
        while let row = reader.nextRow() {
            if row.count == 1, row[0].range.isEmpty { continue }
            guard row.count == names.count else {
                throw ReturnTableError(
                    file: file,
                    line: reader.line,
                    message: "the row has \(row.count) fields, the header has \(names.count)",
                    remedy: "complete or remove the row"
                )
            }
            for index in ids.indices {
                let field = row[first + index]
                guard let value = field.number(in: bytes), value.isFinite, value > -1 else {
                    let text = field.text(in: bytes)
                    throw ReturnTableError(
                        file: file,
                        line: reader.line,
                        column: ids[index],
                        message: text.isEmpty ? "the cell is empty" : "'\(text)' is no return above -1",
                        remedy: "write every return as a plain number: 0.01 for a gain of 1 %"
                    )
                }
                columns[index].append(value)
            }
        }
        guard columns[0].count > 1 else {
            throw ReturnTableError(
                file: file,
                message: "the file has \(columns[0].count) periods",
                remedy: "it needs 2 or more"
            )
        }
        matrix = ReturnMatrix(columns: columns)
    }

    private static func check(_ ids: [String], first: Int, file: String) throws(ReturnTableError) {
        var seen: Set<String> = []
        for (index, id) in ids.enumerated() where id.isEmpty || !seen.insert(id).inserted {
            throw ReturnTableError(
                file: file,
                line: 1,
                column: "\(first + index + 1)",
                message: id.isEmpty ? "the column has no id" : "the id '\(id)' stands there twice",
                remedy: "give every column an id of its own"
            )
        }
        guard !ids.isEmpty else {
            throw ReturnTableError(
                file: file,
                line: 1,
                message: "the header has no ids",
                remedy: "it needs a column a candidate"
            )
        }
        // A first line of numbers alone is a row without a header.
        if ids.allSatisfy({ Double($0) != nil }) {
            throw ReturnTableError(
                file: file,
                line: 1,
                message: "the first line is data, not a header of ids",
                remedy: "put a line of ids above it"
            )
        }
    }
}

extension String {
    /// The text without blanks at its ends.
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
