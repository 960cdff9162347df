import BacktestModel

/// How narrowly a scope names a container; the greater wins.
///
/// Everything, then a bare `*`, then a kind, then patterns by their literal characters, then a portfolio's id, then a
/// container's own id.
struct RuleSpecificity: Comparable, Sendable {
    var rank: Int
    var literals: Int

    static let ownIdentifier = RuleSpecificity(rank: 5, literals: 0)

    static func < (a: RuleSpecificity, b: RuleSpecificity) -> Bool {
        (a.rank, a.literals) < (b.rank, b.literals)
    }
}

/// A scope prepared for matching many ids.
enum RuleMatcher: Sendable {
    case everything
    case kind(ContainerKind)
    case pattern(WildcardPattern, literals: Int)
    case container(String)

    init(_ scope: TraceScope) {
        switch scope {
        case .everything: self = .everything
        case .kind(let kind): self = .kind(kind)
        case .pattern(let text):
            let pattern = WildcardPattern(text)
            self = .pattern(pattern, literals: pattern.literalCount)
        case .container(let id): self = .container(id)
        }
    }

    /// How narrowly the scope names that container, `nil` where it does not concern it.
    func specificity(id: String, portfolio: String?, kind: ContainerKind) -> RuleSpecificity? {
        switch self {
        case .everything:
            return RuleSpecificity(rank: 0, literals: 0)
        case .kind(let wanted):
            return kind == wanted ? RuleSpecificity(rank: 2, literals: 0) : nil
        case .pattern(let pattern, let literals):
            let matches = pattern.matches(id) || portfolio.map { pattern.matches($0) } ?? false
            return matches ? RuleSpecificity(rank: literals == 0 ? 1 : 3, literals: literals) : nil
        case .container(let wanted):
            if wanted == id { return .ownIdentifier }
            return wanted == portfolio ? RuleSpecificity(rank: 4, literals: 0) : nil
        }
    }
}
