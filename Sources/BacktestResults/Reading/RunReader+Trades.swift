public import BacktestModel
import Glibc

/// What a row of trades.csv says of a closed trade, as far as reports need it.
public struct StoredTrade: Sendable, Equatable {
    /// The strategy's id.
    public var strategyID: String
    /// The symbol.
    public var symbol: String
    /// `long` or `short`.
    public var side: String
    /// Stamp of the bar of the entry.
    public var entryTime: Timestamp
    /// Entry price.
    public var entryPrice: Double
    /// Stamp of the bar of the exit.
    public var exitTime: Timestamp
    /// Exit price.
    public var exitPrice: Double
    /// Net profit, in currency.
    public var netProfit: Double
    /// Bars held.
    public var barsHeld: Int
    /// Why it ended.
    public var exitReason: String
}

extension RunReader {
    /// The closed trades of a container, ordered by exit; `nil` where the run did not store them.
    public func trades(_ containerID: String) throws(RunReadError) -> [StoredTrade]? {
        let file = "\(path)/\(containerID)/trades.csv"
        var buffer = ByteBuffer()
        guard try RunReader.read(file, into: &buffer) else { return nil }
        guard let trades = buffer.withBytes({ RunReader.trades($0) }) else {
            throw RunReadError(
                .damaged,
                file,
                "damaged",
                remedy: "delete the container's folder and `admf resume`"
            )
        }
        return trades
    }

    private static func trades(_ bytes: UnsafeBufferPointer<UInt8>) -> [StoredTrade]? {
        var reader = CSVReader(bytes)
        guard let header = reader.nextRow()?.map({ $0.text(in: bytes) }), reader.endsWithLineFeed else {
            return nil
        }
        let names = [
            "strategy_id", "symbol", "side", "entry_time", "entry_price", "exit_time", "exit_price",
            "net_pnl",
            "bars_held", "exit_reason",
        ]
        let columns = names.compactMap { header.firstIndex(of: $0) }
        guard columns.count == names.count else { return nil }
        var trades: [StoredTrade] = []
        while let row = reader.nextRow() {
            guard row.count == header.count else { return nil }
            let fields = columns.map { row[$0] }
            guard let entry = Timestamp(printed: fields[3].text(in: bytes)),
                let exit = Timestamp(printed: fields[5].text(in: bytes)),
                let entryPrice = fields[4].number(in: bytes), let exitPrice = fields[6].number(in: bytes),
                let profit = fields[7].number(in: bytes),
                let bars = fields[8].number(in: bytes).flatMap({ Int(exactly: $0) })
            else { return nil }
            trades.append(
                StoredTrade(
                    strategyID: fields[0].text(in: bytes),
                    symbol: fields[1].text(in: bytes),
                    side: fields[2].text(in: bytes),
                    entryTime: entry,
                    entryPrice: entryPrice,
                    exitTime: exit,
                    exitPrice: exitPrice,
                    netProfit: profit,
                    barsHeld: bars,
                    exitReason: fields[9].text(in: bytes)
                )
            )
        }
        return trades
    }
}
