import BacktestEngine
import BacktestMetrics
import BacktestModel
import BacktestSweep
import BacktestYAML

/// What dotted paths lead to: `<strategy id>.<param>`, `<portfolio id>.<path>`, else from the top (rule R80).
struct PathTable: Sendable {
    /// What a path means.
    enum Target {
        /// A value, how it is read, and what it is without a sweep.
        case value(Leaf<ContainerSettings>, current: Scalar, owner: Owner)
        /// A path that exists and cannot be swept, and why.
        case refused(reason: String)
        /// No such path.
        case unknown(hint: String?)
    }

    /// Whose value a path leads to.
    enum Owner: Hashable, Sendable {
        /// Index into the plan's strategies.
        case strategy(Int)
        /// Index into the plan's portfolios.
        case portfolio(Int)
        case execution
        case metrics
    }

    let strategies: [ResolvedStrategy]
    let plan: RunPlan
    private let strategyIndices: [String: Int]
    private let portfolioIndices: [String: Int]

    init(strategies: [ResolvedStrategy], plan: RunPlan) {
        self.strategies = strategies
        self.plan = plan
        strategyIndices = Dictionary(
            strategies.enumerated().map { ($1.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        portfolioIndices = Dictionary(
            plan.portfolios.enumerated().map { ($1.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private static let reasons = [
        "data": "the bars are loaded once and shared by every set",
        "results": "it changes no number",
        "name": "it changes no number",
        "checks": "it changes no number",
        "tracing": "what is traced changes no number",
        "trace_settings": "what is traced changes no number",
        "event_tracing": "what is traced changes no number",
        "portfolio_settings": "name the portfolio instead",
        "seed": "the seed belongs to the whole run; sweep a strategy's own seed",
        "sweep": "a sweep cannot sweep itself",
        "strategies": "write <strategy id>.<parameter>",
        "portfolios": "write <portfolio id>.<path>",
        "containers": "write <portfolio id>.<path>",
    ]

    /// What a path leads to.
    func target(of path: String) -> Target {
        // Ids may have dots, so every split is tried, the longest id first.
        for dot in path.indices.reversed() where path[dot] == "." {
            let id = String(path[..<dot])
            let rest = String(path[path.index(after: dot)...])
            if let index = strategyIndices[id] { return parameter(rest, of: index) }
            if let index = portfolioIndices[id] { return option(rest, of: index) }
        }
        if let index = strategyIndices[path] { return parameter("", of: index) }
        if let index = portfolioIndices[path] { return option("", of: index) }
        return section(path)
    }

    private func parameter(_ name: String, of index: Int) -> Target {
        let strategy = strategies[index]
        guard let parameter = strategy.parameters.first(where: { $0.name == name }) else {
            if Section<WrittenStrategy>.strategy.field(name) != nil {
                return .refused(reason: "only the parameters of a strategy can be swept")
            }
            let names = strategy.parameters.map(\.name)
            if strategy.isSignalFile { return .refused(reason: "a signal file has no parameters") }
            return .unknown(
                hint: names.isEmpty
                    ? "the strategy '\(strategy.id)' has no parameters"
                    : Findings.hint(for: name, among: names, noun: "parameters of '\(strategy.id)'")
            )
        }
        let slot = parameter.index
        let type = parameter.type
        let leaf = Leaf<ContainerSettings>(
            decode: { node, findings in
                type.decode(node, &findings).map { value in
                    Assignment(printed: .number(value)) { $0.parameters[slot] = value }
                }
            },
            current: { .number($0.parameters[slot]) }
        )
        return .value(leaf, current: .number(plan.parameters[slot]), owner: .strategy(index))
    }

    private func option(_ path: String, of index: Int) -> Target {
        let section = Section<PortfolioOptions>.portfolioOptions
        guard let leaf = section.leaf(PathTable.names(path)) else {
            if path == "allocation" || path.hasPrefix("allocation.") {
                return .refused(reason: "make another portfolio with the other weights, or compare two runs")
            }
            if path == "strategies" {
                return .refused(reason: "every set delivers the same signals; make another portfolio")
            }
            if path == "event_tracing" || path.hasPrefix("event_tracing.") {
                return .refused(reason: "what is traced changes no number")
            }
            return .unknown(hint: Findings.hint(for: path, among: section.paths(), noun: "paths"))
        }
        let lifted = Leaf<ContainerSettings>(
            decode: { node, findings in
                leaf.decode(node, &findings).map { assignment in
                    Assignment(printed: assignment.printed) { settings in
                        if settings.portfolioIndex == index { assignment.apply(&settings.portfolio) }
                    }
                }
            },
            current: { leaf.current($0.portfolio) }
        )
        return .value(lifted, current: leaf.current(plan.portfolios[index].options), owner: .portfolio(index))
    }

    private func section(_ path: String) -> Target {
        let names = PathTable.names(path)
        let first = names.first ?? ""
        if first == "execution", let leaf = Section<ExecutionOptions>.execution.leaf(names.dropFirst()) {
            return .value(leaf.lifted(\.execution), current: leaf.current(plan.execution), owner: .execution)
        }
        if first == "metrics", let leaf = Section<MetricsOptions>.metrics.leaf(names.dropFirst()) {
            return .value(leaf.lifted(\.metrics), current: leaf.current(plan.metrics), owner: .metrics)
        }
        if let reason = PathTable.reasons[first] { return .refused(reason: reason) }
        return .unknown(hint: Findings.hint(for: path, among: all(), noun: "paths"))
    }

    private static func names(_ path: String) -> ArraySlice<String> {
        path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)[...]
    }

    /// Every path that leads to a value; used for formulas and hints.
    func all() -> [String] {
        var paths: [String] = []
        for strategy in strategies { paths += strategy.parameters.map { "\(strategy.id).\($0.name)" } }
        let options = Section<PortfolioOptions>.portfolioOptions.paths()
        // Thousands of portfolios share their paths; the first ones are enough for a hint.
        for portfolio in plan.portfolios.prefix(200) { paths += options.map { "\(portfolio.id).\($0)" } }
        paths += Section<ExecutionOptions>.execution.paths().map { "execution.\($0)" }
        paths += Section<MetricsOptions>.metrics.paths().map { "metrics.\($0)" }
        return paths
    }
}
