import BacktestModel
import BacktestRules
import Testing

@Suite struct StrategyRulesTests {
    private func strategy(
        _ enter: String,
        exit: String? = nil,
        strength: String? = nil
    ) throws -> StrategyRules {
        let context = RuleContext(parameters: ["n", "k"])
        let entry: Rule = try #require(Rule.parse(enter, as: .condition, in: context).rule)
        return StrategyRules(
            parameterNames: context.parameters,
            enterLong: entry,
            exitLong: exit.flatMap { Rule.parse($0, as: .condition, in: context).rule },
            strength: strength.flatMap { Rule.parse($0, as: .number, in: context).rule }
        )
    }

    @Test func problemsShowOnlyWithNumbers() throws {
        let rules = try strategy(
            "close > sma(close, n)",
            exit: "close < close[k]",
            strength: "rsi(close, n) / 100"
        )
        #expect(rules.problems(parameters: [5, 0]).isEmpty)
        let found = rules.problems(parameters: [2.5, -1])
        #expect(found.map(\.action) == [.enterLong, .exitLong, nil])
        #expect(found.map(\.diagnostic.offset) == [19, 14, 11])
        #expect(found[0].diagnostic.message == "'n' of 'sma' must be a whole number of 1 or more, not 2.5")
        #expect(found[1].diagnostic.message == "an index must be a whole number of 0 or more, not -1")
        #expect(rules.problems(parameters: [0, .nan]).count == 3)
        #expect(rules.problems(parameters: [.infinity, 1e18]).count == 3)
    }

    @Test func computedWindowsAreChecked() throws {
        let rules = try strategy("close > sma(close, n * 2 - k)")
        #expect(rules.problems(parameters: [3, 1]).isEmpty)
        #expect(rules.problems(parameters: [3, 6]).count == 1)
        #expect(rules.problems(parameters: [0.5, 0]).isEmpty)
    }

    @Test(arguments: [
        ("close > sma(close, 20)", 19), ("close > donchian_upper(20)[1]", 20), ("rsi(close, 14) < 30", 14),
        ("macd(close, 12, 26, 9) > 0", 33), ("macd_signal(close, 12, 26, 9) > 0", 33), ("adx(14) > 20", 27),
        ("stoch_d(14, 3, 3) > 20", 17), ("sma(rsi(close, n), k) > 50", 5), ("close > 0", 0),
        ("crosses_above(close, sma(close, 5))", 5), ("realized_volatility(20) > 0", 20),
        ("beta(close, open, 9) > 1", 9),
        ("keltner_upper(20, 2) < close", 20), ("roc(close, 10) > 0", 10),
    ])
    func warmup(text: String, bars: Int) throws {
        #expect(try strategy(text).warmupBars(parameters: [3, 3]) == bars)
    }

    @Test func equalRulesAreEqual() throws {
        #expect(try strategy("close > n") == strategy("close > n"))
        #expect(try strategy("close > n") != strategy("close > k"))
        #expect(StrategyRules().problems(parameters: []).isEmpty)
    }

    @Test func builtinsParseWithTheirDefaults() {
        let names = [
            "sma_cross", "ema_cross", "macd_cross", "rsi_reversion", "bollinger_reversion",
            "bollinger_breakout",
            "donchian_breakout", "keltner_breakout", "momentum", "pairs_zscore", "buy_and_hold",
            "random_entry",
        ]
        #expect(BuiltinStrategies.all.map(\.name) == names)
        for strategy in BuiltinStrategies.all {
            let rules = strategy.strategyRules(symbols: ["A", "B"])
            let defaults = strategy.parameters.map(\.defaultValue)
            #expect(rules.problems(parameters: defaults).isEmpty)
            #expect(rules.parameterNames == strategy.parameters.map(\.name))
            #expect(rules.enterLong != nil)
            for parameter in strategy.parameters {
                #expect(parameter.defaultValue >= parameter.minimum)
                #expect(parameter.defaultValue <= parameter.maximum ?? .infinity)
                #expect(!parameter.isWhole || parameter.defaultValue == parameter.defaultValue.rounded())
                let used = strategy.rules.contains { $0.text.contains(parameter.name) }
                #expect(used, "\(strategy.name).\(parameter.name)")
            }
            #expect(BuiltinStrategies.named(strategy.name)?.summary == strategy.summary)
        }
        #expect(BuiltinStrategies.named("nothing") == nil)
    }
}
