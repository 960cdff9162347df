public import BacktestEvents

/// What a container's tracer needs to open a store while the container runs.
public struct TraceTarget {
    /// Ids and name tables.
    public var context: TraceContext
    /// Market time of each bar of the timeline; must stay valid until the tracer's `finish` has returned.
    public var times: UnsafeBufferPointer<Int64>
    /// Seed of sampling where the settings have none.
    public var runSeed: UInt64
    /// The clock of the container's bus, where latency is traced.
    public var clock: EventClock?
    /// Opens the store for some settings.
    public var makeStore: (TraceSettings) -> any TraceStore

    /// Makes a target.
    public init(
        context: TraceContext,
        times: UnsafeBufferPointer<Int64>,
        runSeed: UInt64,
        clock: EventClock? = nil,
        makeStore: @escaping (TraceSettings) -> any TraceStore
    ) {
        self.context = context
        self.times = times
        self.runSeed = runSeed
        self.clock = clock
        self.makeStore = makeStore
    }
}
