import BacktestExpressions
import BacktestModel
import BacktestRules
import Testing

/// The column evaluator against an independent one that goes bar by bar.
@Suite struct SlowEvaluatorTests {
    private let context = RuleContext(parameters: ["p", "q"])

    @Test(arguments: 0..<20)
    func randomConditionsAgree(block: Int) throws {
        var decided = 0
        for number in 0..<60 {
            let seed = UInt64(block * 1_000 + number)
            var generator = RuleGenerator(seed: seed)
            let text = generator.condition(3)
            let bars = SampleBars.random(Int.random(in: 0...200, using: &generator.random), seed: seed)
            let parameters = [Double(Int.random(in: 2...5, using: &generator.random)), 100.25]
            var slow = SlowEvaluator(bars: bars, parameters: ["p": parameters[0], "q": parameters[1]])
            let wanted = slow.conditions(try ExpressionParser.parse(text))
            if slow.uncertain > 0 { continue }
            decided += 1
            let result = Rule.parse(text, as: .condition, in: context)
            let rule: Rule = try #require(result.rule, "seed \(seed): \(text): \(result.diagnostics)")
            for trigger in SignalTrigger.allCases {
                let rules = StrategyRules(parameterNames: ["p", "q"], trigger: trigger, exitShort: rule)
                let found = signals(rules, parameters, bars)
                let rows = wanted.indices.filter { t in
                    wanted[t] && (trigger == .level || t == 0 || !wanted[t - 1])
                }
                #expect(found.bars.map { Int($0) } == rows, "seed \(seed), \(trigger): \(text)")
                #expect(found.masks.allSatisfy { $0 == SignalAction.exitShort.mask })
            }
        }
        // Ties that rounding decides are rare enough that most rules are held to every bar.
        #expect(decided >= 25, "only \(decided) of 60 rules were free of ties")
    }

    @Test(arguments: 0..<20)
    func randomNumbersAgree(block: Int) throws {
        for number in 0..<60 {
            let seed = UInt64(500_000 + block * 1_000 + number)
            var generator = RuleGenerator(seed: seed)
            let text = generator.number(2)
            let bars = SampleBars.random(Int.random(in: 0...200, using: &generator.random), seed: seed)
            var slow = SlowEvaluator(bars: bars, parameters: ["p": 3, "q": 100.25])
            let wanted = slow.numbers(try ExpressionParser.parse(text))
            // A condition, or a spread of nothing but rounding, that rounding decides makes the number undecided too.
            if slow.uncertain > 0 { continue }
            let result = Rule.parse(text, as: .number, in: context)
            let rule: Rule = try #require(result.rule, "seed \(seed): \(text): \(result.diagnostics)")
            let found = rule.numbers(tape: bars.tape, parameterNames: ["p", "q"], parameters: [3, 100.25])
            #expect(found.count == wanted.count)
            let scale = wanted.compactMap { $0.map(abs) }.max() ?? 1
            for (bar, pair) in zip(found, wanted).enumerated() {
                let agrees = pair.1.map { abs($0 - pair.0) <= 1e-8 * max(scale, 1) } ?? pair.0.isNaN
                if !agrees {
                    Issue.record("seed \(seed), bar \(bar): \(pair.0), not \(pair.1 ?? .nan): \(text)")
                    break
                }
            }
        }
    }

    private func signals(_ rules: StrategyRules, _ parameters: [Double], _ bars: SampleBars) -> SignalList {
        var graph = FeatureGraph(tape: bars.tape)
        let variant = graph.bind(rules: rules, parameters: parameters, symbol: 0, strategySymbols: [0])
        var evaluator = SignalEvaluator(graph: graph)
        return evaluator.signals(for: variant, store: FeatureStore())
    }
}
