/// Which events a container keeps, and for how long (events.md, "Retention policies").
public enum RetentionPolicy: String, Sendable, Hashable, CaseIterable {
    /// The events of open trades; a trade's events go when it closes.
    case tradeComplete = "trade_complete"
    /// The last `max_events` events.
    case slidingWindow = "sliding_window"
    /// Only what open positions need: their POSITION_OPEN and FILL events.
    case minimal
    /// Everything, up to `max_events`.
    case all
}

/// The name of a way of tracing; stands for a retention policy where none is written.
public enum TraceMode: String, Sendable, Hashable, CaseIterable {
    /// Open trades only.
    case minimal
    /// Recent history only.
    case slidingWindow = "sliding_window"
    /// Complete history, of every event type unless the types are written.
    case full

    /// The policy that the mode stands for.
    public var retention: RetentionPolicy {
        switch self {
        case .minimal: .tradeComplete
        case .slidingWindow: .slidingWindow
        case .full: .all
        }
    }
}
