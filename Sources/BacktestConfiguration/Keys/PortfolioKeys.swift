import BacktestEngine
import BacktestModel
import BacktestTracing
import BacktestYAML

extension Section<WrittenPortfolio> {
    /// An entry of `portfolios:` or `containers:`.
    static let portfolio = Section(
        title: "a portfolio",
        fields: [
            Field(
                "id",
                ValueType<String>.text.located.optional,
                \.id,
                isRequired: true,
                "Name of the portfolio's containers and folders."
            ),
            Field(
                "type",
                kind.located.optional,
                \.kind,
                "portfolio (default), or analysis: observes and does not trade."
            ),
            Field(
                "strategies",
                ValueType<String>.text.list.optional,
                \.strategies,
                "Strategies whose signals are delivered: the filter of the subscription."
            ),
            Field(
                "portfolios",
                ValueType<String>.text.list.optional,
                \.portfolios,
                "Portfolios that an analysis container observes."
            ),
        ] + Section<PortfolioOptions>.portfolioOptions.fields.map { $0.lifted(\WrittenPortfolio.options) } + [
            Field(
                "allocation",
                schema: {
                    .oneOf([
                        .object([("enum", .list([.text("equal")]))]),
                        .type("object", [("additionalProperties", ValueType<Double>.rate(.positive).schema)]),
                    ])
                },
                "Weights of the strategies: equal, or {strategy id: weight}.",
                decode: { node, portfolio, findings in
                    portfolio.allocation = allocation(node, &findings)
                }
            ),
            Field(
                "event_tracing",
                schema: { WrittenTracing.eventTracingSchema },
                "Which events the portfolio's containers keep.",
                decode: { node, portfolio, findings in
                    let directive = WrittenTracing.directive(eventTracing: node, &findings)
                    portfolio.tracing = Located(directive, at: node)
                }
            ),
        ],
        refused: [
            "execution": "costs and fills are the same for every portfolio: put 'execution' at the top",
            "close_at_end": "write execution.close_at_end, at the top",
            "stop_loss": "put it under 'risk:'",
            "take_profit": "put it under 'risk:'",
            "trailing_stop": "put it under 'risk:'",
            "capital": "write initial_capital",
        ]
    )

    private static let kind = ValueType<WrittenPortfolio.Kind>(
        expected: "portfolio or analysis",
        schema: ValueType<WrittenPortfolio.Kind>.word.schema,
        decode: { node, findings in
            if let kind = node.text.flatMap({ WrittenPortfolio.Kind(rawValue: $0) }) { return kind }
            var hint = Findings.hint(for: node.text ?? "", among: ["portfolio", "analysis"], noun: "types")
            if ["data", "strategy", "execution", "root"].contains(node.text ?? "") {
                hint = "the run makes containers of this type itself; describe portfolios and analyses only"
            }
            findings.error(
                "unknown_value",
                "expected a container type, portfolio or analysis, found \(node.described)",
                hint: hint,
                at: node
            )
            return nil
        },
        printed: { .text($0.rawValue) }
    )

    private static func allocation(_ node: YAMLNode, _ findings: inout Findings) -> [WrittenPortfolio.Weight]?
    {
        if node.text == "equal" { return nil }
        guard let entries = node.entries, !entries.isEmpty else {
            findings.wrongType(expected: "equal or {strategy id: weight}", at: node)
            return nil
        }
        return entries.compactMap { entry in
            ValueType<Double>.rate(.positive).decode(entry.value, &findings).map {
                WrittenPortfolio.Weight(strategy: Located(entry.name, at: entry), value: $0)
            }
        }
    }
}

extension Section<WrittenPortfolioSettings> {
    /// The map `portfolio_settings:`.
    static let portfolioSettings = Section(
        title: "'portfolio_settings'",
        fields: Section<PortfolioOptions>.portfolioOptions.fields.map {
            $0.lifted(\WrittenPortfolioSettings.options)
        } + [
            Field(
                "event_tracing",
                schema: { WrittenTracing.eventTracingSchema },
                "Which events the containers of every portfolio keep.",
                decode: { node, settings, findings in
                    let directive = WrittenTracing.directive(eventTracing: node, &findings)
                    settings.tracing.merge(directive)
                }
            )
        ] + Section<TraceDirective>.directive.fields.map { $0.lifted(\WrittenPortfolioSettings.tracing) }
    )
}

extension TraceDirective {
    /// Takes over what another directive of the same place says.
    mutating func merge(_ other: TraceDirective) {
        enabled = other.enabled ?? enabled
        level = other.level ?? level
        mode = other.mode ?? mode
        eventTypes = other.eventTypes ?? eventTypes
        retention = other.retention ?? retention
        maxEvents = other.maxEvents ?? maxEvents
        storageBackend = other.storageBackend ?? storageBackend
        storagePath = other.storagePath ?? storagePath
        compression = other.compression ?? compression
        maxFileSizeMegabytes = other.maxFileSizeMegabytes ?? maxFileSizeMegabytes
        rotation = other.rotation ?? rotation
        batchSize = other.batchSize ?? batchSize
        batchTimeoutMilliseconds = other.batchTimeoutMilliseconds ?? batchTimeoutMilliseconds
        onStorageFailure = other.onStorageFailure ?? onStorageFailure
        onOverload = other.onOverload ?? onOverload
        queueSize = other.queueSize ?? queueSize
        latency = other.latency ?? latency
        monitorMemory = other.monitorMemory ?? monitorMemory
        memoryThresholdMegabytes = other.memoryThresholdMegabytes ?? memoryThresholdMegabytes
        totalThresholdMegabytes = other.totalThresholdMegabytes ?? totalThresholdMegabytes
        sampleRate = other.sampleRate ?? sampleRate
        contextWindow = other.contextWindow ?? contextWindow
        samplingSeed = other.samplingSeed ?? samplingSeed
        streamingMetrics = other.streamingMetrics ?? streamingMetrics
        storeTrades = other.storeTrades ?? storeTrades
        dynamicRules = other.dynamicRules ?? dynamicRules
        observers = other.observers ?? observers
        featureExtraction = other.featureExtraction ?? featureExtraction
        distributedTracing = other.distributedTracing ?? distributedTracing
        alerts = other.alerts ?? alerts
    }
}
