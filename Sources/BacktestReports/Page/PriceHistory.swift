public import BacktestModel

/// The closes of a symbol, for the price chart and buy and hold.
public struct PriceHistory: Sendable {
    /// The symbol.
    public var symbol: String
    /// Stamps, oldest first.
    public var times: [Timestamp]
    /// Closes, one per stamp.
    public var closes: [Double]

    /// Makes a history with a close per stamp.
    public init(symbol: String, times: [Timestamp], closes: [Double]) {
        precondition(times.count == closes.count)
        self.symbol = symbol
        self.times = times
        self.closes = closes
    }

    /// The last close at or before a time, `nil` before the first.
    func close(at time: Timestamp) -> Double? {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : closes[low - 1]
    }
}
