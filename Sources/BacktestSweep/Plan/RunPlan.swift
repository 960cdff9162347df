public import BacktestEngine
public import BacktestMarketData
public import BacktestMetrics
public import BacktestRules
public import BacktestTracing

/// A run that cannot be wrong: every reference resolved, every value checked, every sweep value parsed.
///
/// Built by BacktestConfiguration from what a person wrote; read by `plan`, `run`, `resume` and `validate` alike.
public struct RunPlan: Sendable {
    /// Folder name of the run's results.
    public var name: String
    /// Seed of everything random.
    public var seed: UInt64 = 42
    /// Path of the config file as the user gave it.
    public var configurationPath: String
    /// The config file, byte for byte.
    public var configurationBytes: [UInt8]
    /// SHA-256 (64 hex digits) of the resolved config: `--set` and `--environment` included, layout and comments not.
    public var configurationHash: String
    /// The `--set` arguments that were applied, as `path=value`, in order.
    public var settings: [String] = []
    /// The environment that was chosen, `nil` for none.
    public var environment: String?
    /// Which bars are loaded.
    public var data = DataOptions()
    /// The strategies in config order.
    public var strategies: [StrategyPlan] = []
    /// Parameters of every strategy, one after the other (see `StrategyPlan.parameterOffset`), before the sweep's values
    /// are applied.
    public var parameters: [Double] = []
    /// The portfolios in config order.
    public var portfolios: [PortfolioPlan] = []
    /// The analysis containers in config order.
    public var analyses: [AnalysisPlan] = []
    /// Fills and costs before the sweep's values are applied.
    public var execution = ExecutionOptions()
    /// Annualisation before the sweep's values are applied.
    public var metrics = MetricsOptions()
    /// The parameter sets.
    public var sweep = SweepPlan()
    /// Which containers keep which events.
    public var tracing = TracingPlan()
    /// Where results go.
    public var results = ResultsOptions()
    /// Requirements of the config's `checks:`, as written.
    public var checks: [String] = []
    /// What the user should know before the run, one sentence each.
    public var warnings: [String] = []

    /// A plan without strategies or portfolios.
    public init(
        name: String,
        configurationPath: String,
        configurationBytes: [UInt8],
        configurationHash: String
    ) {
        self.name = name
        self.configurationPath = configurationPath
        self.configurationBytes = configurationBytes
        self.configurationHash = configurationHash
    }
}

/// A strategy: rules or a signal file, over some symbols.
public struct StrategyPlan: Sendable {
    /// Where its signals come from.
    public enum Source: Sendable {
        /// Rules in the rule language, built in or written in the config.
        case rules(StrategyRules)
        /// A CSV file of signals; the path is absolute or relative to the current folder.
        case file(path: String, timeFormat: TimeFormat? = nil)
    }

    /// The id.
    public var id: String
    /// Signals.
    public var source: Source
    /// Indices into `data.bars` of the symbols it trades, ascending.
    public var symbols: [Int]
    /// Where the strategy's parameters begin in `ContainerSettings.parameters`; in the order of its rules' parameter names.
    public var parameterOffset: Int

    /// Makes a strategy.
    public init(id: String, source: Source, symbols: [Int], parameterOffset: Int) {
        self.id = id
        self.source = source
        self.symbols = symbols
        self.parameterOffset = parameterOffset
    }
}

/// A portfolio: a template of containers.
public struct PortfolioPlan: Sendable {
    /// The id.
    public var id: String
    /// Indices into `RunPlan.strategies` in the portfolio's order; never empty: the filter of its subscription.
    public var strategies: [Int]
    /// Options before the sweep's values are applied.
    public var options: PortfolioOptions

    /// Makes a portfolio.
    public init(id: String, strategies: [Int], options: PortfolioOptions) {
        self.id = id
        self.strategies = strategies
        self.options = options
    }
}

/// A container that observes and does not trade.
public struct AnalysisPlan: Sendable {
    /// The id.
    public var id: String
    /// Indices into `RunPlan.strategies` whose signals it observes.
    public var strategies: [Int]
    /// Ids of the portfolios that it names, if any.
    public var portfolios: [String]

    /// Makes an analysis container.
    public init(id: String, strategies: [Int], portfolios: [String]) {
        self.id = id
        self.strategies = strategies
        self.portfolios = portfolios
    }
}

/// Where results go, and which files beside metrics.json are written.
public struct ResultsOptions: Sendable, Hashable {
    /// Folder of all results, absolute or relative to the current folder.
    public var directory: String = "results"
    /// Whether trades.csv is written.
    public var storeTrades: Bool = false
    /// Whether equity.csv is written.
    public var storeEquityCurve: Bool = false
    /// Whether returns.f64 and the statistics of the sweep are written.
    public var storeReturns: Bool = false
    /// When a running container's metrics so far are written.
    public var partialResults = PartialEvery.auto
    /// Whether summary.parquet, and trades.parquet where trades are stored, are written when a run is complete.
    public var writesParquet: Bool = false

    /// `results`, metrics.json only.
    public init() {}
}

/// When a running container's metrics so far are written to partial.json.
public enum PartialEvery: Sendable, Hashable {
    /// Every hundred trades of a container that has run for a second, at most once a second.
    case auto
    /// Every so many closed trades, >= 1.
    case trades(Int)
    /// Never.
    case never

    /// Closed trades from one to the next, `nil` for never.
    public var trades: Int? {
        switch self {
        case .auto: 100
        case .trades(let count): count
        case .never: nil
        }
    }

    /// Whether the clock decides too.
    public var isAuto: Bool { self == .auto }
}
