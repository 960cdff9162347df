public import BacktestEvents
public import BacktestModel

/// The signals of one strategy on one symbol, as they are offered to a container.
public struct DeliveredSignals: Sendable {
    /// Id of the strategy that published them.
    public var strategyID: String
    /// Lane of the symbol in the container's market frame.
    public var lane: Int
    /// The signals.
    public var list: SignalList
    /// What the FEATURES events of a traced container show, at most `featuresMax` columns over the symbol's bars.
    public var features: [Column<Double>]

    /// Most numbers that a FEATURES event has room for, beside the close.
    public static let featuresMax = 4

    /// Makes a delivery.
    public init(strategyID: String, lane: Int, list: SignalList, features: [Column<Double>] = []) {
        precondition(features.count <= DeliveredSignals.featuresMax)
        self.strategyID = strategyID
        self.lane = lane
        self.list = list
        self.features = features
    }
}

/// Everything a container needs to run; nothing in it is shared for writing.
public struct ContainerInput: Sendable {
    /// The container's id.
    public var id: String
    /// The strategies whose signals it hears, in the portfolio's order.
    public var filter: StrategyFilter
    /// The market.
    public var frame: MarketFrame
    /// One delivery a sleeve: by strategy in the filter's order, then by lane.
    public var deliveries: [DeliveredSignals]
    /// Fills and costs.
    public var execution: ExecutionOptions
    /// The portfolio.
    public var portfolio: PortfolioOptions
    /// Periods (bars) a year, for borrow and volatility targets.
    public var periodsPerYear: Double
    /// Whether the container trades; an analysis container only hears.
    public var trades: Bool
    /// Whether every bar is processed by itself, which BAR, FEATURES and per-bar PORTFOLIO_UPDATE events need.
    ///
    /// Never changes a result; tests hold the two ways equal byte for byte.
    public var stepwise: Bool

    /// Makes an input.
    public init(
        id: String,
        filter: StrategyFilter,
        frame: MarketFrame,
        deliveries: [DeliveredSignals],
        execution: ExecutionOptions,
        portfolio: PortfolioOptions,
        periodsPerYear: Double,
        trades: Bool = true,
        stepwise: Bool = false
    ) {
        self.id = id
        self.filter = filter
        self.frame = frame
        self.deliveries = deliveries
        self.execution = execution
        self.portfolio = portfolio
        self.periodsPerYear = periodsPerYear
        self.trades = trades
        self.stepwise = stepwise
    }
}

/// What a container's run leaves beside its events.
public struct ContainerOutcome: Sendable, Equatable {
    /// Why it was halted, `nil` for not at all.
    public var haltReason: ExitReason?
    /// Timeline index of the bar on which it was halted.
    public var haltBar = 0
    /// Rejected orders by `RejectionReason` raw value.
    public var rejections = [Int](repeating: 0, count: RejectionReason.allCases.count)
    /// Orders decided.
    public var orders = 0
    /// Entries whose size was cut to the cash at hand.
    public var cuts = 0
    /// Sales whose slippage was larger than the price, so that they filled at 0 (rule R51).
    public var salesAtZero = 0
    /// Timeline index of the bar of the first of them.
    public var firstSaleAtZero = 0
    /// Fills with `volume_impact` of more units than their bar's volume.
    public var fillsBeyondVolume = 0
    /// Timeline index of the bar of the first of them.
    public var firstFillBeyondVolume = 0
    /// Orders still open after the last bar.
    public var unfilled = 0
    /// Signals delivered to each sleeve, in the order of the deliveries.
    public var signals: [Int] = []

    /// An empty outcome.
    public init() {}
}
