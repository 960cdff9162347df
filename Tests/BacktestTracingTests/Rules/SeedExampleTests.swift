import BacktestEvents
import BacktestTracing
import Testing

/// The YAML snippets of the seeds, as rules, with what they promise for some container.
@Suite struct SeedExampleTests {
    static let all = directive {
        $0.enabled = true; $0.eventTypes = .all
    }
    static let off = directive { $0.enabled = false }

    @Test func onlyPortfoliosTrace() {  // seed 001, "Only Portfolio Containers Trace"
        let plan = plan([(.pattern("portfolio_*"), Self.all), (.pattern("*"), Self.off)])
        #expect(plan.settings(forContainer: "portfolio_1").eventTypes == .all)
        #expect(plan.settings(forContainer: "portfolio_1").keepsAnything)
        #expect(!plan.settings(forContainer: "signal_analyzer", kind: .analysis).keepsAnything)
    }

    @Test func allTraceButFilter() {  // seed 001, "All Containers Trace, But Filter Events"
        let wanted = types(.positionOpen, .positionClose, .fill, .portfolioUpdate)
        let plan = plan([
            (
                .everything,
                directive {
                    $0.eventTypes = wanted; $0.retention = .tradeComplete
                }
            )
        ])
        for kind in [ContainerKind.portfolio, .analysis, .root] {
            #expect(plan.settings(forContainer: "any", kind: kind).eventTypes == wanted)
        }
    }

    @Test func mixedApproach() {  // seed 001, "Mixed Approach"
        let plan = plan([
            (
                .pattern("portfolio_*"),
                directive {
                    $0.enabled = true
                    $0.eventTypes = .trades
                    $0.retention = .tradeComplete
                    $0.maxEvents = 1_000
                }
            ),
            (
                .pattern("strategy_*"),
                directive {
                    $0.enabled = true
                    $0.eventTypes = types(.signal)
                    $0.retention = .slidingWindow
                    $0.maxEvents = 100
                }
            ),
            (.pattern("data_*"), Self.off),
        ])
        let portfolio = plan.settings(forContainer: "portfolio_7")
        #expect(portfolio.maxEvents == 1_000 && portfolio.retention == .tradeComplete)
        let strategy = plan.settings(forContainer: "strategy_rsi", kind: .strategy)
        #expect(strategy.enabled && strategy.maxEvents == 100 && strategy.eventTypes == types(.signal))
        #expect(!plan.settings(forContainer: "data_spy", kind: .data).keepsAnything)
    }

    @Test func ultraMinimalPortfolios() {  // seed 001, "Ultra-Minimal Portfolio Tracing"
        let plan = plan([
            (
                .kind(.portfolio),
                directive {
                    $0.eventTypes = types(.positionOpen, .positionClose)
                    $0.retention = .tradeComplete
                    $0.maxEvents = 0
                }
            )
        ])
        #expect(!plan.settings(forContainer: "p", kind: .portfolio).keepsAnything, "don't keep any history")
    }

    @Test func multiPhase() {  // seed 001, "Multi-Phase Optimization"
        let plan = plan([
            (
                .pattern("portfolio_phase1_*"),
                directive {
                    $0.retention = .tradeComplete; $0.maxEvents = 100
                }
            ),
            (
                .pattern("portfolio_phase2_*"),
                directive {
                    $0.retention = .slidingWindow; $0.maxEvents = 10_000
                }
            ),
            (
                .pattern("portfolio_final_*"),
                directive {
                    $0.eventTypes = .all; $0.storageBackend = .file
                }
            ),
        ])
        #expect(plan.settings(forContainer: "portfolio_phase1_3").maxEvents == 100)
        #expect(plan.settings(forContainer: "portfolio_phase2_3").retention == .slidingWindow)
        #expect(plan.settings(forContainer: "portfolio_final_3").streams)
        #expect(!plan.settings(forContainer: "portfolio_phase1_3").streams)
    }

    @Test(arguments: [
        ("backtest_7_momentum_a", types(.bar, .signal, .fill)),
        ("backtest_7_hmm_b", types(.regimeChange, .signal, .positionClose)),
        ("backtest_7_ml_c", EventTypeSet.all),
    ])
    func strategySpecific(id: String, expected: EventTypeSet) {  // seed 001, "Strategy-Specific Tracing"
        let plan = plan([
            (.pattern("backtest_*_momentum_*"), directive { $0.eventTypes = types(.bar, .signal, .fill) }),
            (
                .pattern("backtest_*_hmm_*"),
                directive { $0.eventTypes = types(.regimeChange, .signal, .positionClose) }
            ),
            (
                .pattern("backtest_*_ml_*"),
                directive {
                    $0.eventTypes = .all; $0.storageBackend = .file
                }
            ),
        ])
        #expect(plan.settings(forContainer: id).eventTypes == expected)
    }

