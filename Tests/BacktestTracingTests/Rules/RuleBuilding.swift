import BacktestEvents
import BacktestTracing

/// Writes a directive in one line.
func directive(_ fill: (inout TraceDirective) -> Void) -> TraceDirective {
    var directive = TraceDirective()
    fill(&directive)
    return directive
}

/// A plan from scopes and directives, each rule named after its scope and place.
func plan(_ rules: [(TraceScope, TraceDirective)]) -> TracingPlan {
    TracingPlan(
        rules: rules.enumerated().map { index, rule in
            TraceRule(origin: "\(name(rule.0)), line \(index + 1)", scope: rule.0, directive: rule.1)
        }
    )
}

private func name(_ scope: TraceScope) -> String {
    switch scope {
    case .everything: "tracing"
    case .kind(let kind): "\(kind.rawValue)_containers"
    case .pattern(let text), .container(let text): text
    }
}

func types(_ types: EventType...) -> EventTypeSet { EventTypeSet(types) }
