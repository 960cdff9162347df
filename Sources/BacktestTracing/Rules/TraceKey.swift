import BacktestEvents

/// One setting of a container, as `explain` lists it.
public enum TraceKey: String, Sendable, Hashable, CaseIterable {
    case enabled
    case level
    case eventTypes = "events_to_trace"
    case retention = "retention_policy"
    case maxEvents = "max_events"
    case storageBackend = "storage_backend"
    case storagePath = "storage_path"
    case compression
    case maxFileSize = "max_file_size_mb"
    case rotation
    case batchSize = "batch_size"
    case batchTimeout = "batch_timeout_ms"
    case onStorageFailure = "on_storage_failure"
    case onOverload = "on_overload"
    case queueSize = "queue_size"
    case latency
    case monitorMemory = "monitor_memory"
    case memoryThreshold = "threshold_mb"
    case totalThreshold = "total_threshold_mb"
    case sampleRate = "sample_rate"
    case contextWindow = "context_window"
    case samplingSeed = "seed"
    case streamingMetrics = "streaming_metrics"
    case storeTrades = "store_trades"
    case dynamicRules = "dynamic_rules"
    case observers
    case featureExtraction = "feature_extraction"
    case distributedTracing = "distributed_tracing"
    case alerts
}

extension TraceDirective {
    /// Whether the directive itself says something about a key; what a level or a mode implies does not count.
    public func says(_ key: TraceKey) -> Bool {
        switch key {
        case .enabled: enabled != nil
        case .level: level != nil
        case .eventTypes: eventTypes != nil
        case .retention: retention != nil
        case .maxEvents: maxEvents != nil
        case .storageBackend: storageBackend != nil
        case .storagePath: storagePath != nil
        case .compression: compression != nil
        case .maxFileSize: maxFileSizeMegabytes != nil
        case .rotation: rotation != nil
        case .batchSize: batchSize != nil
        case .batchTimeout: batchTimeoutMilliseconds != nil
        case .onStorageFailure: onStorageFailure != nil
        case .onOverload: onOverload != nil
        case .queueSize: queueSize != nil
        case .latency: latency != nil
        case .monitorMemory: monitorMemory != nil
        case .memoryThreshold: memoryThresholdMegabytes != nil
        case .totalThreshold: totalThresholdMegabytes != nil
        case .sampleRate: sampleRate != nil
        case .contextWindow: contextWindow != nil
        case .samplingSeed: samplingSeed != nil
        case .streamingMetrics: streamingMetrics != nil
        case .storeTrades: storeTrades != nil
        case .dynamicRules: dynamicRules != nil
        case .observers: observers != nil
        case .featureExtraction: featureExtraction != nil
        case .distributedTracing: distributedTracing != nil
        case .alerts: alerts != nil
        }
    }

    /// What the level and the mode of this directive stand for in containers of a kind.
    ///
    /// They decide what is traced (`enabled`, `events_to_trace`, `retention_policy`) at the specificity of the rule that
    /// names them, weaker than these keys themselves. Where both are written the mode counts, it says more.
    /// Bounds and storage are not implied: a general `max_events` also bounds a container whose level is `debug`.
    func implied(for kind: ContainerKind) -> TraceDirective {
        var implied = TraceDirective()
        if let level {
            let preset = TraceSettings.preset(level, for: kind)
            implied.enabled = preset.enabled
            implied.eventTypes = preset.eventTypes
            implied.retention = preset.retention
        }
        if let mode {
            // `level: none` beside a mode still means nothing.
            if level != TraceLevel.none { implied.enabled = true }
            implied.retention = mode.retention
            if mode == .full { implied.eventTypes = .all }
        }
        return implied
    }
}

