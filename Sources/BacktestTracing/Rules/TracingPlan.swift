/// The trace rules of a run, and the settings of every container that follow from them.
///
/// Every setting begins with the preset of the container's level and kind. Then, key by key, the most specific rule that
/// says something about it wins, the later one among equals; what the most specific rule leaves open a less specific one
/// still sets. From less to more specific: everything, a bare `*`, a kind, patterns by their number of literal
/// characters, the id of the container's portfolio, the container's own id. A `level` or a `mode` in a rule stands, at
/// that rule's specificity, for what it means for `enabled`, `events_to_trace` and `retention_policy`.
public struct TracingPlan: Sendable {
    /// The rules, in the order written; on a tie of specificity the later one wins.
    public var rules: [TraceRule]

    /// Without rules: level `minimal` for all.
    public init(rules: [TraceRule] = []) {
        self.rules = rules
    }

    /// The same rules with every stored trace in the results tree.
    public var withoutStoragePaths: TracingPlan {
        var plan = self
        for index in plan.rules.indices {
            plan.rules[index].directive.storagePath = nil
            for rule in (plan.rules[index].directive.dynamicRules ?? []).indices {
                plan.rules[index].directive.dynamicRules?[rule].action.storagePath = nil
            }
        }
        return plan
    }

    /// The settings of one container; use a `TraceResolver` for many.
    ///
    /// - Parameters:
    ///   - id: The container's id.
    ///   - portfolio: The id of its portfolio, which is the container's own id without the sweep's index.
    ///   - kind: What the container is for.
    /// - Returns: Settings without a gap.
    public func settings(
        forContainer id: String,
        ofPortfolio portfolio: String? = nil,
        kind: ContainerKind = .portfolio
    ) -> TraceSettings {
        TraceResolution(matching(id: id, portfolio: portfolio, kind: kind), kind: kind).settings()
    }

    /// Every setting of one container with the rule that set it, in the order of `TraceKey`.
    public func explain(
        container id: String,
        ofPortfolio portfolio: String? = nil,
        kind: ContainerKind = .portfolio
    ) -> [TraceExplanation] {
        let resolution = TraceResolution(matching(id: id, portfolio: portfolio, kind: kind), kind: kind)
        let settings = resolution.settings()
        return TraceKey.allCases.map { key in
            let candidates = resolution.candidates(for: key)
            return TraceExplanation(
                key: key,
                value: settings.text(of: key),
                origin: candidates.last?.origin
                    ?? "preset \(settings.level.rawValue) for \(kind.rawValue) containers",
                overruled: candidates.dropLast().reversed().map(\.origin)
            )
        }
    }

    /// The rules that concern none of some containers: most likely a pattern that was meant otherwise.
    ///
    /// Rules for everything and for a kind are never listed.
    public func rulesWithoutContainer(
        among containers: some Collection<(id: String, portfolio: String?, kind: ContainerKind)>
    ) -> [TraceRule] {
        rules.filter { rule in
            let matcher = RuleMatcher(rule.scope)
            switch matcher {
            case .everything, .kind: return false
            case .pattern, .container:
                return !containers.contains {
                    matcher.specificity(id: $0.id, portfolio: $0.portfolio, kind: $0.kind) != nil
                }
            }
        }
    }

    private func matching(id: String, portfolio: String?, kind: ContainerKind) -> [MatchedRule] {
        rules.indices.compactMap { index in
            let matcher = RuleMatcher(rules[index].scope)
            return matcher.specificity(id: id, portfolio: portfolio, kind: kind).map {
                MatchedRule(rule: rules[index], specificity: $0, index: index)
            }
        }
    }
}

/// A setting of one container, and why it is what it is.
public struct TraceExplanation: Sendable, Hashable {
    /// The setting.
    public var key: TraceKey
    /// Its value as YAML would write it.
    public var value: String
    /// The rule that set it, with what in it did where that is not the key itself; or the preset.
    public var origin: String
    /// The rules that concern the container and say something else or the same about the key, strongest first.
    public var overruled: [String]

    /// Makes an explanation.
    public init(key: TraceKey, value: String, origin: String, overruled: [String]) {
        self.key = key
        self.value = value
        self.origin = origin
        self.overruled = overruled
    }
}
