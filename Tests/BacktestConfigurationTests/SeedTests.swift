import BacktestConfiguration
import BacktestEvents
import BacktestSweep
import BacktestTracing
import Foundation
import Testing

/// The YAML of the documents that the project was created from, each snippet as it stands there.
@Suite("Snippets of the seeds")
struct SeedTests {
    private static let pairs = """
        strategies:
          - {id: momentum_1, type: momentum}
          - {id: momentum_2, type: sma_cross}
          - {id: pairs_1, type: pairs_zscore}
          - {id: pairs_2, type: pairs_zscore}

        """

    /// Snippets that need nothing but data, strategies and portfolios beside them.
    static let sound = [
        "001_line050", "001_line066", "001_line076", "001_line274", "001_line286", "001_line295",
        "001_line316", "001_line334", "001_line354", "001_line372", "001_line413", "001_line429",
        "003_line136", "003_line218", "003_line227",
    ]

    /// Snippets with a test of their own.
    static let special = ["000_line120", "001_line140", "003_line210"]

    private func snippet(_ name: String) throws -> String { try fixture("Seeds/\(name).yaml") }

    @Test func noSnippetIsForgotten() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: testFolder + "/Fixtures/Seeds")
        #expect(files.sorted() == (SeedTests.sound + SeedTests.special).map { $0 + ".yaml" }.sorted())
    }

    @Test(arguments: SeedTests.sound)
    func isAccepted(name: String) throws {
        let outcome = load(minimal + (try snippet(name)))
        // The snippets' patterns are for containers that this one does not have, which it may say.
        let others = outcome.diagnostics.filter { $0.code != "no_container" || $0.severity != .warning }
        #expect(others.isEmpty, "\(outcome.render(color: false))")
        #expect(outcome.plan != nil)
    }

    @Test func portfoliosOfTheFirstDocument() throws {
        let plan = try plan(minimalData + SeedTests.pairs + snippet("000_line120"))
        #expect(plan.portfolios.map(\.id) == ["momentum_portfolio", "pairs_portfolio"])
        #expect(plan.portfolios.map(\.strategies) == [[0, 1], [2, 3]])
        #expect(plan.tracing.rules.map(\.directive.retention) == [.tradeComplete, .tradeComplete])
    }

    /// A portfolio's filter is mandatory, and an analysis names what it observes: the snippet leaves both out.
    @Test func containersNeedWhatTheyListenTo() throws {
        let text = try snippet("001_line140")
        let outcome = load(minimalData + minimalStrategies + text)
        #expect(
            outcome.diagnostics.filter { $0.severity == .error }.map(\.code) == [
                "missing_key", "missing_key",
            ]
        )
        let named = text.replacingOccurrences(
            of: "    type: portfolio\n",
            with: "    type: portfolio\n    strategies: [cross]\n"
        )
        .replacingOccurrences(of: "    type: analysis\n", with: "    type: analysis\n    strategies: [dip]\n")
        let plan = try plan(minimalData + minimalStrategies + named)
        #expect(plan.portfolios.map(\.id) == ["portfolio_1"])
        #expect(plan.analyses.map(\.id) == ["signal_analyzer"])
        let directives = plan.tracing.rules.map(\.directive)
        #expect(directives[0].eventTypes == EventTypeSet([.positionOpen, .positionClose, .fill]))
        #expect(directives[0].storagePath == "./results/portfolio_1/")
        #expect(directives[1].eventTypes == .all)
        #expect(directives[1].storageBackend == .file)
        #expect(directives[1].compression == .gzip)
        #expect(directives[1].maxFileSizeMegabytes == 100)
    }

    /// The document gives `level` twice as alternatives: the pair is a duplicate key, each alone is sound.
    @Test func alternativesOfALevel() throws {
        let text = try snippet("003_line210")
        #expect(load(minimal + text).diagnostics.map(\.code) == ["duplicate_key"])
        for (dropped, level) in [("minimal", TraceLevel.none), ("none", .minimal)] {
            let lines = text.split(separator: "\n").filter { !$0.contains("level: \(dropped)") }
            let rules = try plan(minimal + lines.joined(separator: "\n")).tracing.rules
            #expect(rules.map(\.directive.level) == [level])
        }
    }

    @Test func containerPatterns() throws {
        let rules = try plan(minimal + snippet("001_line295")).tracing.rules
        #expect(rules.map(\.scope) == [.pattern("portfolio_*"), .pattern("strategy_*"), .pattern("data_*")])
        #expect(rules.map(\.directive.enabled) == [true, true, false])
        #expect(rules.map(\.directive.maxEvents) == [1000, 100, nil])
        #expect(rules[1].directive.eventTypes == EventTypeSet(.signal))
        #expect(rules[0].origin.hasPrefix("trace_settings.container_settings.portfolio_*, line "))
    }

    @Test func kindsAndIdsOfOverrides() throws {
        let kinds = try plan(minimal + snippet("003_line136")).tracing.rules
        #expect(kinds.map(\.scope) == [.everything, .kind(.portfolio), .kind(.execution)])
        #expect(kinds.map(\.directive.level) == [.minimal, .normal, .debug])
        let ids = try plan(minimal + snippet("003_line227")).tracing.rules
        #expect(ids.map(\.scope) == [.everything, .container("problematic_container")])
        #expect(ids[0].directive.storageBackend == .memory)
        #expect(try plan(minimal + snippet("003_line218")).tracing.rules[0].directive.rotation == .hourly)
    }

    @Test func portfolioSettings() throws {
        let rules = try plan(minimal + snippet("001_line316")).tracing.rules
        #expect(rules.map(\.scope) == [.kind(.portfolio)])
        #expect(rules[0].directive.eventTypes == EventTypeSet([.positionOpen, .positionClose]))
        #expect(rules[0].directive.maxEvents == 0)
        #expect(rules[0].directive.retention == .tradeComplete)
    }

    @Test func defaultAndPatterns() throws {
        let rules = try plan(minimal + snippet("001_line429")).tracing.rules
        #expect(
            rules.map(\.scope) == [.everything, .pattern("portfolio_*"), .pattern("portfolio_aggressive_*")]
        )
        #expect(rules.map(\.directive.enabled) == [false, true, nil])
        #expect(rules[2].directive.retention == .all)
    }

    @Test func dynamicRules() throws {
        let rules = try plan(minimal + snippet("001_line413")).tracing.rules
        let dynamic = try #require(rules[0].directive.dynamicRules?.first)
        #expect(dynamic.condition == "metrics.total_pnl > 0")
        #expect(dynamic.action.eventTypes == .all)
        #expect(dynamic.action.storageBackend == .file)
    }

    @Test func environments() throws {
        let text = minimal + (try snippet("001_line372"))
        #expect(try plan(text).tracing.rules.isEmpty)
        let development = try plan(text, environment: "development")
        #expect(development.tracing.rules.map(\.directive.retention) == [.all])
        #expect(development.environment == "development")
        let production = try plan(text, environment: "production").tracing.rules
        #expect(production.map(\.scope) == [.pattern("portfolio_*"), .pattern("execution_*"), .pattern("*")])
        let error = try onlyError(text, environment: "prodution")
        #expect(error.code == "unknown_environment")
        #expect(error.hint == "did you mean 'production'?")
    }
}
