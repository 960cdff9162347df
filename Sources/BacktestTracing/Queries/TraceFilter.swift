public import BacktestEvents
public import BacktestModel

/// Which events of a trace are asked for; what is left empty lets everything pass.
public struct TraceFilter: Sendable, Hashable {
    /// The event types.
    public var types: EventTypeSet = .all
    /// Trades, by their number in the container.
    public var trades: Set<UInt32> = []
    /// Strategy ids; an event without a strategy passes only where none is given.
    public var strategies: Set<String> = []
    /// Symbols; an event without a symbol passes only where none is given.
    public var symbols: Set<String> = []
    /// First market time, inclusive.
    public var since: Timestamp?
    /// Last market time, inclusive.
    public var until: Timestamp?

    /// Lets everything pass.
    public init() {}

    /// Whether an event passes.
    public func matches(_ event: TracedEvent) -> Bool {
        guard types.contains(type: event.type) else { return false }
        if let since, event.timestamp < since { return false }
        if let until, event.timestamp > until { return false }
        if !trades.isEmpty, !(event.trade.map { trades.contains($0) } ?? false) { return false }
        if !strategies.isEmpty, !(event.strategyID.map { strategies.contains($0) } ?? false) { return false }
        return symbols.isEmpty || (event.symbol.map { symbols.contains($0) } ?? false)
    }
}
