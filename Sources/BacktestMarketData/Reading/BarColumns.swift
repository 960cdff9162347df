/// Where the columns of a bar lie in a file, found in its header by name, in any case and order.
struct BarColumns {
    /// Names that stand for the stamp where there is no column `timestamp`.
    static let stampAliases = ["date", "datetime", "time"]
    /// Names of a column that says which symbol a row belongs to.
    static let symbolNames = [
        "symbol", "ticker", "instrument", "sym", "tic", "security", "act_symbol", "ticker_symbol",
        "stock_symbol", "tradingsymbol", "instrument_id", "asset", "pair", "currency_pair", "code", "ts_code",
        "stock_code", "secid", "isin",
    ]
    private static let prices = ["open", "high", "low", "close", "volume"]

    /// Whether a line names at least three of the columns of a bar.
    static func isHeader(_ names: [String]) -> Bool {
        let known = Set(prices + stampAliases + ["timestamp"])
        return Set(names.map { $0.lowercased() }).intersection(known).count >= 3
    }

    var timestamp = 0
    var open = 0
    var high = 0
    var low = 0
    var close = 0
    var volume = 0
    var vwap: Int?
    /// The column that says which symbol a row belongs to.
    var symbol: Int?
    /// That column's name as the file has it.
    var symbolName = "symbol"
    /// Number of fields that every row must have.
    var fieldCount: Int

    /// Finds the columns; every problem of the header is reported.
    init(header: [String], file: String) throws(MarketDataError) {
        fieldCount = header.count
        let names = header.map { $0.lowercased() }
        if let problem = BarColumns.notAHeader(names, file: file) { throw MarketDataError(problem) }
        var search = ColumnSearch(names: names, file: file)
        timestamp = search.stamp() ?? 0
        open = search.needed("open") ?? 0
        high = search.needed("high") ?? 0
        low = search.needed("low") ?? 0
        close = search.needed("close") ?? 0
        volume = search.needed("volume") ?? 0
        vwap = search.optional("vwap")
        symbol = BarColumns.symbolNames.lazy.compactMap { names.firstIndex(of: $0) }.first
        if let symbol { symbolName = header[symbol] }
        if !search.problems.isEmpty { throw MarketDataError(problems: search.problems) }
    }

    /// A first line that knows none of the names but holds a number or a stamp is data.
    private static func notAHeader(_ names: [String], file: String) -> DataProblem? {
        let known = Set(prices + stampAliases + ["timestamp"])
        guard !names.contains(where: known.contains) else { return nil }
        let holdsData = names.contains { name in
            var text = Array(name.utf8)
            return text.withUnsafeMutableBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return false }
                let field = FieldText(start: UnsafePointer(start), count: buffer.count)
                return !DecimalNumber.parse(field.start, field.count).isNaN || ISOStamp(field) != nil
            }
        }
        guard holdsData else { return nil }
        return DataProblem(
            file: file,
            line: 1,
            kind: .missingHeader,
            message: "the first line is data, not a header",
            remedy: "put 'timestamp,open,high,low,close,volume' in a line above it"
        )
    }
}
