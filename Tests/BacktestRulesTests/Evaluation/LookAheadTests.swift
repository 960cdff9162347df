import BacktestMarketData
import BacktestModel
import BacktestRules
import Testing

/// No rule can see past t: cutting the data off anywhere leaves everything before it as it was, to the last bit.
@Suite struct LookAheadTests {
    private let context = RuleContext(parameters: ["p", "q"], symbols: ["TEST", "QQQ"], other: "other")

    /// A call of every function of the language, and every series.
    static let calls: [String] = Indicators.all.map { item in
        let arguments = item.arguments.map { name in
            switch name {
            case "x": item.name == "log" || item.name == "sqrt" ? "close" : "hl2"
            case "y": "volume"
            case "c": "close > open"
            case "k" where item.name.hasPrefix("stoch"): "5"
            case "k": "1.5"
            case "fast": "3"
            case "slow": "6"
            case "seed": "7"
            default: "4"
            }
        }
        return item.arguments.isEmpty ? item.name : "\(item.name)(\(arguments.joined(separator: ", ")))"
    }

    @Test(arguments: calls)
    func functions(call: String) throws {
        let isCondition = try #require(
            Indicators.all.first { call.hasPrefix($0.name + "(") || call == $0.name }
        ).isCondition
        let number = isCondition ? "bars_since(\(call))" : call
        for text in [number, "sma(\(number), 3)[2] - other.close", "rsi(QQQ.close, 4) + \(number)"] {
            let result = Rule.parse(text, as: .number, in: context)
            let rule: Rule = try #require(result.rule, "\(text): \(result.diagnostics)")
            let whole = column(rule, 150)
            #expect(whole.contains { !$0.isNaN }, "\(text) is never defined")
            for count in [0, 1, 2, 5, 17, 63, 64, 65, 100, 149] {
                let part = column(rule, count)
                #expect(
                    part.map(\.bitPattern) == whole.prefix(count).map(\.bitPattern),
                    "\(text) at \(count)"
                )
            }
        }
    }

    @Test(arguments: 0..<100)
    func randomStrategies(seed: Int) throws {
        var generator = RuleGenerator(seed: UInt64(seed))
        let texts = (0..<4).map { _ in generator.condition(3) }
        let parsed = texts.map { Rule.parse($0, as: .condition, in: context).rule }
        let rules = StrategyRules(
            parameterNames: ["p", "q"],
            trigger: seed % 2 == 0 ? .edge : .level,
            enterLong: parsed[0],
            exitLong: parsed[1],
            enterShort: parsed[2],
            exitShort: parsed[3],
            strength: Rule.parse("rank(close, p) / p", as: .number, in: context).rule
        )
        let whole = signals(rules, 150)
        for count in [1, 30, 64, 65, 130] {
            let part = signals(rules, count)
            let rows = whole.bars.prefix { $0 < count }.count
            #expect(part.bars == Array(whole.bars.prefix(rows)), "seed \(seed) at \(count): \(texts)")
            #expect(part.masks == Array(whole.masks.prefix(rows)), "seed \(seed) at \(count): \(texts)")
            #expect(
                part.strengths == Array(whole.strengths.prefix(rows)),
                "seed \(seed) at \(count): \(texts)"
            )
        }
    }

    private let own = SampleBars.random(150, seed: 11)

    // The other symbol is cut at the same instant.
    private func tape(_ count: Int) -> Tape {
        let other = SampleBars.random(200, seed: 12, symbol: "QQQ", step: 40)
        let last = count == 0 ? 0 : own.timestamps[count - 1]
        return Tape(
            series: [own.prefix(count), other.prefix(other.timestamps.prefix { $0 <= last }.count)],
            timeZone: .utc
        )
    }

    private func column(_ rule: Rule, _ count: Int) -> [Double] {
        rule.numbers(
            tape: tape(count),
            strategySymbols: [0, 1],
            parameterNames: ["p", "q"],
            parameters: [3, 100]
        )
    }

    private func signals(_ rules: StrategyRules, _ count: Int) -> SignalList {
        var graph = FeatureGraph(tape: tape(count))
        let variant = graph.bind(rules: rules, parameters: [3, 100], symbol: 0, strategySymbols: [0, 1])
        var evaluator = SignalEvaluator(graph: graph)
        return evaluator.signals(for: variant, store: FeatureStore())
    }
}
