/// When a market order meets a price.
public enum FillTiming: String, Sendable, Hashable, CaseIterable {
    /// At the open of the symbol's next bar, later by the latency.
    case nextOpen = "next_open"
    /// At the close of the symbol's next bar, later by the latency.
    case nextClose = "next_close"
    /// At the close of the bar of the decision: looks ahead, and a warning says so.
    case close
    /// At the `vwap` column of the symbol's next bar, later by the latency.
    case nextVWAP = "next_vwap"
}

/// What happens to orders in a bar without volume.
public enum ZeroVolume: String, Sendable, Hashable, CaseIterable {
    /// They fill as in any other bar.
    case fill
    /// Nothing fills, and no protective level is tested.
    case wait
}

/// Costs charged on each fill: `clamp(rate x q x p + perShare x q + perTrade, minimum, maximum)` (rule R50).
public struct Commission: Sendable, Hashable {
    /// Share of the notional, in [0, 1].
    public var rate: Double = 0
    /// Currency a unit traded.
    public var perShare: Double = 0
    /// Currency a fill.
    public var perTrade: Double = 0
    /// Least commission of a fill, in currency.
    public var minimum: Double = 0
    /// Greatest commission of a fill, in currency; infinite for none.
    public var maximum: Double = .infinity

    /// No commission.
    public init() {}
}

/// How far a fill lies from its reference price, always against the trader (rule R51).
public struct Slippage: Sendable, Hashable {
    /// Share of the price, in [0, 1].
    public var rate: Double = 0
    /// Number of ticks.
    public var ticks: Double = 0
    /// Price units a tick.
    public var tickSize: Double = 0
    /// Bid-ask spread in price units; half of it is paid.
    public var spread: Double = 0
    /// Bid-ask spread as a share of the price; half of it is paid.
    public var spreadRate: Double = 0
    /// Share of the price at full participation: price x this x sqrt(quantity / bar volume).
    public var volumeImpact: Double = 0

    /// No slippage.
    public init() {}
}

/// How orders become fills.
public struct ExecutionOptions: Sendable, Hashable {
    /// When market orders fill.
    public var fill: FillTiming = .nextOpen
    /// Extra bars before an order may fill.
    public var latencyBars: Int = 0
    /// Commission of every fill.
    public var commission = Commission()
    /// Slippage of market, stop, trailing, time, halt and end-of-data fills (rule R3).
    public var slippage = Slippage()
    /// Share of a bar's volume that may fill, in (0, 1]; `nil` for no limit.
    public var maxParticipation: Double?
    /// Bars without volume.
    public var zeroVolume: ZeroVolume = .fill
    /// Yearly rate on short notional (rule R52).
    public var borrowRate: Double = 0
    /// Entries rest as limit orders this far on the better side of the decision bar's close; `nil` for market orders.
    public var limitEntry: Distance?
    /// Entries rest as stop orders this far on the worse side of the decision bar's close; `nil` for market orders.
    public var stopEntry: Distance?
    /// Bars of the symbol, from its due bar on, after which what is left of a resting entry ends; `nil` for never (rule R34).
    public var expireBars: Int?
    /// Whether open positions are closed at the last close.
    public var closeAtEnd: Bool = false

    /// The defaults of trading.md.
    public init() {}
}
