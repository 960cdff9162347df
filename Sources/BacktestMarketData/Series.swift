public import BacktestModel

/// The bars of one symbol as columns of equal length, oldest first, immutable and shared.
public struct Series: Sendable {
    /// The name used in the config, in signals and in results.
    public let symbol: String
    /// How long the bars are (the config's word, else what most of them keep), when they end, and on which days they lie.
    public let calendar: BarCalendar
    /// Stamps in UTC nanoseconds as the file has them (bar openings unless `data.timestamp: close`), strictly increasing.
    public let timestamps: Column<Int64>
    /// When each bar has ended where the tape's timeframes differ and stamps are openings, else the stamp (rule R12).
    ///
    /// Only series of different timeframes meet by it (`times(beside:)`); else a file that nothing uses would move bars.
    public let known: Column<Int64>
    /// First traded prices.
    public let open: Column<Double>
    /// Highest prices.
    public let high: Column<Double>
    /// Lowest prices.
    public let low: Column<Double>
    /// Last prices.
    public let close: Column<Double>
    /// Traded units, 0 or more.
    public let volume: Column<Double>
    /// Volume-weighted average prices, where the file has them.
    public let vwap: Column<Double>?
    /// Index of the first bar that may be traded; the bars before it are warm-up (`data.warmup`).
    public let firstTradable: Int
    /// Stamp of the file's last bar before the first one here (it lies before `data.start`); `nil` where there is none.
    public let precedingTimestamp: Int64?

    /// Number of bars, warm-up included.
    public var count: Int { timestamps.count }

    /// How long the bars are.
    public var length: BarLength { calendar.length }

    /// The times by which these bars meet those of another series: `known` where the timeframes differ, so that a larger bar is
    /// never seen before it has ended, else the stamps, whatever other series the tape has.
    public func times(beside other: Series) -> Column<Int64> {
        length == other.length ? timestamps : known
    }

    /// Makes a series from columns of equal length.
    public init(
        symbol: String,
        calendar: BarCalendar,
        timestamps: Column<Int64>,
        known: Column<Int64>,
        open: Column<Double>,
        high: Column<Double>,
        low: Column<Double>,
        close: Column<Double>,
        volume: Column<Double>,
        vwap: Column<Double>? = nil,
        firstTradable: Int = 0,
        precedingTimestamp: Int64? = nil
    ) {
        precondition(known.count == timestamps.count && open.count == timestamps.count)
        precondition(high.count == timestamps.count && low.count == timestamps.count)
        precondition(close.count == timestamps.count && volume.count == timestamps.count)
        precondition(vwap == nil || vwap?.count == timestamps.count)
        precondition(firstTradable >= 0 && firstTradable <= timestamps.count)
        self.symbol = symbol
        self.calendar = calendar
        self.timestamps = timestamps
        self.known = known
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
        self.vwap = vwap
        self.firstTradable = firstTradable
        self.precedingTimestamp = precedingTimestamp
    }
}
