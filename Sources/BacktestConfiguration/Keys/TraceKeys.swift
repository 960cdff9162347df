import BacktestEvents
import BacktestExpressions
import BacktestModel
import BacktestTracing
import BacktestYAML

extension Section<TraceDirective> {
    /// The keys of `event_tracing:` and of every other place that says something about tracing.
    static let directive = Section(
        title: "a trace setting",
        fields: [
            Field("enabled", ValueType<Bool>.boolean.optional, \.enabled, "Whether anything is traced."),
            Field("level", ValueType<TraceLevel>.word.optional, \.level, "none, minimal, normal or debug."),
            Field("mode", ValueType<TraceMode>.word.optional, \.mode, "minimal, sliding_window or full."),
            Field(
                "events_to_trace",
                ValueType<EventTypeSet>.eventTypes.optional,
                \.eventTypes,
                "Event types that are kept, or ALL."
            ),
            Field(
                "retention_policy",
                ValueType<RetentionPolicy>.word.optional,
                \.retention,
                "trade_complete, sliding_window, minimal or all."
            ),
            Field("max_events", maxEvents, \.maxEvents, "Most events in memory; 0 keeps nothing."),
            Field("window_size", maxEvents, \.maxEvents, "Another name of max_events."),
            Field("sliding_window_size", maxEvents, \.maxEvents, "Another name of max_events."),
            Field("storage_backend", backend, \.storageBackend, "Where events go beyond memory."),
            Field(
                "storage_path",
                path,
                \.storagePath,
                "Folder of the stored files; below it one for the run and one for the container."
            ),
            Field("storage_config", section: { .storage }, \.self, "Compression, rotation and batches."),
            Field(
                "storage",
                section: { .storage },
                \.self,
                shorthand: "backend",
                "Where events go, and how."
            ),
        ] + observing,
        check: { node, _, findings in checkAliases(node, &findings) }
    )

    /// `storage:` and `storage_config:`.
    static let storage = Section(
        title: "'storage'",
        fields: [
            Field(
                "backend",
                backend,
                \.storageBackend,
                "memory, file (or disk), parquet, sqlite, postgres, s3, kafka."
            ),
            Field(
                "path",
                path,
                \.storagePath,
                "Folder of the stored files; below it one for the run and one for the container."
            ),
            Field("compression", .compression, \.compression, "true (gzip), false, gzip, zstd or none."),
            Field(
                "max_file_size_mb",
                ValueType<Double>.number(.positive).optional,
                \.maxFileSizeMegabytes,
                "Size at which the next file is begun."
            ),
            Field("rotation", ValueType<TraceRotation>.word.optional, \.rotation, "hourly, or none."),
        ] + batches
    )

    private static let observing: [Field<TraceDirective>] =
        batches + [
            Field("latency", ValueType<Bool>.boolean.optional, \.latency, "Whether clock stamps are taken."),
            Field(
                "monitor_memory",
                ValueType<Bool>.boolean.optional,
                \.monitorMemory,
                "Whether memory is watched."
            ),
            Field(
                "threshold_mb",
                ValueType<Double>.number(.positive).optional,
                \.memoryThresholdMegabytes,
                "Megabytes above which a watched container warns."
            ),
            Field(
                "total_threshold_mb",
                ValueType<Double>.number(.positive).optional,
                \.totalThresholdMegabytes,
                "Megabytes of all containers' events above which on_overload: degrade acts."
            ),
            Field(
                "sample_rate",
                ValueType<Double>.rate(.share).optional,
                \.sampleRate,
                "Share kept of the events that are not critical."
            ),
            Field(
                "context_window",
                ValueType<Int>.whole().optional,
                \.contextWindow,
                "Events kept on either side of a critical one."
            ),
            Field("seed", ValueType<UInt64>.seed.optional, \.samplingSeed, "Seed of sampling."),
            Field("results", section: { .results }, \.self, "What the container's results hold."),
            Field(
                "dynamic_rules",
                schema: { .array(of: dynamicRuleSchema) },
                "Settings that change while the run goes on: [{condition, action}].",
                decode: { node, directive, findings in
                    directive.dynamicRules = node.decodedList(
                        of: "dynamic_rules",
                        &findings,
                        item: dynamicRule
                    )
                }
            ),
            Field(
                "observers",
                observer.list.optional.map(
                    { $0?.map(\.value) },
                    back: { _ in nil }
                ),
                \.observers,
                "What else watches the container."
            ),
        ] + observerOptions

