/// Resolves the settings of many containers: rules are matched for each, but settled once per set of matching rules.
///
/// A value: give every worker its own.
public struct TraceResolver: Sendable {
    /// Which rules concern a container, and how (a bit of `named` where its own id is meant), as a key of the cache.
    private struct Signature: Hashable {
        var kind: ContainerKind
        /// Rules 0 to 63.
        var first: UInt64 = 0
        /// Rules that name the container itself rather than its portfolio.
        var named: UInt64 = 0
        /// Rules from 64 on, matching and named; empty, and so without an allocation, in all but monstrous configs.
        var rest: [UInt64] = []

        mutating func insert(_ index: Int, isNamed: Bool) {
            if index < 64 {
                first |= 1 << UInt64(index)
                if isNamed { named |= 1 << UInt64(index) }
            } else {
                rest.append(UInt64(index) << 1 | (isNamed ? 1 : 0))
            }
        }
    }

    private let rules: [TraceRule]
    private let matchers: [RuleMatcher]
    private var cache: [Signature: TraceSettings] = [:]

    /// Prepares the rules of a plan.
    public init(_ plan: TracingPlan) {
        rules = plan.rules
        matchers = plan.rules.map { RuleMatcher($0.scope) }
        looksAtIdentifiers = plan.rules.contains { rule in
            switch rule.scope {
            case .everything, .kind: false
            case .pattern, .container: true
            }
        }
    }

    /// Whether containers of one kind may have different settings because of their ids or those of their portfolios.
    public let looksAtIdentifiers: Bool

    /// How many different settings have been settled so far.
    public var settledCount: Int { cache.count }

    /// The settings of one container; see `TracingPlan.settings(forContainer:ofPortfolio:kind:)`.
    public mutating func settings(
        forContainer id: String,
        ofPortfolio portfolio: String? = nil,
        kind: ContainerKind = .portfolio
    ) -> TraceSettings {
        var signature = Signature(kind: kind)
        for index in matchers.indices {
            guard
                let specificity = matchers[index].specificity(id: id, portfolio: portfolio, kind: kind)
            else { continue }
            signature.insert(index, isNamed: specificity == .ownIdentifier)
        }
        if let known = cache[signature] { return known }
        let settled = settle(id: id, portfolio: portfolio, kind: kind)
        cache[signature] = settled
        return settled
    }

    private func settle(id: String, portfolio: String?, kind: ContainerKind) -> TraceSettings {
        var matched: [MatchedRule] = []
        for index in rules.indices {
            guard
                let specificity = matchers[index].specificity(id: id, portfolio: portfolio, kind: kind)
            else { continue }
            matched.append(MatchedRule(rule: rules[index], specificity: specificity, index: index))
        }
        return TraceResolution(matched, kind: kind).settings()
    }
}
