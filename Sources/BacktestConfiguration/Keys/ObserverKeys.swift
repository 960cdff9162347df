import BacktestModel
import BacktestTracing
import BacktestYAML

extension Section<TraceDirective> {
    /// The keys of observers that have options of their own.
    static let observerOptions: [Field<TraceDirective>] = [
        Field(
            "feature_extraction",
            schema: { .oneOf([.type("boolean"), Section<FeatureExtractionOptions>.extraction.schema()]) },
            "A window of features for every signal, with the trade's outcome, for machine learning.",
            decode: { node, directive, findings in
                directive.featureExtraction = options(node, FeatureExtractionOptions(), off: .off) {
                    Section<FeatureExtractionOptions>.extraction.decode(node, into: &$0, &findings)
                }
            }
        ),
        Field(
            "distributed_tracing",
            schema: { .oneOf([.type("boolean"), Section<DistributedTracingOptions>.spans.schema()]) },
            "OTLP spans: one trace per trade, one span per event.",
            decode: { node, directive, findings in
                directive.distributedTracing = options(node, DistributedTracingOptions(), off: .off) {
                    Section<DistributedTracingOptions>.spans.decode(node, into: &$0, &findings)
                }
            }
        ),
        Field(
            "alerts",
            schema: { .array(of: Section<TraceAlert>.alert.schema()) },
            "Rules over events or metrics that tell somebody when they hold.",
            decode: { node, directive, findings in
                // An empty list takes a less specific rule's alerts away.
                let isEmpty = node.items?.isEmpty ?? false
                directive.alerts = isEmpty ? [] : node.decodedList(of: "alerts", &findings, item: alert)
            }
        ),
    ]

    /// `true`, `false`, or a map, which also means `true`.
    private static func options<Options>(
        _ node: YAMLNode,
        _ standard: Options,
        off: Options,
        decode: (inout Options) -> Void
    ) -> Options {
        if case .boolean(let isOn) = node.scalar { return isOn ? standard : off }
        var options = standard
        decode(&options)
        return options
    }

    private static func alert(_ node: YAMLNode, _ findings: inout Findings) -> TraceAlert? {
        var alert = TraceAlert(name: "", condition: "")
        Section<TraceAlert>.alert.decode(node, into: &alert, &findings)
        guard !alert.condition.isEmpty else { return nil }
        if alert.name.isEmpty { alert.name = alert.condition }
        return alert
    }
}

extension Section<FeatureExtractionOptions> {
    /// The map `feature_extraction:`.
    static let extraction = Section(
        title: "'feature_extraction'",
        fields: [
            Field(
                "window",
                ValueType<Int>.whole(1...10_000),
                \.window,
                "Bars of a window; the decision bar is the last of them."
            ),
            Field(
                "features",
                schema: { .array(of: .type("string"), minimum: 1) },
                "Numbers in the rule language; by default the close and what the rules compare.",
                decode: { node, options, findings in
                    let written = node.decodedList(of: "features", &findings) { item, findings in
                        ValueType.text.located.decode(item, &findings).map { ($0.value, item) }
                    }
                    options.features = written.map(\.0)
                    findings.unresolved += written.map { UnresolvedText(kind: .feature, node: $0.1) }
                }
            ),
            Field(
                "format",
                .word,
                \.format,
                "csv (one file) or npy (windows as a NumPy array, labels as CSV)."
            ),
            Field(
                "max_rows",
                ValueType<Int>.whole(1...100_000_000),
                \.maxRows,
                "Most signals of a container that get a row."
            ),
        ]
    )
}

extension Section<DistributedTracingOptions> {
    /// The map `distributed_tracing:`.
    static let spans = Section(
        title: "'distributed_tracing'",
        fields: [
            Field("endpoint", endpoint.optional, \.endpoint, "Where spans are posted as OTLP/HTTP JSON."),
            Field("file", .boolean, \.writesFile, "Whether spans.jsonl is written."),
            Field("service", .text, \.service, "The resource's service.name."),
            Field(
                "timeout_ms",
                ValueType<Int>.whole(1...60_000),
                \.timeoutMilliseconds,
                "Longest wait for an answer."
            ),
            Field(
                "retries",
                ValueType<Int>.whole(0...10),
                \.retries,
                "How often a request is sent again after a failure that may pass."
            ),
        ],
        check: { node, options, findings in
            guard !options.writesFile, options.endpoint == nil else { return }
            findings.error(
                "conflict",
                "spans would go nowhere: 'file' is false and there is no 'endpoint'",
                hint: "write endpoint: http://127.0.0.1:4318/v1/traces, or distributed_tracing: false",
                at: node
            )
        }
    )

    private static let endpoint = ValueType<String>.text.refusing("unknown_value") { text in
        let isWeb = ["http://", "https://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
        // A control character or blank would end the request's first line.
        guard !isWeb || text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else { return nil }
        return ("'\(text)' is no address of a collector", "write http://127.0.0.1:4318/v1/traces")
    }
}

extension Section<TraceAlert> {
    /// An item of `alerts:`.
    static let alert = Section(
        title: "an alert",
        fields: [
            Field(
                "when",
                schema: { .type("string") },
                isRequired: true,
                "The condition, such as event_type == RISK_BREACH or metrics.total_pnl < -1000.",
                decode: { node, alert, findings in
                    guard let text = ConditionText.checked(node, &findings) else { return }
                    alert.condition = text
                    findings.unresolved.append(UnresolvedText(kind: .alert, node: node))
                }
            ),
            Field("name", .text, \.name, "What messages call it; the condition by default."),
            Field(
                "to",
                schema: {
                    .oneOf([
                        ValueType<TraceAlert.Channel>.word.schema,
                        .array(of: ValueType<TraceAlert.Channel>.word.schema),
                    ])
                },
                "stderr, file (alerts.jsonl), or a list of them; both by default.",
                decode: { node, alert, findings in
                    guard node.items != nil else {
                        alert.channels = ValueType.word.decode(node, &findings).map { [$0] } ?? []
                        return
                    }
                    alert.channels = node.decodedList(of: "to", &findings) { item, findings in
                        ValueType<TraceAlert.Channel>.word.decode(item, &findings)
                    }
                }
            ),
            Field(
                "command",
                ValueType<String>.text.list.map({ $0.map(\.value) }, back: { _ in [] }),
                \.command,
                "A program and its arguments, run without a shell; {alert}, {container}, {event}, {time}, {when}."
            ),
            Field("repeat", .word, \.repetition, "each time, or once a container."),
            Field("limit", ValueType<Int>.whole(1...1_000_000), \.limit, "Most alerts of one container."),
            Field(
                "per_minute",
                ValueType<Int>.whole(1...100_000),
                \.perMinute,
                "Most lines on standard error, and most commands, in a minute."
            ),
            Field(
                "timeout_ms",
                ValueType<Int>.whole(1...3_600_000),
                \.timeoutMilliseconds,
                "Longest time that the command may take."
            ),
        ],
        check: { node, alert, findings in
            guard alert.channels.isEmpty, alert.command.isEmpty, node.entry("to") != nil else { return }
            findings.error("empty", "nobody would hear of the alert", hint: "add 'to' or 'command'", at: node)
        }
    )
}