    /// Metrics are a projection of the stream, so the wish for any other way of taking them has no effect.
    private static var streaming: ValueType<Bool> {
        var type = ValueType<Bool>.boolean
        type.decode = { node, findings in
            guard let value = ValueType<Bool>.boolean.decode(node, &findings) else { return nil }
            guard !value else { return value }
            findings.warning(
                "unused",
                "'streaming_metrics: false' has no effect: metrics are always taken while events pass",
                hint: "leave it out; what a container keeps in memory is up to retention_policy",
                at: node
            )
            return value
        }
        return type
    }

    private static let results = Section(
        title: "'results' of a trace setting",
        fields: [
            Field(
                "streaming_metrics",
                streaming.optional,
                \.streamingMetrics,
                "Metrics are always taken while events pass; accepted for what older files say."
            ),
            Field(
                "store_trades",
                ValueType<Bool>.boolean.optional,
                \.storeTrades,
                "Whether trades.csv is written."
            ),
        ]
    )

    private static let batches: [Field<TraceDirective>] = [
        Field(
            "batch_size",
            ValueType<Int>.whole(1...Int(Int32.max)).optional,
            \.batchSize,
            "Events written at once."
        ),
        Field(
            "batch_timeout_ms",
            ValueType<Double>.number(.nonNegative).optional,
            \.batchTimeoutMilliseconds,
            "Longest wait of an event for its batch."
        ),
        Field(
            "on_storage_failure",
            ValueType<StorageFailureAction>.word.optional,
            \.onStorageFailure,
            "degrade or abort."
        ),
        Field(
            "on_overload",
            ValueType<OverloadAction>.word.optional,
            \.onOverload,
            "wait, or degrade: lower the trace while it is too much."
        ),
        Field(
            "queue_size",
            ValueType<Int>.whole(1...1 << 22).optional,
            \.queueSize,
            "Events that may wait for being written."
        ),
    ]

    private static let observer = ValueType<TraceObserver>.word
    private static let maxEvents = ValueType<Int>.whole().optional
    private static let path = ValueType<String>.text.optional
    private static let backend = ValueType<StorageBackend>.word(
        ofEach: [("disk", .file)] + StorageBackend.allCases.map { ($0.rawValue, $0) },
        printed: { $0.rawValue }
    ).refusing("unsupported") { backend in
        if backend == .parquet { return Columnar.absence }
        guard !StorageBackend.built.contains(backend) else { return nil }
        return (
            "the storage back end '\(backend.rawValue)' is not part of this program",
            "write file (JSON lines, with compression gzip, zstd or none), parquet, sqlite or memory"
        )
    }.optional

    private static func checkAliases(_ node: YAMLNode, _ findings: inout Findings) {
        let names = ["max_events", "window_size", "sliding_window_size"]
        let found = (node.entries ?? []).filter { names.contains($0.name) }
        guard found.count > 1 else { return }
        findings.error(
            "conflict",
            "'\(found[0].name)' and '\(found[1].name)' are the same setting",
            hint: "keep one of the two",
            at: found[1],
            related: found[0].start
        )
    }
}

// MARK: - Dynamic rules

extension Section<TraceDirective> {
    private static var dynamicRuleSchema: SchemaNode {
        .type(
            "object",
            [
                (
                    "properties",
                    .object([("condition", .type("string")), ("action", .reference("trace_setting"))])
                ),
                ("required", .list([.text("condition"), .text("action")])),
                ("additionalProperties", .boolean(false)),
            ]
        )
    }

    /// Refuses names that no container has a value for while it runs: such a rule would never act.
    private static func checkNames(_ condition: String?, at node: YAMLNode, _ findings: inout Findings) {
        guard let condition, let formula = try? Formula.parse(condition) else { return }
        let known = DynamicTraceRule.metricNames.map { "metrics.\($0)" }
        for name in formula.names where !known.contains(name) && !known.contains("metrics.\(name)") {
            findings.error(
                "unknown_name",
                "'\(name)' is not known while a container runs",
                hint: Findings.hint(for: name, among: known, noun: "metrics so far"),
                at: node
            )
        }
    }

