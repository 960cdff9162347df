import Testing

/// Situations from public reports of other engines, each with the answer that the report came to.
struct PublicCaseTests {
    /// A flat scenario of one symbol and one strategy whose signals all ask for the same number of units.
    private static func scenario(
        _ prices: [(Double, Double, Double, Double)],
        volume: Double = 1_000,
        units: Double? = nil,
        _ signals: [Reference.Signal],
        _ change: (inout Reference.Scenario) -> Void = { _ in }
    ) -> Reference.Scenario {
        let bars = prices.enumerated().map { index, price in
            Reference.Bar(
                time: index * ScenarioGenerator.nanosecondsPerDay,
                day: index,
                open: price.0,
                high: price.1,
                low: price.2,
                close: price.3,
                volume: volume
            )
        }
        let sized = signals.map { signal in
            var signal = signal
            if signal.action == .enterLong || signal.action == .enterShort { signal.quantity = units }
            return signal
        }
        var scenario = Reference.Scenario(
            symbols: [.init(name: "X", bars: bars)],
            strategies: [.init(id: "s", symbols: [0], signals: [sized])]
        )
        change(&scenario)
        return scenario
    }

    private static let climb = (120...129).map { price -> (Double, Double, Double, Double) in
        let price = Double(price)
        return (price, price + 1, price - 1, price)
    }

    private static let fall: [(Double, Double, Double, Double)] = [
        (100, 100, 95, 96), (97, 98, 96, 97), (97, 98, 96, 97), (97, 98, 96, 97),
    ]

    static let restingEntryBlocks = scenario(
        [flat(110), flat(110), flat(110)] + climb + fall,
        units: 10,
        [
            .init(bar: 1, action: .enterLong, limit: 105), .init(bar: 4, action: .exitLong),
            .init(bar: 6, action: .enterLong), .init(bar: 8, action: .exitLong),
        ]
    )

    static let partialEntryExit = scenario(
        (0..<14).map { _ in flat(100) },
        volume: 100,
        units: 40,
        [.init(bar: 1, action: .enterLong), .init(bar: 3, action: .exitLong)]
    ) { $0.execution.maxParticipation = 0.1 }

    static let limitEntryStopSameBar = scenario(
        [flat(110), flat(110), (101, 102, 94, 96), (99, 102, 98, 101), (99, 102, 98, 101)],
        units: 10,
        [.init(bar: 1, action: .enterLong, stop: 95, limit: 100)]
    )

    static let insolvent = scenario(
        [
            flat(100), flat(100), flat(100), (100, 260, 100, 250), flat(1_000), flat(1_000), flat(1_000),
            flat(1_000), flat(990), flat(1_005), flat(985), flat(1_010),
        ],
        [.init(bar: 1, action: .enterShort)]
    ) {
        $0.portfolio.direction = .longShort
        $0.metrics.periodsPerYear = 365
    }

    static let slippageBelowZero = scenario(
        (0..<8).map { _ in flat(0.03) },
        units: 1_000,
        [.init(bar: 1, action: .enterLong), .init(bar: 3, action: .exitLong)]
    ) { $0.execution.slippage.spread = 0.1 }

    static let wholeUnits = scenario(
        (0..<10).map { flat(60_000 + 10 * Double($0)) },
        [.init(bar: 1, action: .enterLong)]
    ) {
        $0.portfolio.capital = 10_000
        $0.portfolio.sizing.lot = 1
    }

    @Test func anEntryThatRestsDoesNotBlock() {
        let outcome = Reference.Engine.run(Self.restingEntryBlocks)
        #expect(outcome.fills.map(\.at) == [7, 9])
        #expect(outcome.trades.map(\.entryPrice) == [124])
        #expect(outcome.trades.map(\.exitPrice) == [126])
        #expect(outcome.trades.map(\.barsHeld) == [2])
        #expect(outcome.trades.map(\.netPnL) == [20])
        #expect(outcome.cancelled == 1 && outcome.unfilled == 0)
    }

    @Test func anExitEndsAnEntryFilledInPart() {
        let outcome = Reference.Engine.run(Self.partialEntryExit)
        #expect(outcome.fills.map { $0.sign * $0.quantity } == [10, 10, -10, -10])
        #expect(outcome.fills.map(\.at) == [2, 3, 4, 5])
        #expect(outcome.trades.map(\.quantity) == [20])
        #expect(outcome.cancelled == 1)
    }

    @Test func aStopThatWasCertainlyHit() {
        let outcome = Reference.Engine.run(Self.limitEntryStopSameBar)
        #expect(outcome.trades.map(\.exitBar) == [2])
        #expect(outcome.trades.map(\.exitPrice) == [95])
        #expect(outcome.trades.map(\.netPnL) == [-50])
        #expect(outcome.openPositions.isEmpty)
    }

    @Test func ruinIsNoGoodSharpe() throws {
        let outcome = Reference.Engine.run(Self.insolvent)
        #expect(outcome.equity[3] == -50_000)
        #expect(outcome.equity[4...].allSatisfy { $0 == -800_000 })
        #expect(outcome.metrics[.totalReturn] == -9)
        #expect(outcome.metrics[.maxDrawdown] == 9)
        let sharpe = try #require(outcome.metrics[.sharpeRatio])
        #expect(agree(sharpe, -0.5 * 365.0.squareRoot(), 1e-12))
        #expect(outcome.metrics[.omegaRatio] == 0)
        var sane = Self.insolvent
        sane.strategies[0].signals[0] = [.init(bar: 5, action: .enterLong, quantity: 10)]
        let other = try #require(Reference.Engine.run(sane).metrics[.sharpeRatio])
        #expect(agree(other, 1.4496, 1e-4))
    }

    @Test func aSaleIsNotBelowZero() {
        let outcome = Reference.Engine.run(Self.slippageBelowZero)
        #expect(agree(outcome.fills[0].price, 0.08, 1e-12))
        #expect(outcome.fills[1].price == 0)
        #expect(agree(outcome.trades[0].netPnL, -80, 1e-12))
    }

    @Test func everyEntryWasRejected() {
        let outcome = Reference.Engine.run(Self.wholeUnits)
        #expect(outcome.fills.isEmpty)
        #expect(outcome.rejections == [.sizeZero: 1])
    }

    static let all = [
        restingEntryBlocks, partialEntryExit, limitEntryStopSameBar, insolvent, slippageBelowZero, wholeUnits,
    ]

    /// The real engine on the same cases.
    @Test(arguments: all.indices, [false, true])
    func enginesAgree(index: Int, stepwise: Bool) throws {
        let scenario = Self.all[index]
        let actual = try RealEngine.runFresh(scenario, stepwise: stepwise)
        let expected = Reference.Engine.run(scenario)
        let difference = Comparison(scenario: scenario, expected: expected, actual: actual).firstDifference
        #expect(difference == nil, "\(difference ?? "")")
    }
}
