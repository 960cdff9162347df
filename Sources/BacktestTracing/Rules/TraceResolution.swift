/// A rule that concerns the container at hand.
struct MatchedRule: Sendable {
    var rule: TraceRule
    var specificity: RuleSpecificity
    var index: Int
}

/// Decides, for one set of matching rules, which of them sets what.
struct TraceResolution {
    /// One rule's say about one key.
    struct Candidate {
        var origin: String
        var directive: TraceDirective
        var specificity: RuleSpecificity
        /// A key written out beats a level or mode that merely implies it, among equally specific rules.
        var isExplicit: Bool
        var index: Int

        func isWeaker(than other: Candidate) -> Bool {
            if specificity != other.specificity { return specificity < other.specificity }
            if isExplicit != other.isExplicit { return !isExplicit }
            return index < other.index
        }
    }

    private let matched: [MatchedRule]
    private let implied: [TraceDirective]
    private let kind: ContainerKind

    init(_ matched: [MatchedRule], kind: ContainerKind) {
        self.matched = matched
        self.kind = kind
        implied = matched.map { $0.rule.directive.implied(for: kind) }
    }

    /// Who says something about a key, weakest first: the last one sets it.
    func candidates(for key: TraceKey) -> [Candidate] {
        var found: [Candidate] = []
        for (match, implied) in zip(matched, implied) {
            let directive = match.rule.directive
            let isExplicit = directive.says(key)
            guard isExplicit || implied.says(key) else { continue }
            let hint = isExplicit ? "" : directive.hint(for: key)
            found.append(
                Candidate(
                    origin: match.rule.origin + hint,
                    directive: isExplicit ? directive : implied,
                    specificity: match.specificity,
                    isExplicit: isExplicit,
                    index: match.index
                )
            )
        }
        return found.sorted { $0.isWeaker(than: $1) }
    }

    /// The settings that follow.
    func settings() -> TraceSettings {
        let level = candidates(for: .level).last?.directive.level ?? .minimal
        var settings = TraceSettings.preset(level, for: kind)
        for key in TraceKey.allCases {
            guard let winner = candidates(for: key).last else { continue }
            settings.take(key, from: winner.directive)
        }
        return settings
    }
}

extension TraceDirective {
    /// What in the directive implies a key that it does not write out.
    fileprivate func hint(for key: TraceKey) -> String {
        let fromMode =
            mode != nil && !(key == .eventTypes && mode != .full) && !(key == .enabled && level != nil)
        if fromMode, let mode { return " (mode \(mode.rawValue))" }
        return level.map { " (level \($0.rawValue))" } ?? ""
    }
}