    private static func dynamicRule(_ node: YAMLNode, _ findings: inout Findings) -> DynamicTraceRule? {
        guard let entries = node.entries else {
            findings.wrongType(expected: "a map with 'condition' and 'action'", at: node)
            return nil
        }
        var condition: String?
        var action: TraceDirective?
        for entry in entries {
            switch entry.name {
            case "condition":
                condition = ConditionText.checked(entry.value, &findings)
                checkNames(condition, at: entry.value, &findings)
            case "action":
                var directive = TraceDirective()
                Section<TraceDirective>.directive.decode(entry.value, into: &directive, &findings)
                warnOfIdleKeys(entry.value, &findings)
                action = directive
            default:
                let hint = Findings.hint(for: entry.name, among: ["condition", "action"], noun: "keys")
                findings.error(
                    "unknown_key",
                    "unknown key '\(entry.name)' in a dynamic rule",
                    hint: hint,
                    at: entry
                )
            }
        }
        for name in ["condition", "action"] where node.entry(name) == nil {
            findings.error("missing_key", "a dynamic rule lacks '\(name)'", at: Located((), at: node.start))
        }
        guard let condition, let action else { return nil }
        return DynamicTraceRule(condition: condition, action: action)
    }
}

extension Section<TraceDirective> {
    /// Keys that a container obeys from its first event on, or not at all.
    private static let settledKeys = [
        "latency", "monitor_memory", "threshold_mb", "observers", "feature_extraction", "distributed_tracing",
        "alerts", "dynamic_rules",
    ]

    /// Warns of keys that change nothing once a container runs.
    private static func warnOfIdleKeys(_ action: YAMLNode, _ findings: inout Findings) {
        for entry in action.entries ?? [] where settledKeys.contains(entry.name) {
            findings.warning(
                "unused",
                "'\(entry.name)' has no effect in the action of a dynamic rule: it is settled when a container begins",
                hint: "write it beside 'dynamic_rules'",
                at: entry
            )
        }
    }
}

extension ValueType<EventTypeSet> {
    /// `ALL`, one event type, or a list of event types.
    static let eventTypes = ValueType(
        expected: "ALL, or a list of event types",
        schema: .oneOf([
            .object([("enum", .list([.text("ALL")] + EventType.allCases.map { .text($0.name) }))]),
            .array(of: .object([("enum", .list(EventType.allCases.map { .text($0.name) }))]), minimum: 1),
        ]),
        decode: { node, findings in
            if node.text == "ALL" { return .all }
            guard let items = node.items else { return eventType(node, &findings).map { EventTypeSet($0) } }
            if items.isEmpty {
                findings.error(
                    "empty",
                    "no event type is named",
                    hint: "name event types, or write ALL",
                    at: node
                )
                return nil
            }
            return EventTypeSet(items.compactMap { eventType($0, &findings) })
        },
        printed: { _ in .null }
    )

    private static func eventType(_ node: YAMLNode, _ findings: inout Findings) -> EventType? {
        if let type = node.text.flatMap({ EventType(name: $0) }) { return type }
        let names = ["ALL"] + EventType.allCases.map(\.name)
        let hint = node.text.flatMap { Findings.hint(for: $0, among: names, noun: "event types") }
        findings.error(
            "unknown_value",
            "expected an event type, found \(node.described)",
            hint: hint,
            at: node
        )
        return nil
    }
}

extension ValueType<TraceCompression?> {
    /// `true`, `false`, or the name of a compression.
    fileprivate static let compression = ValueType(
        expected: "true, false, gzip, zstd or none",
        schema: .oneOf([.type("boolean"), ValueType<TraceCompression>.word.schema]),
        decode: { node, findings in
            if case .boolean(let value) = node.scalar { return .some(value ? .gzip : TraceCompression.none) }
            return ValueType<TraceCompression>.word.decode(node, &findings).map { .some($0) }
        },
        printed: { _ in .null }
    )
}
