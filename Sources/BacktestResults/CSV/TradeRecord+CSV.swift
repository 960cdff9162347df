import BacktestModel

extension TradeRecord {
    /// The first line of trades.csv.
    static let header: StaticString = """
        trade_id,strategy_id,symbol,side,entry_time,entry_price,exit_time,exit_price,quantity,gross_pnl,commission,\
        slippage,net_pnl,return,bars_held,exit_reason,mae,mfe

        """

    /// Adds the row with its line feed.
    func write(into buffer: inout ByteBuffer) {
        let comma = UInt8(ascii: ",")
        buffer.append(tradeID)
        for text in [strategyID, symbol, side.name] {
            buffer.append(byte: comma)
            buffer.appendCSV(text)
        }
        buffer.append(byte: comma)
        buffer.append(entryTime)
        buffer.append(byte: comma)
        buffer.appendCSV(entryPrice)
        buffer.append(byte: comma)
        buffer.append(exitTime)
        for number in [exitPrice, quantity, grossProfit, commission, slippage, netProfit, netReturn] {
            buffer.append(byte: comma)
            buffer.appendCSV(number)
        }
        buffer.append(byte: comma)
        buffer.append(barsHeld)
        buffer.append(byte: comma)
        buffer.appendCSV(exitReason.name)
        buffer.append(byte: comma)
        buffer.appendCSV(maximumAdverseExcursion)
        buffer.append(byte: comma)
        buffer.appendCSV(maximumFavorableExcursion)
        buffer.append(byte: 0x0A)
    }
}
