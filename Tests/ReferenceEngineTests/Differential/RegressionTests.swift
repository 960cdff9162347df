import Testing

/// What the comparison once found, in the smallest form.
struct RegressionTests {
    /// Shares of 1/3 do not add up in doubles; a container that never trades must not move all the same.
    @Test func idleContainerIsFlat() throws {
        let bars = (0..<4).map { index in
            Reference.Bar(
                time: index * ScenarioGenerator.nanosecondsPerDay,
                day: index,
                open: 10,
                high: 10,
                low: 10,
                close: 10
            )
        }
        for count in 1...12 {
            for weight in [0.1, 0.3, 2.0] {
                var scenario = Reference.Scenario(
                    symbols: [.init(name: "A", bars: bars)],
                    strategies: (0..<count).map { .init(id: "s\($0)", symbols: [0], signals: [[]]) }
                )
                scenario.strategies[0].weight = weight
                scenario.portfolio.capital = 25_000.1
                let outcome = try RealEngine.runFresh(scenario, stepwise: false)
                #expect(outcome.equity == bars.map { _ in 25_000.1 })
                #expect(outcome.metrics[.maxDrawdown] == 0)
                #expect(outcome.metrics[.longestDrawdownBars] == 0)
                #expect(outcome.metrics[.sharpeRatio] == nil)
            }
        }
    }
}