    @Test func production() {  // seed 001, "Development vs Production"
        let plan = plan([
            (
                .pattern("portfolio_*"),
                directive {
                    $0.enabled = true; $0.eventTypes = types(.fill, .riskBreach, .error)
                }
            ),
            (
                .pattern("execution_*"),
                directive {
                    $0.enabled = true; $0.eventTypes = types(.order, .fill, .error); $0.maxEvents = 5_000
                }
            ),
            (.pattern("*"), Self.off),
        ])
        #expect(plan.settings(forContainer: "execution_1", kind: .execution).maxEvents == 5_000)
        #expect(plan.settings(forContainer: "portfolio_1").eventTypes == types(.fill, .riskBreach, .error))
        #expect(!plan.settings(forContainer: "root_container", kind: .root).enabled)
    }

    @Test func conditionalTracing() throws {  // seed 001, "Conditional Tracing Based on Performance"
        let action = directive {
            $0.eventTypes = .all; $0.storageBackend = .file
        }
        let plan = plan([
            (
                .pattern("portfolio_*"),
                directive {
                    $0.enabled = true
                    $0.eventTypes = types(.positionClose)
                    $0.dynamicRules = [DynamicTraceRule(condition: "metrics.total_pnl > 0", action: action)]
                }
            )
        ])
        let before = plan.settings(forContainer: "portfolio_1")
        #expect(before.eventTypes == types(.positionClose))
        let rule = try #require(before.dynamicRules.first)
        let after = before.applying(rule.action, kind: .portfolio)
        #expect(after.eventTypes == .all && after.streams)
        #expect(after.retention == before.retention && after.maxEvents == before.maxEvents)
    }

    @Test func hierarchical() {  // seed 001, "Hierarchical Configuration"
        let plan = plan([
            (.everything, Self.off),
            (
                .pattern("portfolio_*"),
                directive {
                    $0.enabled = true; $0.eventTypes = types(.positionOpen, .positionClose)
                }
            ),
            (
                .pattern("portfolio_aggressive_*"),
                directive {
                    $0.eventTypes = .all; $0.retention = .all
                }
            ),
        ])
        #expect(!plan.settings(forContainer: "signal_analyzer", kind: .analysis).enabled)
        let calm = plan.settings(forContainer: "portfolio_calm_1")
        #expect(calm.enabled && calm.eventTypes == types(.positionOpen, .positionClose))
        let aggressive = plan.settings(forContainer: "portfolio_aggressive_1")
        #expect(aggressive.enabled, "left open there, so the wider pattern still sets it")
        #expect(aggressive.eventTypes == .all && aggressive.retention == .all)
    }

    @Test func globalLevelWithKinds() {  // seed 003, "Hierarchical Configuration"
        let plan = plan([
            (.everything, directive { $0.level = .minimal }),
            (TraceScope(key: "portfolio_containers"), directive { $0.level = .normal }),
            (TraceScope(key: "execution_containers"), directive { $0.level = .debug }),
        ])
        #expect(plan.settings(forContainer: "p") == .preset(.normal, for: .portfolio))
        #expect(plan.settings(forContainer: "e", kind: .execution).eventTypes == .all)
        #expect(plan.settings(forContainer: "a", kind: .analysis) == .preset(.minimal, for: .analysis))
    }

    @Test func debuggingConfiguration() {  // seed 003, "Debugging Configuration"
        let plan = plan([
            (
                .everything,
                directive {
                    $0.level = .debug; $0.storageBackend = .memory
                }
            ),
            (
                TraceScope(key: "problematic_container"),
                directive {
                    $0.level = .debug; $0.maxEvents = 100_000
                }
            ),
        ])
        #expect(plan.settings(forContainer: "problematic_container").maxEvents == 100_000)
        #expect(plan.settings(forContainer: "other").retention == .all)
    }

    @Test(arguments: [
        ("portfolio_containers", TraceScope.kind(.portfolio)), ("analysis_containers", .kind(.analysis)),
        ("portfolio_*", .pattern("portfolio_*")), ("p?", .pattern("p?")),
        ("momentum", .container("momentum")),
        ("my_containers", .container("my_containers")),
    ])
    func overrideKeys(key: String, scope: TraceScope) {
        #expect(TraceScope(key: key) == scope)
    }

    @Test func diskIsFile() {
        #expect(StorageBackend(name: "disk") == .file)
        #expect(StorageBackend(name: "s3") == .s3)
        #expect(StorageBackend(name: "tape") == nil)
    }
}
