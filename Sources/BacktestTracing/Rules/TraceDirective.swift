public import BacktestEvents

/// What one place of a configuration says about tracing; everything that it leaves open is `nil`.
///
/// The comments name the YAML keys of events.md and of the seeds.
public struct TraceDirective: Sendable, Hashable {
    /// `enabled`: whether anything is traced.
    public var enabled: Bool?
    /// `level`, also the bare word in `tracing: minimal`.
    public var level: TraceLevel?
    /// `mode`: stands for a retention policy where this directive names none; `full` also for all event types.
    public var mode: TraceMode?
    /// `events_to_trace`, `event_tracing: [...]`: the types that are kept; `ALL` is `EventTypeSet.all`.
    public var eventTypes: EventTypeSet?
    /// `retention_policy`.
    public var retention: RetentionPolicy?
    /// `max_events`, `window_size`, `sliding_window_size`: most events in memory; 0 keeps nothing.
    public var maxEvents: Int?
    /// `storage_backend`, `storage.backend`; `disk` is `file`.
    public var storageBackend: StorageBackend?
    /// `storage_path`, `storage.path`: folder, database, bucket or topic, as the back end reads it.
    public var storagePath: String?
    /// `storage_config.compression`: `true` is `gzip`, `false` is `none`.
    public var compression: TraceCompression?
    /// `storage_config.max_file_size_mb`: size of the compressed file at which the next one is begun, > 0.
    public var maxFileSizeMegabytes: Double?
    /// `storage.rotation`.
    public var rotation: TraceRotation?
    /// `batch_size`: events written at once, >= 1.
    public var batchSize: Int?
    /// `batch_timeout_ms`: longest wait of an event for its batch, in milliseconds, >= 0.
    public var batchTimeoutMilliseconds: Double?
    /// `on_storage_failure`.
    public var onStorageFailure: StorageFailureAction?
    /// `on_overload`.
    public var onOverload: OverloadAction?
    /// `queue_size`: events that may wait for being written, >= 1.
    public var queueSize: Int?
    /// `latency`: whether monotonic clock stamps are taken.
    public var latency: Bool?
    /// `monitor_memory`: whether the container's memory is watched.
    public var monitorMemory: Bool?
    /// `threshold_mb`: megabytes above which a watched container warns, > 0.
    public var memoryThresholdMegabytes: Double?
    /// `total_threshold_mb`: megabytes of all containers' events above which they are lowered, > 0.
    public var totalThresholdMegabytes: Double?
    /// `sample_rate`: share of events kept that are neither critical nor near a critical one, 0 to 1.
    public var sampleRate: Double?
    /// `context_window`: events kept on either side of a critical one, >= 0.
    public var contextWindow: Int?
    /// `seed` of sampling; the run's own seed where `nil`.
    public var samplingSeed: UInt64?
    /// `results.streaming_metrics`.
    public var streamingMetrics: Bool?
    /// `results.store_trades`: overrides the run's own `results.store_trades`.
    public var storeTrades: Bool?
    /// `dynamic_rules`: settings that change while the run goes on.
    public var dynamicRules: [DynamicTraceRule]?
    /// `observers`: what else watches the container.
    public var observers: [TraceObserver]?
    /// `feature_extraction`: a map, or `true` or `false`.
    public var featureExtraction: FeatureExtractionOptions?
    /// `distributed_tracing`: a map, or `true` or `false`.
    public var distributedTracing: DistributedTracingOptions?
    /// `alerts`.
    public var alerts: [TraceAlert]?

    /// Says nothing.
    public init() {}

    /// Whether nothing is said.
    public var isEmpty: Bool { self == TraceDirective() }
}

/// New settings for a container from the moment at which a condition on its metrics holds.
public struct DynamicTraceRule: Sendable, Hashable {
    /// What a condition may name, with or without `metrics.` before it: sums over the closed trades so far.
    public static let metricNames = [
        "total_pnl", "net_pnl", "total_trades", "winning_trades", "losing_trades", "win_rate", "gross_profit",
        "gross_loss", "profit_factor",
    ]

    /// The condition as written, such as `metrics.total_pnl > 0`.
    public var condition: String
    /// What then changes; what it leaves open stays as it was.
    public var action: TraceDirective

    /// Makes a rule.
    public init(condition: String, action: TraceDirective) {
        self.condition = condition
        self.action = action
    }
}
