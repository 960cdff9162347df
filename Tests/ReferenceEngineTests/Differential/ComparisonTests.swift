import Testing

/// A comparison that could not fail would prove nothing.
struct ComparisonTests {
    private func outcome() -> (Reference.Scenario, Reference.Outcome) {
        for seed in UInt64(0)... {
            let scenario = ScenarioGenerator.scenario(seed: seed)
            let outcome = Reference.Engine.run(scenario)
            if outcome.trades.count > 3, !outcome.openPositions.isEmpty,
                !UnstableMetrics.of(outcome, scenario).contains(.sharpeRatio)
            {
                return (scenario, outcome)
            }
        }
        return (Reference.Scenario(symbols: [], strategies: []), Reference.Outcome())
    }

    @Test func everyFieldIsCompared() {
        let (scenario, outcome) = outcome()
        #expect(!outcome.trades.isEmpty)
        func difference(_ change: (inout Reference.Outcome) -> Void) -> String? {
            var actual = outcome
            change(&actual)
            return Comparison(scenario: scenario, expected: outcome, actual: actual).firstDifference
        }
        #expect(difference { _ in } == nil)
        #expect(difference { $0.fills[1].price *= 1 + 1e-8 } != nil)
        #expect(difference { $0.fills[1].quantity *= 1 + 1e-8 } != nil)
        #expect(difference { $0.fills.removeLast() } != nil)
        #expect(difference { $0.fills.swapAt(0, 1) } != nil)
        #expect(difference { $0.trades[0].mae -= 1e-6 } != nil)
        #expect(difference { $0.trades[0].barsHeld += 1 } != nil)
        #expect(difference { $0.trades[0].netPnL += 1 } != nil)
        #expect(difference { $0.trades[0].reason = .insolvency } != nil)
        #expect(difference { $0.equity[2] *= 1 + 1e-8 } != nil)
        #expect(difference { $0.halted = .init(reason: .insolvency, time: 0) } != nil)
        #expect(difference { $0.openPositions[0].position *= 2 } != nil)
        #expect(difference { $0.metrics[.sharpeRatio] = nil } != nil)
        #expect(difference { $0.metrics[.turnover, default: 0] += 0.1 } != nil)
    }

    /// A planted fault is shrunk to a handful of bars.
    @Test func shrinkingKeepsTheFault() throws {
        func fails(_ scenario: Reference.Scenario) -> Bool {
            Reference.Engine.run(scenario).trades.contains { $0.reason == .trailingStop }
        }
        let seed = try #require((UInt64(0)..<1_000).first { fails(ScenarioGenerator.scenario(seed: $0)) })
        let smallest = ScenarioShrinker.shrink(ScenarioGenerator.scenario(seed: seed), fails: fails)
        #expect(fails(smallest))
        #expect(smallest.symbols.count == 1)
        #expect(smallest.symbols[0].bars.count <= 10)
        #expect(smallest.strategies.flatMap(\.signals).flatMap { $0 }.count == 1)
        #expect(ScenarioText.text(smallest).contains("scenario.risk.trailingStop = ."))
    }
}
