import Testing

/// R62: what is certain on the bar inside which a resting entry has filled; the decision's close is 100 everywhere.
struct EntryBarRuleTests {
    struct Example {
        var name: String
        var bar: (Double, Double, Double, Double)
        var action = Reference.Action.enterLong
        var limit: Double?
        var entryStop: Double?
        var stop: Reference.Distance?
        var target: Double?
        var trail: Double?
        var intrabar = Reference.Intrabar.stopFirst
        /// Reason and price of the exit on the entry bar, `nil` for none.
        var exit: (Reference.ExitReason, Double)?
    }

    static let longs: [Example] = [
        Example(
            name: "limit 98, low under the stop 95",
            bar: (99, 103, 94, 97),
            limit: 2,
            stop: .price(3),
            exit: (.stopLoss, 95)
        ),
        Example(name: "the high may have come first", bar: (99, 103, 97, 100), limit: 2, target: 3),
        Example(
            name: "target below the close",
            bar: (99, 103, 97, 102),
            limit: 2,
            target: 3,
            exit: (.takeProfit, 101)
        ),
        Example(
            name: "limit, both",
            bar: (99, 103, 94, 97),
            limit: 2,
            stop: .price(3),
            target: 3,
            exit: (.stopLoss, 95)
        ),
        Example(
            name: "limit, both, target first",
            bar: (99, 103, 94, 102),
            limit: 2,
            stop: .price(3),
            target: 3,
            intrabar: .targetFirst,
            exit: (.takeProfit, 101)
        ),
        Example(
            name: "stop entry 102, close under 98.94",
            bar: (100, 103, 94, 95),
            entryStop: 2,
            stop: .rate(0.03),
            exit: (.stopLoss, 98.94)
        ),
        Example(
            name: "the low may have come first",
            bar: (100, 103, 94, 100),
            entryStop: 2,
            stop: .rate(0.03)
        ),
        Example(
            name: "target under the high",
            bar: (100, 106, 99.5, 101),
            entryStop: 2,
            stop: .rate(0.03),
            target: 3,
            exit: (.takeProfit, 105)
        ),
        Example(
            name: "stop entry, both",
            bar: (100, 106, 98, 101),
            entryStop: 2,
            stop: .rate(0.03),
            target: 3,
            exit: (.stopLoss, 98.94)
        ),
        Example(
            name: "stop entry, both, target first",
            bar: (100, 106, 98, 101),
            entryStop: 2,
            stop: .rate(0.03),
            target: 3,
            intrabar: .targetFirst,
            exit: (.takeProfit, 105)
        ),
        Example(
            name: "stop entry, both, stop nearer",
            bar: (100, 106, 98, 101),
            entryStop: 2,
            stop: .rate(0.03),
            target: 3,
            intrabar: .nearestOpen,
            exit: (.stopLoss, 98.94)
        ),
        Example(name: "trailing", bar: (99, 103, 94, 97), limit: 2, trail: 3, exit: (.trailingStop, 95)),
    ]

    static let shorts: [Example] = [
        Example(
            name: "limit 102, high over the stop 105",
            bar: (101, 106, 97, 103),
            action: .enterShort,
            limit: 2,
            stop: .price(3),
            exit: (.stopLoss, 105)
        ),
        Example(
            name: "the low may have come first",
            bar: (101, 103, 97, 100),
            action: .enterShort,
            limit: 2,
            target: 3
        ),
        Example(
            name: "target above the close",
            bar: (101, 103, 97, 98),
            action: .enterShort,
            limit: 2,
            target: 3,
            exit: (.takeProfit, 99)
        ),
        Example(
            name: "target over the low",
            bar: (100, 100.5, 94, 99),
            action: .enterShort,
            entryStop: 2,
            stop: .price(3),
            target: 3,
            exit: (.takeProfit, 95)
        ),
        Example(
            name: "stop entry, both",
            bar: (100, 102, 94, 99),
            action: .enterShort,
            entryStop: 2,
            stop: .price(3),
            target: 3,
            exit: (.stopLoss, 101)
        ),
        Example(
            name: "close over the stop",
            bar: (100, 102, 97, 101.5),
            action: .enterShort,
            entryStop: 2,
            stop: .price(3),
            exit: (.stopLoss, 101)
        ),
    ]

