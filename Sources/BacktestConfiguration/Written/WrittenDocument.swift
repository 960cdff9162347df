import BacktestEngine
import BacktestMetrics
import BacktestSweep
import BacktestTracing
import BacktestYAML

/// A whole configuration as written: every value checked by itself, no reference resolved yet.
struct WrittenDocument: Sendable {
    var name: Located<String>?
    var seed: UInt64 = 42
    var data: WrittenData?
    var strategies: [WrittenStrategy]?
    var portfolioSettings = WrittenPortfolioSettings()
    /// Nodes of `portfolios:` and `containers:`; read once `portfolio_settings:` is known.
    var containers: [WrittenPortfolio] = []
    var containerNodes: [YAMLNode] = []
    var execution = ExecutionOptions()
    var metrics = MetricsOptions()
    var results = ResultsOptions()
    var sweep: WrittenSweep?
    var traceRules: [TraceRule] = []
    var checks: [Located<String>] = []

    /// Whether every strategy has an id: else a name that leads to nothing may be that of one which has been reported.
    var namesItsStrategies: Bool {
        guard let strategies, !strategies.isEmpty else { return false }
        return strategies.allSatisfy { $0.id != nil }
    }
}
