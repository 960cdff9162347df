import BacktestConfiguration
import BacktestEngine
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestRules
import BacktestSweep
import Foundation
import Testing

@Suite("Settings of the command line")
struct SettingTests {
    @Test func reachEveryPlace() throws {
        let plan = try plan(
            minimal,
            settings: [
                "cross.fast=7", "dip.rules.exit_long=close < open", "main.risk.stop_loss=2%",
                "main.initial_capital=5000",
                "execution.commission.rate=10bps", "execution.commission.minimum=1", "data.start=2024-01-01",
                "data.bars.0.timeframe=1h", "results.store_trades=true", "name=other", "seed=7",
                "cross.trigger=level",
                "sweep.parameters.cross.slow=[40, 50]", "checks=[max(cagr) > 0]",
            ]
        )
        #expect(plan.parameters == [7, 30, 30, 200])
        #expect(plan.portfolios[0].options.risk.stopLoss == .rate(0.02))
        #expect(plan.portfolios[0].options.initialCapital == 5000)
        #expect(plan.execution.commission.rate == 0.001)
        #expect(plan.execution.commission.minimum == 1)
        #expect(plan.data.start == .day(CivilDate(year: 2024, month: 1, day: 1)))
        #expect(plan.data.bars[0].timeframe == 3_600_000_000_000)
        #expect(plan.results.storeTrades)
        #expect(plan.name == "other")
        #expect(plan.seed == 7)
        #expect(plan.sweep.paths == ["cross.slow"])
        #expect(plan.sweep.setCount == 2)
        #expect(plan.checks == ["max(cagr) > 0"])
        #expect(plan.settings.count == 14)
        guard case .rules(let cross) = plan.strategies[0].source,
            case .rules(let dip) = plan.strategies[1].source
        else {
            Issue.record("rules")
            return
        }
        #expect(cross.trigger == .level)
        #expect(dip.exitLong?.text == "close < open")
    }

    @Test func keepABareRate() throws {
        let text = minimal + "execution: {commission: 0.2%}\n"
        let commission = try plan(text, settings: ["execution.commission.per_trade=1"]).execution.commission
        #expect(commission.rate == 0.002)
        #expect(commission.perTrade == 1)
        #expect(try plan(text, settings: ["execution.commission=0.3%"]).execution.commission.rate == 0.003)
    }

    @Test func theLaterOneWins() throws {
        #expect(try plan(minimal, settings: ["cross.fast=7", "cross.fast=8"]).parameters[0] == 8)
    }

    @Test(arguments: [
        ("cross.fast", "invalid_setting", 1), ("=1", "invalid_setting", 1),
        ("cross.fast=x", "wrong_type", 12),
        ("cross.fats=1", "unknown_key", 1), ("execution.fill=cloze", "unknown_value", 16),
        ("exection.fill=close", "unknown_key", 1), ("cross.fast=[1", "yaml_syntax", 14),
        ("data.bars.7.file=x", "unknown_path", 1), ("main.risk.stop_loss=150%", "out_of_range", 21),
    ])
    func pointAtTheArgument(setting: String, code: String, column: Int) throws {
        let error = try onlyError(minimal, settings: ["cross.slow=20", setting])
        #expect(error.code == code)
        #expect(error.file == "--set \(setting)")
        #expect(error.line == 1)
        #expect(error.column == column, "\(error.rendered(color: false))")
    }

    @Test func warnWhereTheSweepReplacesThem() {
        let text = minimal + "sweep: {parameters: {cross.fast: [3, 4]}}\n"
        #expect(load(text, settings: ["cross.fast=9"]).diagnostics.map(\.code) == ["swept_setting"])
    }

    @Test func comeAfterTheEnvironment() throws {
        let text = minimal + "fast_costs: {execution: {commission: 0.5%, latency_bars: 2}}\n"
        let plan = try plan(text, settings: ["execution.latency_bars=1"], environment: "fast_costs")
        #expect(plan.execution.commission.rate == 0.005)
        #expect(plan.execution.latencyBars == 1)
    }
}