    @Test func certainLevels() {
        for example in Self.longs + Self.shorts {
            let outcome = handCase([flat(100), example.bar], [(0, example.action)]) {
                $0.portfolio.direction = .longShort
                $0.execution.limitEntry = example.limit.map { .price($0) }
                $0.execution.stopEntry = example.entryStop.map { .price($0) }
                $0.risk.stopLoss = example.stop
                $0.risk.takeProfit = example.target.map { .price($0) }
                $0.risk.trailingStop = example.trail.map { .price($0) }
                $0.risk.intrabar = example.intrabar
            }
            #expect(outcome.fills.first?.at == 1, "\(example.name)")
            #expect(outcome.trades.first?.reason == example.exit?.0, "\(example.name)")
            let price = outcome.trades.first?.exitPrice ?? -1
            #expect(agree(price, example.exit?.1 ?? -1, 1e-12), "\(example.name)")
        }
    }

    /// R39, R4 at the place of the entry: a signal's stop above the limit is left where the limit fills.
    @Test func levelBeyondTheEntry() {
        let stop = handCase([flat(100), (99.5, 100, 97, 99)], [(0, .enterLong)]) {
            $0.strategies[0].signals[0][0].limit = 98
            $0.strategies[0].signals[0][0].stop = 99
        }
        #expect(stop.trades.map(\.exitPrice) == [98])
        #expect(stop.trades.map(\.reason) == [.stopLoss])
        let target = handCase([flat(100), (99.5, 100, 97, 99)], [(0, .enterLong)]) {
            $0.strategies[0].signals[0][0].limit = 98
            $0.strategies[0].signals[0][0].target = 97.5
            $0.execution.slippage.rate = 0.1
        }
        #expect(target.trades.map(\.exitPrice) == [98])
        #expect(target.trades.map(\.reason) == [.takeProfit])
    }

    /// What the entry bar leaves open counts from the next bar on.
    @Test func theRestFromTheNextBar() {
        let bars = [flat(100), (99, 103, 97, 100), (100, 102, 100, 100)]
        let outcome = handCase(bars, [(0, .enterLong)]) {
            $0.execution.limitEntry = .price(2)
            $0.risk.takeProfit = .price(3)
        }
        #expect(outcome.trades.map(\.exitBar) == [2])
        #expect(outcome.trades.map(\.exitPrice) == [101])
    }

    /// Ten of twenty fill at 98 on bar 1; on bar 2 the rest is met before the stop at 94 on every path, but not before
    /// the target at 102.
    @Test func additionsToWhatIsHeld() {
        func run(_ bar: (Double, Double, Double, Double)) -> Reference.Outcome {
            let bars = [flat(100), (99, 99, 97, 99), bar, flat(99)]
            return handCase(bars, volume: [100, 100, 1_000, 1_000], [(0, .enterLong)]) {
                $0.portfolio.capital = 10_000
                $0.execution.maxParticipation = 0.1
                $0.execution.limitEntry = .price(2)
                $0.portfolio.sizing.method = .fixedQuantity
                $0.portfolio.sizing.value = 20
                $0.risk.stopLoss = .price(4)
                $0.risk.takeProfit = .price(4)
            }
        }
        let stopped = run((99, 100, 93, 95))
        #expect(stopped.fills.map { $0.sign * $0.quantity } == [10, 10, -20])
        #expect(stopped.fills.map(\.price) == [98, 98, 94])
        // Opened beyond the target: left there, though the bar then falls through the rest's limit and the target.
        let opened = run((103, 103, 97, 99))
        #expect(opened.fills.map { $0.sign * $0.quantity } == [10, -10])
        #expect(opened.fills.map(\.price) == [98, 103])
        let target = run((99, 103, 97, 99))
        #expect(target.fills.map { $0.sign * $0.quantity } == [10, -10])
        #expect(target.fills.map(\.price) == [98, 102])
        #expect(target.cancelled == 1)
    }
}
