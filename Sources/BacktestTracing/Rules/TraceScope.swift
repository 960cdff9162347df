/// Which containers a rule concerns.
public enum TraceScope: Sendable, Hashable {
    /// All: `tracing:` and `trace_settings:` themselves, `trace_settings.default`.
    case everything
    /// All of a kind: `portfolio_containers`, `portfolio_settings`.
    case kind(ContainerKind)
    /// Ids that match a pattern of literal characters, `*` (any run, also none) and `?` (any one character).
    case pattern(String)
    /// One id, of a container or of a portfolio with all its containers: a container's own `event_tracing`.
    case container(String)

    /// The scope that a key of `tracing.overrides` or `container_settings` stands for.
    ///
    /// `<kind>_containers` is a kind, a key with a wildcard is a pattern, anything else is an id.
    public init(key: String) {
        if let kind = ContainerKind.allCases.first(where: { key == $0.rawValue + "_containers" }) {
            self = .kind(kind)
        } else if key.contains(where: { $0 == "*" || $0 == "?" }) {
            self = .pattern(key)
        } else {
            self = .container(key)
        }
    }
}

/// A directive, the containers that it concerns, and where it was written.
public struct TraceRule: Sendable, Hashable {
    /// Where it was written, for people: `trace_settings.container_settings.portfolio_*, line 12`.
    public var origin: String
    /// Which containers it concerns.
    public var scope: TraceScope
    /// What it says.
    public var directive: TraceDirective

    /// Makes a rule.
    public init(origin: String, scope: TraceScope, directive: TraceDirective) {
        self.origin = origin
        self.scope = scope
        self.directive = directive
    }
}
