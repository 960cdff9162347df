import BacktestExpressions
import BacktestModel
import BacktestRules
import BacktestSweep
import BacktestYAML

extension Resolver {
    /// Checks the texts of trace settings that name strategies, symbols or parameters.
    mutating func resolveTraceTexts() {
        for text in findings.unresolved {
            switch text.kind {
            case .alert: checkAlert(text.node)
            case .feature: checkFeature(text.node)
            }
        }
        findings.unresolved = []
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