extension TraceSettings {
    /// Takes one key over from a directive, if that says anything about it.
    mutating func take(_ key: TraceKey, from directive: TraceDirective) {
        switch key {
        case .enabled: enabled = directive.enabled ?? enabled
        case .level: level = directive.level ?? level
        case .eventTypes: eventTypes = directive.eventTypes ?? eventTypes
        case .retention: retention = directive.retention ?? retention
        case .maxEvents: maxEvents = directive.maxEvents ?? maxEvents
        case .storageBackend: storageBackend = directive.storageBackend ?? storageBackend
        case .storagePath: storagePath = directive.storagePath ?? storagePath
        case .compression: compression = directive.compression ?? compression
        case .maxFileSize: maxFileSizeMegabytes = directive.maxFileSizeMegabytes ?? maxFileSizeMegabytes
        case .rotation: rotation = directive.rotation ?? rotation
        case .batchSize: batchSize = directive.batchSize ?? batchSize
        case .batchTimeout:
            batchTimeoutMilliseconds = directive.batchTimeoutMilliseconds ?? batchTimeoutMilliseconds
        case .onStorageFailure: onStorageFailure = directive.onStorageFailure ?? onStorageFailure
        case .onOverload: onOverload = directive.onOverload ?? onOverload
        case .queueSize: queueSize = directive.queueSize ?? queueSize
        case .latency: latency = directive.latency ?? latency
        case .monitorMemory: monitorMemory = directive.monitorMemory ?? monitorMemory
        case .memoryThreshold:
            memoryThresholdMegabytes = directive.memoryThresholdMegabytes ?? memoryThresholdMegabytes
        case .totalThreshold:
            totalThresholdMegabytes = directive.totalThresholdMegabytes ?? totalThresholdMegabytes
        case .sampleRate: sampleRate = directive.sampleRate ?? sampleRate
        case .contextWindow: contextWindow = directive.contextWindow ?? contextWindow
        case .samplingSeed: samplingSeed = directive.samplingSeed ?? samplingSeed
        case .streamingMetrics: streamingMetrics = directive.streamingMetrics ?? streamingMetrics
        case .storeTrades: storeTrades = directive.storeTrades ?? storeTrades
        case .dynamicRules: dynamicRules = directive.dynamicRules ?? dynamicRules
        case .observers: observers = directive.observers ?? observers
        case .featureExtraction: featureExtraction = directive.featureExtraction ?? featureExtraction
        case .distributedTracing: distributedTracing = directive.distributedTracing ?? distributedTracing
        case .alerts: alerts = directive.alerts ?? alerts
        }
    }

    /// These settings after the action of a dynamic rule: its level and mode count as they do in a rule.
    public func applying(_ action: TraceDirective, kind: ContainerKind) -> TraceSettings {
        var changed = self
        let implied = action.implied(for: kind)
        for key in TraceKey.allCases {
            changed.take(key, from: implied)
            changed.take(key, from: action)
        }
        return changed
    }

    /// The value of a key as YAML would write it.
    public func text(of key: TraceKey) -> String {
        switch key {
        case .enabled: "\(enabled)"
        case .level: level.rawValue
        case .eventTypes: TraceSettings.text(of: eventTypes)
        case .retention: retention.rawValue
        case .maxEvents: "\(maxEvents)"
        case .storageBackend: storageBackend.rawValue
        case .storagePath: storagePath ?? "null"
        case .compression: compression.rawValue
        case .maxFileSize: maxFileSizeMegabytes.map { "\($0)" } ?? "null"
        case .rotation: rotation.rawValue
        case .batchSize: "\(batchSize)"
        case .batchTimeout: "\(batchTimeoutMilliseconds)"
        case .onStorageFailure: onStorageFailure.rawValue
        case .onOverload: onOverload.rawValue
        case .queueSize: "\(queueSize)"
        case .latency: "\(latency)"
        case .monitorMemory: "\(monitorMemory)"
        case .memoryThreshold: "\(memoryThresholdMegabytes)"
        case .totalThreshold: "\(totalThresholdMegabytes)"
        case .sampleRate: "\(sampleRate)"
        case .contextWindow: "\(contextWindow)"
        case .samplingSeed: samplingSeed.map { "\($0)" } ?? "null"
        case .streamingMetrics: "\(streamingMetrics)"
        case .storeTrades: storeTrades.map { "\($0)" } ?? "null"
        case .dynamicRules:
            "[" + dynamicRules.map { TraceSettings.text(of: $0) }.joined(separator: ", ") + "]"
        case .observers: "[" + observers.map(\.rawValue).joined(separator: ", ") + "]"
        case .featureExtraction: TraceSettings.text(of: featureExtraction)
        case .distributedTracing: TraceSettings.text(of: distributedTracing)
        case .alerts: "[" + alerts.map(\.name).joined(separator: ", ") + "]"
        }
    }

    private static func text(of rule: DynamicTraceRule) -> String {
        var changed = TraceSettings()
        var said: [String] = rule.action.mode.map { ["mode: \($0.rawValue)"] } ?? []
        for key in TraceKey.allCases where rule.action.says(key) {
            changed.take(key, from: rule.action)
            said.append("\(key.rawValue): \(changed.text(of: key))")
        }
        return "\(rule.condition) -> {\(said.joined(separator: ", "))}"
    }

    private static func text(of options: FeatureExtractionOptions?) -> String {
        guard let options else { return "null" }
        guard options.isOn else { return "false" }
        let chosen = options.features.joined(separator: ", ")
        let features = chosen.isEmpty ? "" : ", features: [\(chosen)]"
        return "{window: \(options.window), format: \(options.format.rawValue)\(features)}"
    }

    private static func text(of options: DistributedTracingOptions?) -> String {
        guard let options else { return "null" }
        guard options.isOn else { return "false" }
        return "{file: \(options.writesFile), endpoint: \(options.endpoint ?? "null")}"
    }

    private static func text(of types: EventTypeSet) -> String {
        if types == .all { return "ALL" }
        return "[" + types.types.map(\.name).joined(separator: ", ") + "]"
    }
}