@Suite("Environments")
struct EnvironmentTests {
    private let text =
        minimal + """
            execution: {commission: 0.1%, latency_bars: 3}
            cheap:
              execution: {commission: {rate: 0}}
              results: {store_trades: true}
            nightly:
              data: {start: 2020-01-01}
              sweep: {parameters: {cross.fast: [1, 2]}}

            """

    @Test func areLeftOutUnlessChosen() throws {
        let plan = try plan(text)
        #expect(plan.execution.commission.rate == 0.001)
        #expect(!plan.results.storeTrades)
    }

    @Test func replaceSectionsKeyByKey() throws {
        let cheap = try plan(text, environment: "cheap")
        #expect(cheap.execution.commission.rate == 0)
        #expect(cheap.execution.latencyBars == 3)
        #expect(cheap.results.storeTrades)
        let nightly = try plan(text, environment: "nightly")
        #expect(nightly.data.bars.count == 2)
        #expect(nightly.data.start == .day(CivilDate(year: 2020, month: 1, day: 1)))
        #expect(nightly.sweep.setCount == 2)
    }

    @Test func areCheckedEvenIfNotChosen() throws {
        let error = try onlyError(minimal + "cheap: {execution: {comission: 0}}\n")
        #expect(error.code == "unknown_key")
        #expect(error.hint == "did you mean 'commission'?")
        // Chosen, the same mistake is reported once.
        #expect(
            try onlyError(minimal + "cheap: {execution: {comission: 0}}\n", environment: "cheap").line
                == error.line
        )
    }

    @Test func cannotReplaceWhatRuns() throws {
        #expect(try onlyError(minimal + "cheap: {strategies: []}\n").code == "unknown_key")
    }
}

@Suite("The hash of a configuration")
struct HashTests {
    private let base = minimal + "execution: {commission: 0.1%}\nresults: {directory: out}\n"

    private func hash(_ text: String, settings: [String] = [], environment: String? = nil) throws -> String {
        try plan(text, settings: settings, environment: environment).configurationHash
    }

    @Test func is64HexDigits() throws {
        let hash = try hash(base)
        #expect(hash.count == 64)
        #expect(hash.allSatisfy { "0123456789abcdef".contains($0) })
    }

    @Test(arguments: [
        ("0.1%", "0.001"), ("0.1%", "1e-3"), ("0.1%", "10bps"), ("commission: 0.1%", "commission:   0.10%"),
        ("directory: out", "directory: elsewhere"),
        ("{id: main, strategies: [cross, dip]}", "{strategies: [cross, dip], id: \"main\"}"),
        ("\nexecution", "\n# dear\n\nexecution"), ("fast: 10", "fast: 10.0"),
        ("type: sma_cross", "type: 'sma_cross'"),
    ])
    func doesNotDependOnLayout(old: String, new: String) throws {
        #expect(base.contains(old))
        #expect(try hash(base) == hash(base.replacingOccurrences(of: old, with: new)))
    }

    @Test(arguments: [
        ("0.1%", "0.2%"), ("fast: 10", "fast: 11"), ("[cross, dip]", "[dip, cross]"), ("SPY.csv", "SPY2.csv"),
        ("execution:", "seed: 43\nexecution:"),
    ])
    func dependsOnWhatIsSaid(old: String, new: String) throws {
        #expect(base.contains(old))
        #expect(try hash(base) != hash(base.replacingOccurrences(of: old, with: new)))
    }

    @Test func coversSettingsAndEnvironment() throws {
        let text = base + "cheap: {execution: {commission: 0}}\n"
        #expect(try hash(text) == hash(base))
        #expect(try hash(text, environment: "cheap") != hash(base))
        #expect(try hash(text, environment: "cheap") == hash(base, settings: ["execution.commission=0"]))
        #expect(try hash(base, settings: ["cross.fast=10"]) == hash(base))
        #expect(
            try hash(base, settings: ["cross.fast=11"])
                == hash(base.replacingOccurrences(of: "fast: 10", with: "fast: 11"))
        )
        #expect(try hash(base, settings: ["results.store_trades=true"]) == hash(base))
    }
}
