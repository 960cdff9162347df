import BacktestMarketData
import BacktestModel

/// The first and the last bar of each symbol, and what all of them share.
struct SymbolSpans {
    private let tape: LoadedTape

    init(_ tape: LoadedTape) { self.tape = tape }

    /// A line for each symbol and, where there are several, one for what they share.
    func text() -> String {
        let spans = tape.tape.series.map { ($0.symbol, $0.count, $0.firstStamp, $0.lastStamp) }
        let width = spans.map(\.0.count).max() ?? 0
        var text = ""
        for (symbol, count, first, last) in spans {
            guard let first, let last else { continue }
            let padding = String(repeating: " ", count: width - symbol.count)
            text +=
                "  \(symbol)\(padding)  \(first.iso8601) to \(last.iso8601), \(QuantityText.count(count)) "
            text += "bar\(count == 1 ? "" : "s")\(length(symbol))\n"
        }
        guard spans.count > 1 else { return text }
        let first = spans.compactMap(\.2).max()
        let last = spans.compactMap(\.3).min()
        guard let first, let last, first <= last else { return text + "  no time is shared by all symbols\n" }
        return text + "  all symbols have bars from \(first.iso8601) to \(last.iso8601)\n"
    }

    private func length(_ symbol: String) -> String {
        let length = tape.tape.series.first { $0.symbol == symbol }?.length ?? .unknown
        return length == .unknown ? "" : " of \(length.text)"
    }
}
