import BacktestEngine
import BacktestExpressions
import BacktestTracing

/// Evaluates a container's `dynamic_rules` whenever one of its trades closes.
///
/// A class because the runner and the worker both refer to it. A rule acts once, the first time its condition holds; the
/// names that a condition may use are those of `RunningTrades`, undefined ones make it false.
final class DynamicRuleWatcher: TradeWatcher {
    private struct Rule {
        var condition: Formula
        var action: TraceDirective
        var hasActed = false
    }

    private let tracer: ContainerTracer
    private var rules: [Rule] = []
    /// The settings after the rules that have acted.
    private(set) var settings = TraceSettings()
    private var kind = ContainerKind.portfolio
    private var trades = RunningTrades()

    init(_ tracer: ContainerTracer) { self.tracer = tracer }

    /// Starts a container.
    func begin(_ settings: TraceSettings, kind: ContainerKind) {
        self.settings = settings
        self.kind = kind
        rules = settings.dynamicRules.compactMap { rule in
            (try? Formula.parse(rule.condition)).map { Rule(condition: $0, action: rule.action) }
        }
        trades = RunningTrades()
    }

    func tradeClosed(net: Double) -> Int {
        trades.take(net: net)
        var changes = 0
        for index in rules.indices where !rules[index].hasActed {
            let held = rules[index].condition.evaluate { value(of: $0) }
            guard held == .boolean(true) else { continue }
            rules[index].hasActed = true
            settings = settings.applying(rules[index].action, kind: kind)
            tracer.queue(settings)
            changes += 1
        }
        return changes
    }

    /// A metric so far, with or without `metrics.` before its name.
    private func value(of name: String) -> Double? {
        trades.value(of: name.hasPrefix("metrics.") ? String(name.dropFirst("metrics.".count)) : name)
    }
}

extension TraceSettings {
    /// These settings, and all that dynamic rules may make of them together; enough to know what must be published.
    ///
    /// Rules act in any order, so every set of them is looked at; of more than `combinedRulesMax` each alone, and all.
    func reachable(kind: ContainerKind) -> [TraceSettings] {
        guard dynamicRules.count <= TraceSettings.combinedRulesMax else {
            let all = dynamicRules.reduce(self) { $0.applying($1.action, kind: kind) }
            return [self] + dynamicRules.map { applying($0.action, kind: kind) } + [all]
        }
        return dynamicRules.reduce([self]) { found, rule in
            found + found.map { $0.applying(rule.action, kind: kind) }
        }
    }

    private static let combinedRulesMax = 6
}
