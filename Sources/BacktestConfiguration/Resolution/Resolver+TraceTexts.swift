import BacktestExpressions
import BacktestModel
import BacktestRules
import BacktestSweep
import BacktestTracing
import BacktestYAML

extension Resolver {
    /// Checks the texts of trace settings that name strategies, symbols or parameters.
    mutating func resolveTraceTexts() {
        for text in findings.unresolved {
            switch text.kind {
            case .alert: checkAlert(text.node)
            case .feature: checkFeature(text.node)
            case .scope: continue
            }
        }
    }

    /// Containers that rules are held against; in larger sweeps a rule may concern one of the others.
    private static let comparedMax = 20_000

    /// Warns of trace rules that concern no container: most likely a pattern that was meant otherwise.
    mutating func warnOfIdleTraceRules() {
        defer { findings.unresolved = [] }
        let rules = findings.unresolved.compactMap {
            text -> (scope: TraceScope, origin: String, node: YAMLNode)? in
            guard case .scope(let scope, let origin) = text.kind else { return nil }
            return (scope, origin, text.node)
        }
        guard !rules.isEmpty, !findings.hasErrors else { return }
        let idle = Set(plan.tracing.rulesWithoutContainer(among: comparedContainers).map(\.origin))
        let isComplete = containerCount <= Resolver.comparedMax
        for rule in rules {
            if case .kind(let kind) = rule.scope, kind != .portfolio, kind != .analysis {
                findings.warning(
                    "no_container",
                    "a run has no \(kind.rawValue) containers of its own, so this setting has no effect",
                    hint:
                        "what they do is in the stream of every portfolio: write portfolio_containers, or a pattern",
                    at: rule.node
                )
            } else if isComplete, idle.contains(rule.origin) {
                findings.warning(
                    "no_container",
                    "no container's id matches, so this setting has no effect",
                    hint: exampleIDs,
                    at: rule.node
                )
            }
        }
    }

    private var containerCount: Int {
        SweepPlan.containerCount(
            templates: plan.portfolios.count + plan.analyses.count,
            sets: plan.sweep.setCount
        )
    }

    private var comparedContainers: [(id: String, portfolio: String?, kind: ContainerKind)] {
        let templates =
            plan.portfolios.map { ($0.id, ContainerKind.portfolio) }
            + plan.analyses.map { ($0.id, ContainerKind.analysis) }
        let sets = min(plan.sweep.setCount, Resolver.comparedMax / max(templates.count, 1) + 1)
        return templates.flatMap { id, kind in
            (0..<sets).map { (plan.containerID(id, set: $0), id, kind) }
        }
    }

    private var exampleIDs: String {
        let ids = comparedContainers.prefix(3).map(\.id)
        return
            "the containers are \(ids.joined(separator: ", "))\(containerCount > ids.count ? " and so on; see 'admf plan'" : "")"
    }

    private mutating func checkAlert(_ node: YAMLNode) {
        guard let text = node.text else { return }
        do {
            _ = try AlertCondition(text, strategies: plan.strategies.map(\.id), symbols: symbols)
        } catch {
            let place = node.place(offset: error.offset, length: error.length)
            findings.error("formula", error.message, hint: error.hint, at: place)
        }
    }

    /// A feature must mean something to one strategy at least; to the others it is an empty column.
    private mutating func checkFeature(_ node: YAMLNode) {
        guard let text = node.text else { return }
        var first: [RuleDiagnostic]?
        for (index, strategy) in plan.strategies.enumerated() {
            var context = RuleContext(symbols: symbols)
            if case .rules(let rules) = strategy.source { context.parameters = rules.parameterNames }
            if plan.strategies[index].symbols.count == 2 { context.other = "other" }
            let (_, diagnostics) = Rule.parse(text, as: .number, in: context)
            if diagnostics.isEmpty { return }
            first = first ?? diagnostics
        }
        for diagnostic in first ?? [] {
            let place = node.place(offset: diagnostic.offset, length: diagnostic.length)
            findings.error("rule", diagnostic.message, hint: diagnostic.hint, at: place)
        }
    }
}
