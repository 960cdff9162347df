import BacktestMarketData
import BacktestModel

extension Series {
    /// Stamp of the first bar that trading sees, `nil` where there is none.
    var firstStamp: Timestamp? {
        firstTradable < count ? Timestamp(nanoseconds: timestamps[firstTradable]) : nil
    }

    /// Stamp of the last bar, `nil` where there is none.
    var lastStamp: Timestamp? { count > 0 ? Timestamp(nanoseconds: timestamps[count - 1]) : nil }
}
