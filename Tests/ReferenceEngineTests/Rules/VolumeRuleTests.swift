import Testing

/// R34a: one bar's volume is shared by all that the container trades; parts of one position make one trade.
struct VolumeRuleTests {
    private let ten = [10.0, 10, 10, 10, 10].map(flat)

    /// Two strategies on one symbol; ten units a bar.
    private func shared(
        _ first: [(Int, Reference.Action)],
        _ second: [(Int, Reference.Action)],
        units: (Double, Double),
        _ change: (inout Reference.Scenario) -> Void = { _ in }
    ) -> Reference.Outcome {
        handCase(ten, volume: ten.map { _ in 100 }, first) { scenario in
            scenario.execution.maxParticipation = 0.1
            for index in scenario.strategies[0].signals[0].indices {
                scenario.strategies[0].signals[0][index].quantity = units.0
            }
            let signals = second.map {
                Reference.Signal(bar: $0.0, action: $0.1, quantity: units.1)
            }
            scenario.strategies.append(.init(id: "second", symbols: [0], signals: [signals]))
            change(&scenario)
        }
    }

    @Test func purchasesShareTheVolume() {
        let outcome = shared([(0, .enterLong)], [(0, .enterLong)], units: (6, 8))
        #expect(outcome.fills.map(\.quantity) == [6, 4, 4])
        #expect(outcome.fills.map(\.strategy) == [0, 1, 1])
        #expect(outcome.fills.map(\.at) == [1, 1, 2])
    }

    /// On bar 2 the second strategy's rest of 4 comes first, decided before the exit of 8, which gets 6.
    @Test func salesAndPurchasesShareIt() {
        let outcome = shared([(0, .enterLong), (1, .exitLong)], [(0, .enterLong)], units: (8, 6))
        #expect(outcome.fills.map { $0.sign * $0.quantity } == [8, 2, 4, -6, -2])
        #expect(outcome.fills.map(\.at) == [1, 1, 2, 2, 3])
    }

    @Test func closeAtEndHasNoBound() {
        let outcome = handCase(ten, volume: ten.map { _ in 100 }, [(0, .enterLong)]) {
            $0.execution.maxParticipation = 0.1
            $0.execution.closeAtEnd = true
        }
        #expect(outcome.fills.map { $0.sign * $0.quantity } == [10, 10, 10, 10, -40])
        #expect(outcome.trades.map(\.quantity) == [40])
    }

    /// 0.8 in tenths leaves 1e-16 in doubles, which is no order.
    @Test func noDust() {
        let bars = (0..<12).map { _ in flat(10) }
        let outcome = handCase(bars, volume: bars.map { _ in 1 }, [(0, .enterLong)]) {
            $0.execution.maxParticipation = 0.1
            $0.portfolio.sizing.method = .fixedQuantity
            $0.portfolio.sizing.value = 0.8
        }
        #expect(outcome.fills.count == 8)
        #expect(agree(outcome.openPositions[0].position, 0.8, 1e-14))
        #expect(outcome.unfilled == 0)
    }

    /// Ten at 10 and ten at 14: the stop lies one below 12, the target two above.
    @Test func levelsFollowTheMeanEntry() {
        func run(_ last: (Double, Double, Double, Double)) -> Reference.Outcome {
            let bars = [flat(10), flat(10), flat(14), last]
            return handCase(bars, volume: [100, 100, 100, 1_000], [(0, .enterLong)]) {
                $0.execution.maxParticipation = 0.1
                $0.portfolio.sizing.method = .fixedQuantity
                $0.portfolio.sizing.value = 20
                $0.risk.stopLoss = .price(1)
                // Out of reach of the first part on bar 2.
                $0.risk.takeProfit = .price(4.5)
            }
        }
        let stopped = run((12, 12, 10.5, 12))
        #expect(stopped.trades.map(\.entryPrice) == [12])
        #expect(stopped.trades.map(\.exitPrice) == [11])
        #expect(stopped.trades.map(\.netPnL) == [-20])
        let target = run((12, 17, 12, 12))
        #expect(target.trades.map(\.exitPrice) == [16.5])
    }
}
