public import BacktestModel

/// How many units an entry asks for.
public enum SizingMethod: String, Sendable, Hashable, CaseIterable {
    /// The most whose notional and commission fit into that share of equity.
    case percentOfEquity = "percent_of_equity"
    /// That many units.
    case fixedQuantity = "fixed_quantity"
    /// That much currency over the price.
    case fixedNotional = "fixed_notional"
    /// That share of equity over the distance to the stop; 0 where there is no stop.
    case riskPerTrade = "risk_per_trade"
    /// The share of equity that has that yearly volatility, at most `max_leverage`.
    case volatilityTarget = "volatility_target"
    /// The Kelly fraction of the sleeve's closed trades, from 0 to that share of equity.
    case kelly
}

/// The price at which a size is decided.
public enum SizingPrice: String, Sendable, Hashable, CaseIterable {
    /// At the price of the fill, slippage included: an order never overdraws the cash.
    case fill
    /// At the close of the decision; what no longer fits at the fill is cut, and the cut reported.
    case signal
}

/// Whose equity a sizing value is a share of (rule R40a).
public enum SizingBasis: String, Sendable, Hashable, CaseIterable {
    /// The sleeve's: its share of the capital and what it has made since.
    case sleeve
    /// The whole portfolio's.
    case portfolio
}

/// The sizing rule of a portfolio (rules R41 to R44).
public struct SizingOptions: Sendable, Hashable {
    /// The rule.
    public var method: SizingMethod = .percentOfEquity
    /// Share of equity, units, currency, share at risk, yearly volatility or cap of the fraction, after the method.
    public var value: Double = 1
    /// Whose equity `value` is a share of.
    public var basis: SizingBasis = .sleeve
    /// Where the size is decided.
    public var price: SizingPrice = .fill
    /// Units are multiples of this; `nil` for fractional units.
    public var lotSize: Double?
    /// Bars of log returns behind the volatility estimate of `volatility_target`.
    public var lookback: Int = 20
    /// Closed trades of the sleeve that `kelly` needs before it estimates; until then `value` is used.
    public var minimumTrades: Int = 10
    /// Share of the full Kelly fraction that is used.
    public var kellyMultiplier: Double = 1
    /// Whether the size is multiplied by the signal's strength.
    public var scaleByStrength: Bool = false

    /// All of equity, fractional units.
    public init() {}
}

/// What happens where stop and target both lie inside one bar (rule R4).
public enum IntrabarRule: String, Sendable, Hashable, CaseIterable {
    /// The stop fills: the worse of the two.
    case stopFirst = "stop_first"
    /// The target fills: the better of the two.
    case targetFirst = "target_first"
    /// The one nearer to the bar's open fills; at the same distance the stop.
    case nearestOpen = "nearest_open"
}

/// Protection of trades and limits of a portfolio (rules R60 to R66); `nil` and the defaults switch a rule off.
public struct RiskOptions: Sendable, Hashable {
    /// Distance of the protective stop from the entry fill.
    public var stopLoss: Distance?
    /// Distance of the target from the entry fill.
    public var takeProfit: Distance?
    /// Distance of the trailing stop from the best price since the entry.
    public var trailingStop: Distance?
    /// Bars after which a close is decided.
    public var maxHoldingBars: Int?
    /// Share of the peak equity whose loss halts the container, in (0, 1].
    public var maxDrawdown: Double?
    /// Sleeves that may be projected non-flat at once.
    public var maxPositions: Int?
    /// Notional allowed a unit of cash; 1 is unlevered.
    public var maxLeverage: Double = 1
    /// Share of the previous day's last equity whose loss halts the container until the next day, in (0, 1].
    public var dailyLossLimit: Double?
    /// Bars after an exit fill on which entries are rejected.
    public var cooldownBars: Int = 0
    /// Stop and target inside one bar.
    public var intrabar: IntrabarRule = .stopFirst

    /// No protection, no leverage.
    public init() {}
}

/// Whether sleeves have cash of their own (rule R40).
public enum CashMode: String, Sendable, Hashable, CaseIterable {
    /// Each sleeve spends what its weight gave it and what it has made since.
    case perSleeve = "per_sleeve"
    /// All sleeves spend from one account, in the order of the config.
    case shared
}

/// Everything that tells one portfolio from another, after a parameter set has been applied.
public struct PortfolioOptions: Sendable, Hashable {
    /// Cash at the start, in currency, positive.
    public var initialCapital: Double = 100_000
    /// The sides that may be opened.
    public var direction: Direction = .longOnly
    /// Whose cash a sleeve spends.
    public var cash: CashMode = .perSleeve
    /// Weight of each strategy, in the order of the portfolio's `strategies:`; positive.
    public var weights: [Double] = []
    /// Whether a signal may add to a position that is already open.
    public var pyramiding: Bool = false
    /// Size of entries.
    public var sizing = SizingOptions()
    /// Protection and limits.
    public var risk = RiskOptions()

    /// The defaults of trading.md.
    public init() {}
}
