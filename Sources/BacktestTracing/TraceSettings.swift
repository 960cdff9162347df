public import BacktestEvents

/// Which events a container keeps, and for how long (events.md, "Retention policies").
public enum RetentionPolicy: String, Sendable, Hashable, CaseIterable {
    case tradeComplete = "trade_complete"
    case slidingWindow = "sliding_window"
    case minimal
    case all
}

/// How much a container traces (events.md, "Trace levels").
public enum TraceLevel: String, Sendable, Hashable, CaseIterable, Comparable {
    case none
    case minimal
    case normal
    case debug

    /// From less to more.
    public static func < (a: TraceLevel, b: TraceLevel) -> Bool { a.rank < b.rank }
    private var rank: Int { TraceLevel.allCases.firstIndex(of: self) ?? 0 }
}

/// Where kept events go.
public enum StorageBackend: String, Sendable, Hashable, CaseIterable {
    case memory
    case file
    case parquet
    case sqlite
    case postgres
    case s3
    case kafka
}

/// The trace settings of one container, after every rule has been applied.
public struct TraceSettings: Sendable, Hashable {
    /// Whether anything is traced at all.
    public var enabled: Bool = true
    /// The level that the settings came from.
    public var level: TraceLevel = .minimal
    /// The event types that are kept.
    public var eventTypes: EventTypeSet = .trades
    /// How long they are kept.
    public var retention: RetentionPolicy = .tradeComplete
    /// Most events in memory at once, under every policy.
    public var maxEvents: Int = 10_000
    /// Where they go beyond memory; `memory` for nowhere.
    public var storage: StorageBackend = .memory
    /// Whether monotonic clock stamps are taken (they never enter metrics.json).
    public var latency: Bool = false
    /// Whether the container's memory is watched, with a warning above this many megabytes.
    public var memoryThresholdMegabytes: Double?

    /// The preset `minimal`.
    public init() {}
}
