/// What the numbers in a container's events stand for: its ids and name tables.
public struct TraceContext: Sendable, Hashable {
    /// The run.
    public var runID: String
    /// The container.
    public var containerID: String
    /// Its portfolio, `nil` for a container that doesn't trade.
    public var portfolioID: String?
    /// Ids of strategies by `Event.strategy`.
    public var strategies: [String]
    /// Symbols by `Event.symbol`.
    public var symbols: [String]

    /// Makes a context.
    public init(
        runID: String,
        containerID: String,
        portfolioID: String?,
        strategies: [String],
        symbols: [String]
    ) {
        self.runID = runID
        self.containerID = containerID
        self.portfolioID = portfolioID
        self.strategies = strategies
        self.symbols = symbols
    }
}
