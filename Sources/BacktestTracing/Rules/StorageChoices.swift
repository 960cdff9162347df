/// Where traced events go beyond a container's memory.
public enum StorageBackend: String, Sendable, Hashable, CaseIterable {
    /// Nowhere: they stay in memory and end with the container.
    case memory
    /// JSON lines in the results tree.
    case file
    /// Parquet, partitioned by date and type.
    case parquet
    /// An SQLite database.
    case sqlite
    /// A PostgreSQL server.
    case postgres
    /// An S3 bucket.
    case s3
    /// Kafka topics.
    case kafka

    /// The back ends that are there; a config that names another one is refused.
    public static let built: [StorageBackend] = [.memory, .file, .parquet, .sqlite]

    /// Whether events lie in files of the container's folder, beside an index that names them.
    public var keepsFiles: Bool { self == .file || self == .parquet || self == .sqlite }

    /// The back end of a written name, `nil` where there is none.
    ///
    /// `disk` is another name of `file`.
    public init?(name: String) {
        if name == "disk" {
            self = .file
            return
        }
        self.init(rawValue: name)
    }
}

/// How stored events are compressed.
public enum TraceCompression: String, Sendable, Hashable, CaseIterable {
    /// Not at all: `events.jsonl`.
    case none
    /// `events.jsonl.gz`; also what `compression: true` means.
    case gzip
    /// `events.jsonl.zst`.
    case zstd
}

/// When a new file is begun, beside the limit on its size.
public enum TraceRotation: String, Sendable, Hashable, CaseIterable {
    /// On size alone.
    case none
    /// With every hour of market time, so that the same run makes the same files.
    case hourly
}

/// What happens to a run whose trace cannot be stored.
public enum StorageFailureAction: String, Sendable, Hashable, CaseIterable {
    /// It goes on at a lower trace level, and the manifest says what was lost.
    case degrade
    /// It stops with an error (exit 5).
    case abort
}

/// What happens when more events come than can be stored in time or kept in memory.
public enum OverloadAction: String, Sendable, Hashable, CaseIterable {
    /// The container waits for the store; nothing is left out.
    case wait
    /// Its trace is lowered a step at a time and raised again when it can be; critical events always stay.
    case degrade
}

/// Something that watches a container's events.
public enum TraceObserver: String, Sendable, Hashable, CaseIterable {
    /// The metrics, the only writer of metrics.json.
    case metrics
    /// The tracer.
    case tracer
    /// Watches the memory that the container's events take.
    case memory
    /// Measures the time between the stamps of events.
    case latency
    /// Slippage against the expected price, time from signal to fill.
    case executionQuality = "execution_quality"
    /// FEATURES to a columnar file.
    case featureExtraction = "feature_extraction"
    /// OTLP spans, one trace per trade.
    case distributedTracing = "distributed_tracing"
}
