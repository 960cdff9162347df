public import BacktestMetrics
public import BacktestModel

/// How a container ended.
public enum ContainerStatus: String, Sendable, Hashable {
    case completed
    case failed
}

/// What one strategy or symbol contributed to a container.
public struct Attribution: Sendable, Equatable {
    /// The strategy id or symbol.
    public var key: String
    /// Signals delivered.
    public var signals: Int
    /// Closed trades.
    public var totalTrades: Int
    /// Closed trades with a net profit above 0.
    public var winningTrades: Int
    /// Sum of the closed trades' net profit, in currency.
    public var netProfit: Double

    /// Makes an attribution.
    public init(key: String, signals: Int, totalTrades: Int, winningTrades: Int, netProfit: Double) {
        self.key = key
        self.signals = signals
        self.totalTrades = totalTrades
        self.winningTrades = winningTrades
        self.netProfit = netProfit
    }

    /// Winning trades over closed trades, `nil` without trades.
    public var winRate: Double? { totalTrades == 0 ? nil : Double(winningTrades) / Double(totalTrades) }
}

/// Everything that a container's metrics.json says.
public struct ContainerRecord: Sendable, Equatable {
    /// Why and when a container was halted.
    public struct Halt: Sendable, Equatable {
        /// `max_drawdown` or `insolvency`.
        public var reason: String
        /// The bar's stamp.
        public var time: Timestamp

        /// Makes a halt.
        public init(reason: String, time: Timestamp) {
            self.reason = reason
            self.time = time
        }
    }

    /// The container's id, which is its folder's name.
    public var containerID: String
    /// The portfolio's id, or the analysis container's own.
    public var portfolioID: String
    /// The hash part of the run id.
    public var runHash: String
    /// How it ended.
    public var status: ContainerStatus = .completed
    /// What went wrong, for a failed container.
    public var error: String?
    /// Halt by a limit, `nil` for none.
    public var halted: Halt?
    /// Swept paths and values, in the order of the sweep.
    public var parameters: [(path: String, value: Scalar)] = []
    /// Ids of its strategies, in the portfolio's order.
    public var strategies: [String] = []
    /// Symbols it trades, in the order of `data.bars`.
    public var symbols: [String] = []
    /// First and last stamp and number of bars of its timeline; `nil` for a failed container.
    public var period: (start: Timestamp, end: Timestamp, bars: Int)?
    /// The metrics.
    public var metrics = MetricValues()
    /// By strategy, in the portfolio's order.
    public var byStrategy: [Attribution] = []
    /// By symbol, in the order of `data.bars`.
    public var bySymbol: [Attribution] = []
    /// Number of events of each type, in the order of the event types; types without events are left out.
    public var events: [(name: String, count: Int)] = []
    /// Orders that were rejected or cancelled, by reason, in the order of the reasons; reasons without orders are left out.
    public var rejections: [Named<Int>] = []
    /// Sales whose slippage was larger than the price: how many, and the bar of the first; `nil` for none.
    public var fillsAtZero: (count: Int, first: Timestamp)?
    /// Fills of more units than their bar's volume where `volume_impact` rests on it: how many, and the bar of the first.
    public var fillsBeyondVolume: (count: Int, first: Timestamp)?
    /// Events in memory at the end, at most at once, pruned, and dropped for want of room.
    public var memory: (events: Int, peak: Int, pruned: Int, dropped: Int) = (0, 0, 0, 0)
    /// What observers found that the trace settings ask for; empty where they ask for none.
    public var observers: [Named<[Named<Scalar>]>] = []

    /// Makes a record without results.
    public init(containerID: String, portfolioID: String, runHash: String) {
        self.containerID = containerID
        self.portfolioID = portfolioID
        self.runHash = runHash
    }

    /// Equality of everything that is printed.
    public static func == (a: ContainerRecord, b: ContainerRecord) -> Bool {
        a.containerID == b.containerID && a.portfolioID == b.portfolioID && a.runHash == b.runHash
            && a.status == b.status && a.error == b.error && a.halted == b.halted
            && a.parameters.elementsEqual(b.parameters, by: ==) && a.strategies == b.strategies
            && a.symbols == b.symbols && a.period?.start == b.period?.start && a.period?.end == b.period?.end
            && a.period?.bars == b.period?.bars && a.metrics == b.metrics && a.byStrategy == b.byStrategy
            && a.rejections == b.rejections && a.fillsAtZero?.count == b.fillsAtZero?.count
            && a.fillsAtZero?.first == b.fillsAtZero?.first
            && a.fillsBeyondVolume?.count == b.fillsBeyondVolume?.count
            && a.fillsBeyondVolume?.first == b.fillsBeyondVolume?.first
            && a.bySymbol == b.bySymbol && a.events.elementsEqual(b.events, by: ==) && a.memory == b.memory
            && a.observers == b.observers
    }
}

/// One closed round trip, a row of trades.csv (rule R74).
public struct TradeRecord: Sendable, Equatable {
    /// Number of the trade in the container's stream of entries, from 1.
    public var tradeID: Int
    /// The strategy's id.
    public var strategyID: String
    /// The symbol.
    public var symbol: String
    /// The side.
    public var side: Side
    /// Stamp of the bar of the first entry fill.
    public var entryTime: Timestamp
    /// Average entry price, slippage included.
    public var entryPrice: Double
    /// Stamp of the bar of the last exit fill.
    public var exitTime: Timestamp
    /// Average exit price, slippage included.
    public var exitPrice: Double
    /// Units, positive.
    public var quantity: Double
    /// Profit at fill prices before commission and borrow.
    public var grossProfit: Double
    /// Commission of all its fills.
    public var commission: Double
    /// Sum of |fill price - reference price| x quantity over its fills; for information.
    public var slippage: Double
    /// Gross profit less commission and borrow.
    public var netProfit: Double
    /// Exit bar less entry bar, in the symbol's bars.
    public var barsHeld: Int
    /// Why it ended.
    public var exitReason: ExitReason
    /// Worst excursion as a fraction of the entry price, 0 or less.
    public var maximumAdverseExcursion: Double
    /// Best excursion as a fraction of the entry price, 0 or more.
    public var maximumFavorableExcursion: Double

    /// Makes a row.
    public init(
        tradeID: Int,
        strategyID: String,
        symbol: String,
        side: Side,
        entryTime: Timestamp,
        entryPrice: Double,
        exitTime: Timestamp,
        exitPrice: Double,
        quantity: Double,
        grossProfit: Double,
        commission: Double,
        slippage: Double,
        netProfit: Double,
        barsHeld: Int,
        exitReason: ExitReason,
        maximumAdverseExcursion: Double,
        maximumFavorableExcursion: Double
    ) {
        self.tradeID = tradeID
        self.strategyID = strategyID
        self.symbol = symbol
        self.side = side
        self.entryTime = entryTime
        self.entryPrice = entryPrice
        self.exitTime = exitTime
        self.exitPrice = exitPrice
        self.quantity = quantity
        self.grossProfit = grossProfit
        self.commission = commission
        self.slippage = slippage
        self.netProfit = netProfit
        self.barsHeld = barsHeld
        self.exitReason = exitReason
        self.maximumAdverseExcursion = maximumAdverseExcursion
        self.maximumFavorableExcursion = maximumFavorableExcursion
    }

    /// Net profit over quantity x entry price.
    public var netReturn: Double { netProfit / (quantity * entryPrice) }
}
