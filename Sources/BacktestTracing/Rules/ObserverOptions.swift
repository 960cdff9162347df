/// How the feature extraction observer works; `feature_extraction:` of a trace setting.
public struct FeatureExtractionOptions: Sendable, Hashable {
    /// How features are written.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// One file, features.csv: a row a signal, labels and windows side by side.
        case csv
        /// features.npy (signals x bars x features, float64) and signals.csv with the labels.
        case npy
    }

    /// Whether features are extracted.
    public var isOn = true
    /// Bars of a window, the decision bar the last of them, >= 1.
    public var window = 20
    /// Numbers in the rule language, with the strategy's parameters by name; empty for the close and what its rules compare.
    public var features: [String] = []
    /// How they are written.
    public var format = Format.csv
    /// Most rows of a container; signals beyond it are counted and reported, >= 1.
    public var maxRows = 1_000_000

    /// Windows of 20 bars of what the rules compare.
    public init() {}

    /// Off, which overrules a less specific rule.
    public static var off: FeatureExtractionOptions {
        var options = FeatureExtractionOptions()
        options.isOn = false
        return options
    }
}

/// How the distributed tracing observer works; `distributed_tracing:` of a trace setting.
public struct DistributedTracingOptions: Sendable, Hashable {
    /// Whether spans are made.
    public var isOn = true
    /// Where spans are posted as OTLP/HTTP JSON, such as `http://127.0.0.1:4318/v1/traces`; `nil` for nowhere.
    public var endpoint: String?
    /// Whether spans.jsonl is written into the container's folder.
    public var writesFile = true
    /// `service.name` of the resource.
    public var service = "admf"
    /// Longest wait for the collector's answer to one request, in milliseconds, 1 to 60,000.
    public var timeoutMilliseconds = 1_000
    /// How often a request that failed for a passing reason is sent again, 0 to 10.
    public var retries = 1

    /// To a file.
    public init() {}

    /// Off, which overrules a less specific rule.
    public static var off: DistributedTracingOptions {
        var options = DistributedTracingOptions()
        options.isOn = false
        return options
    }
}

/// A rule over events or metrics that tells somebody when it holds; an item of `alerts:`.
public struct TraceAlert: Sendable, Hashable {
    /// Who is told, beside a command.
    public enum Channel: String, Sendable, Hashable, CaseIterable {
        /// A line on standard error.
        case stderr
        /// A line of alerts.jsonl.
        case file
    }

    /// How often it tells.
    public enum Repetition: String, Sendable, Hashable, CaseIterable {
        /// Each time that the condition holds.
        case each
        /// The first time in a container.
        case once
    }

    /// What messages call it; the condition where none is written.
    public var name: String
    /// The condition as written, such as `event_type == RISK_BREACH`.
    public var condition: String
    /// Who is told.
    public var channels: [Channel] = [.stderr, .file]
    /// A program with its arguments, run without a shell; empty for none.
    public var command: [String] = []
    /// How often it tells.
    public var repetition = Repetition.each
    /// Most alerts of one container; those beyond it are counted, >= 1.
    public var limit = 100
    /// Most lines on standard error, and most commands, in a minute of the run; those beyond it are counted, >= 1.
    public var perMinute = 60
    /// Longest time that the command may take, in milliseconds, >= 1.
    public var timeoutMilliseconds = 10_000

    /// Makes an alert that writes a line to standard error and to alerts.jsonl.
    public init(name: String, condition: String) {
        self.name = name
        self.condition = condition
    }
}

extension TraceSettings {
    /// Whether features are extracted, and how; `nil` where they aren't.
    public var extraction: FeatureExtractionOptions? {
        if let options = featureExtraction, options.isOn { return options }
        return observers.contains(.featureExtraction) ? FeatureExtractionOptions() : nil
    }

    /// Whether spans are made, and how; `nil` where they aren't.
    public var spans: DistributedTracingOptions? {
        if let options = distributedTracing, options.isOn { return options }
        return observers.contains(.distributedTracing) ? DistributedTracingOptions() : nil
    }
}
