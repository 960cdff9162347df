/// How much a container traces (events.md, "Trace levels").
public enum TraceLevel: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Nothing, at no cost.
    case none
    /// Open trades only.
    case minimal
    /// Decisions and their consequences, the recent ones.
    case normal
    /// Everything.
    case debug

    /// From less to more.
    public static func < (a: TraceLevel, b: TraceLevel) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .none: 0
        case .minimal: 1
        case .normal: 2
        case .debug: 3
        }
    }

    /// The next level down, `none` below `minimal`: what a run falls back to when a store fails.
    public var lower: TraceLevel {
        switch self {
        case .none, .minimal: .none
        case .normal: .minimal
        case .debug: .normal
        }
    }
}

/// What a container is for; presets differ by it.
public enum ContainerKind: String, Sendable, Hashable, CaseIterable {
    /// Trades.
    case portfolio
    /// Observes signals or portfolios and does not trade.
    case analysis
    /// The run as a whole.
    case root
    /// Delivers bars.
    case data
    /// Makes signals.
    case strategy
    /// Fills orders.
    case execution
}
