import BacktestRules
import Testing

/// What the rules of a strategy compare.
@Suite struct RuleFeaturesTests {
    private static let context = RuleContext(parameters: ["fast", "slow", "level"], symbols: ["A"])

    private func features(_ entry: String, _ exit: String? = nil) throws -> [String] {
        func rule(_ text: String) throws -> Rule {
            try #require(Rule.parse(text, as: .condition, in: Self.context).rule)
        }
        let rules = StrategyRules(
            parameterNames: Self.context.parameters,
            enterLong: try rule(entry),
            exitLong: try exit.map(rule)
        )
        return rules.features(in: Self.context).map(\.text)
    }

    @Test func bothSidesOfCrossesAndComparisons() throws {
        #expect(
            try features("crosses_above(sma(close, fast), sma(close, slow))") == [
                "sma(close, fast)", "sma(close, slow)",
            ]
        )
        #expect(
            try features("rsi(close, 14) > level and not (close < ema(close, 3))") == [
                "rsi(close, 14)", "ema(close, 3)",
            ]
        )
    }

    @Test func eachTextOnceAndNoConstants() throws {
        #expect(
            try features("rsi(close, 14) > 55 or rsi(close, 14) < -5", "rsi(close, 14) > level") == [
                "rsi(close, 14)"
            ]
        )
        #expect(try features("close > 0").isEmpty)
        #expect(try features("high[1] > low * 2") == ["high[1]", "low * 2"])
    }

    @Test func builtInStrategiesHaveThem() {
        for strategy in BuiltinStrategies.all {
            let symbols = strategy.symbolCount == 2 ? ["A", "B"] : ["A"]
            let context = RuleContext(
                parameters: strategy.parameters.map(\.name),
                symbols: symbols,
                other: strategy.symbolCount == 2 ? "other" : nil
            )
            let found = strategy.strategyRules(symbols: symbols).features(in: context)
            #expect(found.allSatisfy { $0.kind == .number })
            if strategy.name != "buy_and_hold" { #expect(!found.isEmpty, "\(strategy.name)") }
        }
    }
}
