import BacktestMarketData
import BacktestModel
import BacktestRules
import Testing

@Suite struct FeatureStoreTests {
    private let context = RuleContext(parameters: ["p", "q"])

    /// Random strategies, three parameter sets each, on one random tape.
    private func variants(_ seed: UInt64, _ graph: inout FeatureGraph) -> [BoundStrategy] {
        var generator = RuleGenerator(seed: seed)
        var out: [BoundStrategy] = []
        for _ in 0..<8 {
            let conditions = (0..<4).map { _ in
                Rule.parse(generator.condition(3), as: .condition, in: context).rule
            }
            let rules = StrategyRules(
                parameterNames: ["p", "q"],
                enterLong: conditions[0],
                exitLong: conditions[1],
                enterShort: conditions[2],
                exitShort: conditions[3],
                strength: Rule.parse(generator.number(2), as: .number, in: context).rule
            )
            for p in [2.0, 3, 5] {
                out.append(
                    graph.bind(rules: rules, parameters: [p, 100.25], symbol: 0, strategySymbols: [0])
                )
            }
        }
        return out
    }

    private func lists(
        _ graph: FeatureGraph,
        _ variants: [BoundStrategy],
        _ store: FeatureStore
    ) -> [SignalList] {
        var evaluator = SignalEvaluator(graph: graph)
        return variants.map { evaluator.signals(for: $0, store: store) }
    }

    @Test(arguments: 0..<25)
    func storedOrNotTheSignalsAreTheSame(seed: Int) {
        var graph = FeatureGraph(tape: SampleBars.random(180, seed: UInt64(seed)).tape)
        let variants = variants(UInt64(seed), &graph)
        let alone = lists(graph, variants, FeatureStore())
        for jobs in [1, 3] {
            let plan = FeaturePlan(graph: graph, variants: variants)
            let store = FeatureStore(graph: graph, plan: plan, jobs: jobs)
            #expect(store.byteCount == plan.byteCount)
            #expect(plan.columnCount > 0)
            #expect(lists(graph, variants, store) == alone, "seed \(seed)")
        }
        let plan = FeaturePlan(graph: graph, variants: variants)
        let waves = FeaturePlan.waves(graph: graph, variants: variants, limit: plan.peakByteCount / 3)
        #expect(waves.count > 1)
        #expect(waves.flatMap { Array($0) } == Array(variants.indices))
        for wave in waves {
            let part = FeaturePlan(graph: graph, variants: variants[wave])
            let store = FeatureStore(graph: graph, plan: part, jobs: 2)
            #expect(lists(graph, Array(variants[wave]), store) == Array(alone[wave]), "seed \(seed), \(wave)")
        }
    }

    @Test func largeLevelsRunInParallelAndGiveTheSame() throws {
        let strategy = try #require(BuiltinStrategies.named("sma_cross"))
        let rules = strategy.strategyRules(symbols: ["TEST"])
        var graph = FeatureGraph(tape: SampleBars.random(6_000, seed: 3).tape)
        var variants: [BoundStrategy] = []
        for fast in 5...14 {
            for slow in 20...24 {
                variants.append(
                    graph.bind(
                        rules: rules,
                        parameters: [Double(fast), Double(slow)],
                        symbol: 0,
                        strategySymbols: [0]
                    )
                )
            }
        }
        let plan = FeaturePlan(graph: graph, variants: variants)
        // 15 averages stay; the running sum they are made from does not.
        #expect(plan.columnCount == 15)
        #expect(plan.byteCount == 15 * 6_000 * 8)
        #expect(plan.peakByteCount == plan.byteCount + 2 * 6_001 * 8)
        let one = lists(graph, variants, FeatureStore(graph: graph, plan: plan, jobs: 1))
        let four = lists(graph, variants, FeatureStore(graph: graph, plan: plan, jobs: 4))
        #expect(one == four)
        #expect(one == lists(graph, variants, FeatureStore()))
        #expect(one.contains { $0.count > 10 })
    }

    @Test func stepsAreThereUntilTheirLastReader() throws {
        let rule = try #require(
            Rule.parse("ema(ema(ema(close, 3), 4), 5) > p", as: .condition, in: context).rule
        )
        let rules = StrategyRules(parameterNames: ["p", "q"], enterLong: rule)
        var graph = FeatureGraph(tape: SampleBars.random(640, seed: 3).tape)
        let variants = [1.0, 2].map {
            graph.bind(rules: rules, parameters: [$0, 0], symbol: 0, strategySymbols: [0])
        }
        let plan = FeaturePlan(graph: graph, variants: variants)
        #expect(plan.columnCount == 1 && plan.byteCount == 640 * 8)
        // Each average is made of the one before it, and no more than the two are there together.
        #expect(plan.peakByteCount == 2 * 640 * 8)
    }

    @Test func equalVariantsShareEveryNode() throws {
        let rules = try #require(BuiltinStrategies.named("bollinger_reversion")).strategyRules(symbols: [
            "TEST"
        ])
        var graph = FeatureGraph(tape: SampleBars.random(50, seed: 3).tape)
        let a = graph.bind(rules: rules, parameters: [20, 2], symbol: 0, strategySymbols: [0])
        let count = graph.nodeCount
        let b = graph.bind(rules: rules, parameters: [20, 2], symbol: 0, strategySymbols: [0])
        #expect(a == b)
        #expect(graph.nodeCount == count)
        _ = graph.bind(rules: rules, parameters: [20, 3], symbol: 0, strategySymbols: [0])
        // Other bands and their crosses, the same average and deviation.
        #expect(graph.nodeCount == count + 4)
        #expect(FeaturePlan(graph: graph, variants: [a]).columnCount == 0)
    }

    @Test func anEmptySeriesAndAnEmptyStrategyGiveNothing() {
        var graph = FeatureGraph(tape: SampleBars.random(0, seed: 1).tape)
        let variants = variants(4, &graph)
        let store = FeatureStore(graph: graph, plan: FeaturePlan(graph: graph, variants: variants), jobs: 2)
        #expect(lists(graph, variants, store).allSatisfy { $0.count == 0 })
        var full = FeatureGraph(tape: SampleBars.random(10, seed: 1).tape)
        let none = full.bind(rules: StrategyRules(), parameters: [], symbol: 0, strategySymbols: [0])
        #expect(lists(full, [none], FeatureStore()) == [SignalList()])
    }

    @Test func strengthIsClampedAndUndefinedCountsAsZero() {
        var bars = SampleBars.random(6, seed: 1)
        bars.close = [1, 2, 1, 2, 1, 2]
        bars.volume = [0, 50, 0, 150, 0, -30]
        let rules = StrategyRules(
            trigger: .level,
            enterLong: Rule.parse("close > 0", as: .condition, in: context).rule,
            strength: Rule.parse("log(exp(volume[1] / 100))", as: .number, in: context).rule
        )
        var graph = FeatureGraph(tape: bars.tape)
        let variant = graph.bind(rules: rules, parameters: [], symbol: 0, strategySymbols: [0])
        #expect(lists(graph, [variant], FeatureStore())[0].strengths == [0, 0, 0.5, 0, 1, 0])
    }
}
