import BacktestEngine
import BacktestExpressions
import BacktestTracing

/// Evaluates a container's `dynamic_rules` whenever one of its trades closes.
///
/// A class because the runner and the worker both refer to it. A rule acts once, the first time its condition holds; the
/// names that a condition may use are those of `value(of:)`, undefined ones make it false.
final class DynamicRuleWatcher: TradeWatcher {
    private struct Rule {
        var condition: Formula
        var action: TraceDirective
        var hasActed = false
    }

    private let tracer: ContainerTracer
    private var rules: [Rule] = []
    private var settings = TraceSettings()
    private var kind = ContainerKind.portfolio
    private var count = 0
    private var wins = 0
    private var losses = 0
    private var profit = 0.0
    private var loss = 0.0

    init(_ tracer: ContainerTracer) { self.tracer = tracer }

    /// Starts a container.
    func begin(_ settings: TraceSettings, kind: ContainerKind) {
        self.settings = settings
        self.kind = kind
        rules = settings.dynamicRules.compactMap { rule in
            (try? Formula.parse(rule.condition)).map { Rule(condition: $0, action: rule.action) }
        }
        count = 0
        wins = 0
        losses = 0
        profit = 0
        loss = 0
    }

    func tradeClosed(net: Double) -> Int {
        count += 1
        if net > 0 {
            wins += 1
            profit += net
        } else if net < 0 {
            losses += 1
            loss -= net
        }
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
        let name = name.hasPrefix("metrics.") ? String(name.dropFirst("metrics.".count)) : name
        switch name {
        case "total_pnl", "net_pnl": return profit - loss
        case "total_trades": return Double(count)
        case "winning_trades": return Double(wins)
        case "losing_trades": return Double(losses)
        case "win_rate": return count > 0 ? Double(wins) / Double(count) : nil
        case "gross_profit": return profit
        case "gross_loss": return loss
        case "profit_factor": return loss > 0 ? profit / loss : nil
        default: return nil
        }
    }
}

extension TraceSettings {
    /// These settings, and what each dynamic rule may make of them; enough to know what must be published.
    func reachable(kind: ContainerKind) -> [TraceSettings] {
        [self] + dynamicRules.map { applying($0.action, kind: kind) }
    }
}
