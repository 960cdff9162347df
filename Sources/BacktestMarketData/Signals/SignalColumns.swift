import BacktestModel

/// Where the columns of a signal lie in a file.
struct SignalColumns {
    static let optionalNames = ["strength", "quantity", "stop", "target", "limit"]

    var timestamp = 0
    var symbol = 0
    var action = 0
    /// By the names of `optionalNames`; `nil` where the file has no such column.
    var optional: [Int?]
    var fieldCount: Int
    var warnings: [DataProblem] = []

    /// Whether a line names the columns of a signal, one of the three missing at most.
    static func isHeader(_ names: [String]) -> Bool {
        let known = Set(names.map { $0.lowercased() })
        let hasStamp = known.contains("timestamp") || BarColumns.stampAliases.contains { known.contains($0) }
        return [hasStamp, known.contains("symbol"), known.contains("action")].count { $0 } >= 2
    }

    init(header: [String], file: String) throws(MarketDataError) {
        fieldCount = header.count
        let names = header.map { $0.lowercased() }
        if names.first.flatMap({ SignalColumns.isStamp($0) }) == true {
            throw MarketDataError(
                DataProblem(
                    file: file,
                    line: 1,
                    kind: .missingHeader,
                    message: "the first line is data, not a header",
                    remedy: "put 'timestamp,symbol,action' in a line above it"
                )
            )
        }
        var search = ColumnSearch(names: names, file: file)
        timestamp = search.stamp() ?? 0
        symbol = search.needed("symbol") ?? 0
        action = search.needed("action") ?? 0
        optional = SignalColumns.optionalNames.map { search.optional($0) }
        if !search.problems.isEmpty { throw MarketDataError(problems: search.problems) }
        for name in names where !name.isEmpty && name != "timestamp" && name != "symbol" && name != "action" {
            guard !SignalColumns.optionalNames.contains(name) else { continue }
            guard let near = nearestWord(to: name, among: SignalColumns.optionalNames) else { continue }
            warnings.append(
                DataProblem(
                    file: file,
                    line: 1,
                    column: name,
                    kind: .ignored,
                    message: "the column '\(name)' is not read",
                    remedy: "did you mean '\(near)'?"
                )
            )
        }
    }

    private static func isStamp(_ name: String) -> Bool {
        var text = Array(name.uppercased().utf8)
        return text.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return false }
            let field = FieldText(start: UnsafePointer(start), count: buffer.count)
            return ISOStamp(field) != nil || !DecimalNumber.parse(field.start, field.count).isNaN
        }
    }
}
