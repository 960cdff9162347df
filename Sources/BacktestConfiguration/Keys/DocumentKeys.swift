import BacktestEngine
import BacktestMetrics
import BacktestModel
import BacktestSweep
import BacktestTracing
import BacktestYAML

extension Section<WrittenDocument> {
    /// The top of a configuration.
    static let document = Section(
        title: "the configuration",
        fields: own + overridable,
        refused: [
            "close_at_end": "write execution.close_at_end", "sizing": "put it into a portfolio",
            "risk": "put it into a portfolio", "bars": "put it under 'data:'",
        ],
        check: { _, document, findings in
            document.containers = document.containerNodes.map { node in
                let node = Section<WrittenPortfolio>.portfolio.corrected(node, &findings)
                var portfolio = WrittenPortfolio(
                    place: Located((), at: node),
                    node: node,
                    options: document.portfolioSettings.options
                )
                Section<WrittenPortfolio>.portfolio.decode(node, into: &portfolio, &findings)
                return portfolio
            }
        }
    )

    /// Keys that describe what runs, which an environment cannot replace.
    private static let own: [Field<WrittenDocument>] = [
        Field(
            "name",
            ValueType<String>.text.located.optional,
            \.name,
            "Folder of the run's results; the file's name by default."
        ),
        Field(
            "strategies",
            schema: { .array(of: Section<WrittenStrategy>.strategy.schema(), minimum: 1) },
            "Where signals come from.",
            decode: { node, document, findings in
                document.strategies = node.decodedList(of: "strategies", &findings) { item, findings in
                    var strategy = WrittenStrategy(place: Located((), at: item))
                    Section<WrittenStrategy>.strategy.decode(item, into: &strategy, &findings)
                    return strategy
                }
            }
        ),
        Field(
            "portfolios",
            schema: { .array(of: .reference("portfolio"), minimum: 1) },
            "What trades the signals: one container a portfolio and parameter set.",
            decode: { node, document, findings in
                document.containerNodes += node.decodedList(of: "portfolios", &findings) { item, _ in item }
            }
        ),
        Field(
            "containers",
            schema: { .array(of: .reference("portfolio"), minimum: 1) },
            "Portfolios and analysis containers, with a 'type'.",
            decode: { node, document, findings in
                document.containerNodes += node.decodedList(of: "containers", &findings) { item, _ in item }
            }
        ),
    ]

    /// Keys that an environment block may hold.
    static let overridable: [Field<WrittenDocument>] = [
        Field("seed", .seed, \.seed, "Seed of everything random."),
        Field(
            "data",
            schema: { Section<WrittenData>.data.schema() },
            "Which bars are loaded, and how.",
            decode: { node, document, findings in
                var data = WrittenData()
                Section<WrittenData>.data.decode(node, into: &data, &findings)
                document.data = data
            }
        ),
        Field("execution", section: { .execution }, \.execution, "How orders become fills."),
        Field(
            "sweep",
            schema: { Section<WrittenSweep>.sweep.schema() },
            "The parameter sets.",
            decode: { node, document, findings in
                var sweep = WrittenSweep(place: Located((), at: node))
                Section<WrittenSweep>.sweep.decode(node, into: &sweep, &findings)
                document.sweep = sweep
            }
        ),
        Field(
            "tracing",
            schema: { WrittenTracing.schema(bareLevel: true) },
            "How much every container traces.",
            decode: { node, document, findings in
                document.traceRules += WrittenTracing.rules(tracing: node, &findings)
            }
        ),
        Field(
            "trace_settings",
            schema: { WrittenTracing.schema(bareLevel: false) },
            "Trace settings by container pattern.",
            decode: { node, document, findings in
                document.traceRules += WrittenTracing.rules(traceSettings: node, &findings)
            }
        ),
        Field(
            "event_tracing",
            schema: { WrittenTracing.eventTracingSchema },
            "Trace settings of every container.",
            decode: { node, document, findings in
                let directive = WrittenTracing.directive(eventTracing: node, &findings)
                let origin = WrittenTracing.origin("event_tracing", node.start)
                document.traceRules.append(
                    TraceRule(origin: origin, scope: .everything, directive: directive)
                )
            }
        ),
        Field(
            "portfolio_settings",
            schema: { Section<WrittenPortfolioSettings>.portfolioSettings.schema() },
            "Defaults of every portfolio.",
            decode: { node, document, findings in
                Section<WrittenPortfolioSettings>.portfolioSettings.decode(
                    node,
                    into: &document.portfolioSettings,
                    &findings
                )
                let origin = WrittenTracing.origin("portfolio_settings", node.start)
                let directive = document.portfolioSettings.tracing
                guard !directive.isEmpty else { return }
                document.traceRules.append(
                    TraceRule(origin: origin, scope: .kind(.portfolio), directive: directive)
                )
            }
        ),
        Field("metrics", section: { .metrics }, \.metrics, "How metrics are annualised."),
        Field("results", section: { .results }, \.results, "Where results go, and which files are written."),
        Field(
            "checks",
            schema: { .array(of: .type("string")) },
            "Requirements for `admf check`, such as 'max(sharpe_ratio) >= 1'.",
            decode: { node, document, findings in
                document.checks = node.decodedList(of: "checks", &findings) { item, findings in
                    ValueType<String>.text.located.decode(item, &findings)
                }
            }
        ),
    ]
}
