public import BacktestEvents

/// The trace settings of one container, after every rule has been applied.
///
/// The names are those of `TraceDirective`.
public struct TraceSettings: Sendable, Hashable {
    /// Whether anything is traced at all.
    public var enabled: Bool = true
    /// The level that the settings came from.
    public var level: TraceLevel = .minimal
    /// The event types that are kept.
    public var eventTypes: EventTypeSet = .trades
    /// How long they are kept.
    public var retention: RetentionPolicy = .tradeComplete
    /// Most events in memory at once, under every policy; 0 keeps nothing.
    public var maxEvents: Int = 10_000
    /// Where they go beyond memory; `memory` for nowhere.
    public var storageBackend: StorageBackend = .memory
    /// Folder, database, bucket or topic; `nil` for the back end's default, such as the container's results folder.
    public var storagePath: String?
    /// How stored events are compressed.
    public var compression: TraceCompression = .gzip
    /// Size of the compressed file at which the next one is begun; `nil` for no limit.
    public var maxFileSizeMegabytes: Double?
    /// When else a new file is begun.
    public var rotation: TraceRotation = .none
    /// Events written at once.
    public var batchSize: Int = 1_000
    /// Longest wait of an event for its batch.
    public var batchTimeoutMilliseconds: Double = 1_000
    /// What happens when they cannot be stored.
    public var onStorageFailure: StorageFailureAction = .degrade
    /// What happens when more events come than can be stored in time or kept in memory.
    public var onOverload: OverloadAction = .wait
    /// Events that may wait for being written; a power of two is made of it.
    public var queueSize: Int = 8_192
    /// Whether monotonic clock stamps are taken (they never enter metrics.json).
    public var latency: Bool = false
    /// Whether the container's memory is watched.
    public var monitorMemory: Bool = false
    /// Megabytes above which a watched container warns.
    public var memoryThresholdMegabytes: Double = 50
    /// Megabytes of all containers' events together above which they are lowered, with `on_overload: degrade`.
    public var totalThresholdMegabytes: Double = 1_024
    /// Share kept of the events that are neither critical nor near a critical one; 1 samples nothing out.
    public var sampleRate: Double = 1
    /// Events kept on either side of a critical one.
    public var contextWindow: Int = 5
    /// Seed of sampling; `nil` for the run's own seed.
    public var samplingSeed: UInt64?
    /// Whether metrics are taken while events pass; they always are, this only records the wish.
    public var streamingMetrics: Bool = true
    /// Whether trades.csv is written; `nil` leaves it to the run's `results.store_trades`.
    public var storeTrades: Bool?
    /// Settings that change while the run goes on.
    public var dynamicRules: [DynamicTraceRule] = []
    /// What else watches the container, whether or not events are kept.
    public var observers: [TraceObserver] = []
    /// How features are extracted; `nil` leaves it to `observers`, see `extraction`.
    public var featureExtraction: FeatureExtractionOptions?
    /// How spans are made; `nil` leaves it to `observers`, see `spans`.
    public var distributedTracing: DistributedTracingOptions?
    /// Rules that tell somebody when they hold.
    public var alerts: [TraceAlert] = []

    /// The preset of level `minimal` for a portfolio.
    public init() {}

    /// Whether an event can end up in the container's memory or store.
    public var keepsAnything: Bool { enabled && !eventTypes.isEmpty && (maxEvents > 0 || streams) }

    /// Whether events leave the container's memory for a store.
    public var streams: Bool { storageBackend != .memory }

    /// Whether the container's events are written to files of the results tree.
    ///
    /// The policies that let a trade's events go when it closes keep what is open and no more, so with the event types of
    /// their preset nothing is written; more types under such a policy are meant for the files.
    public var writesFiles: Bool {
        guard enabled, storageBackend.keepsFiles, !eventTypes.isEmpty else { return false }
        return retention == .all || retention == .slidingWindow || !eventTypes.isSubset(of: .trades)
    }
}
