import BacktestEngine
import BacktestEvents
import BacktestMarketData
import BacktestModel
import BacktestTracing

/// A strategy on a symbol, as the run evaluates it: once per parameter set, whoever listens.
struct SignalSlot: Sendable, Hashable {
    /// Index into `RunPlan.strategies`.
    var strategy: Int
    /// Index into the tape's series.
    var symbol: Int
}

/// What all containers of one portfolio, or of one analysis container, have in common.
struct ContainerTemplate: Sendable {
    /// One strategy on one symbol, in the order of strategies, then symbols.
    struct Sleeve: Sendable {
        var strategyID: String
        var lane: Int
        /// Index into the run's signal slots.
        var slot: Int
    }

    /// The portfolio's or the analysis container's id.
    var id: String
    /// Index into `RunPlan.portfolios`, -1 for an analysis container.
    var portfolioIndex: Int
    /// The strategies whose signals it hears.
    var filter: StrategyFilter
    /// Index into the run's market frames.
    var frame: Int
    var sleeves: [Sleeve]
    /// Strategy indices in the order of their ids.
    var strategyOrder: [Int]

    var trades: Bool { portfolioIndex >= 0 }
    /// What trace rules take the container for.
    var kind: ContainerKind { trades ? .portfolio : .analysis }
}
