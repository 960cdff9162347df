import BacktestEngine
import BacktestTracing
import BacktestYAML

/// One entry of `portfolios:` or `containers:` as written.
struct WrittenPortfolio: Sendable {
    /// What kind of container it describes.
    enum Kind: String, Sendable, CaseIterable {
        case portfolio
        case analysis
    }

    /// The weight of one strategy in `allocation:`.
    struct Weight: Sendable {
        var strategy: Located<String>
        var value: Double
    }

    var place: Located<Void>
    var node: YAMLNode
    var kind: Located<Kind>?
    var id: Located<String>?
    var strategies: [Located<String>]?
    var portfolios: [Located<String>]?
    var options: PortfolioOptions
    var allocation: [Weight]?
    var tracing: Located<TraceDirective>?
}

/// `portfolio_settings:` as written: defaults of every portfolio.
struct WrittenPortfolioSettings: Sendable {
    var options = PortfolioOptions()
    var tracing = TraceDirective()
}
