import Testing

/// Signals, orders and fills (R7, R30 to R39, R62 to R67), each answer worked out by hand.
struct OrderRuleTests {
    private let climb = [10.0, 11, 12, 13, 14, 15, 16, 17].map(flat)

    @Test func nextOpenByDefault() {
        let outcome = handCase(climb, [(1, .enterLong), (4, .exitLong)])
        #expect(outcome.fills.map(\.at) == [2, 5])
        #expect(outcome.fills.map(\.price) == [12, 15])
        #expect(outcome.trades[0].barsHeld == 3)
        #expect(agree(outcome.metrics[.finalEquity] ?? 0, 1_250, 1e-12))
    }

    @Test(arguments: [
        (Reference.Timing.nextOpen, 0, [2, 5]), (.nextOpen, 2, [4, 7]), (.nextClose, 0, [2, 5]),
        (.nextClose, 1, [3, 6]), (.close, 0, [1, 4]), (.close, 1, [2, 5]), (.nextVWAP, 0, [2, 5]),
    ])
    func dueBars(timing: Reference.Timing, latency: Int, bars: [Int]) {
        let outcome = handCase(climb, [(1, .enterLong), (4, .exitLong)]) { scenario in
            scenario.execution.fill = timing
            scenario.execution.latencyBars = latency
            for index in scenario.symbols[0].bars.indices { scenario.symbols[0].bars[index].vwap = 9 }
        }
        #expect(outcome.fills.map(\.at) == bars)
        if timing == .nextVWAP { #expect(outcome.fills.map(\.price) == [9, 9]) }
    }

    /// R35, R37: on the last bar only `close` fills.
    @Test func lastBarSignal() {
        #expect(handCase(climb, [(7, .enterLong)]).fills.isEmpty)
        #expect(handCase(climb, [(7, .enterLong)]).unfilled == 1)
        let atClose = handCase(climb, [(7, .enterLong)]) { $0.execution.fill = .close }
        #expect(atClose.fills.map(\.at) == [7])
        #expect(atClose.openPositions.count == 1)
    }

    /// R33: a close, then an open at the same fill, with the cash that the close left.
    @Test func flip() {
        let outcome = handCase([flat(10), flat(10), flat(8), flat(4)], [(0, .enterLong), (1, .enterShort)]) {
            $0.portfolio.direction = .longShort
        }
        #expect(outcome.fills.map(\.at) == [1, 2, 2])
        #expect(outcome.fills.map { $0.sign * $0.quantity } == [100, -100, -100])
        #expect(outcome.equity == [1_000, 1_000, 800, 1_200])
    }

    /// R32: in long_only an enter_short does not close a long.
    @Test func directionDropsFirst() {
        let outcome = handCase(climb, [(0, .enterLong), (2, .enterShort), (3, .exitShort)])
        #expect(outcome.fills.count == 1)
        #expect(outcome.rejections.isEmpty)
    }

    /// R7.
    @Test func conflicts() {
        let same = handCase(climb, [(0, .enterLong), (2, .exitLong), (2, .enterLong)])
        #expect(same.fills.map(\.at) == [1, 3])
        let both = handCase(climb, [(1, .enterLong), (1, .enterShort)]) {
            $0.portfolio.direction = .longShort
        }
        #expect(both.fills.isEmpty)
        #expect(both.rejections == [.conflict: 2])
        let exits = handCase(climb, [(0, .enterLong), (2, .exitLong), (2, .enterShort)]) {
            $0.portfolio.direction = .longShort
        }
        #expect(exits.fills.map { $0.sign } == [1, -1, -1])
    }

    /// R30, R34: with latency an exit decided while the entry is pending queues behind it.
    @Test func exitWhileEntryIsPending() {
        let outcome = handCase(climb, [(1, .enterLong), (2, .exitLong), (3, .enterLong)]) {
            $0.execution.latencyBars = 2
        }
        #expect(outcome.fills.map(\.at) == [4, 5, 6])
    }

    /// R34: a stop drops the close queued for its position; the entry behind it stays.
    @Test func protectionDropsQueuedCloses() {
        let bars = [flat(10), flat(10), flat(10), (10, 10, 8, 8), flat(8), flat(8)]
        let outcome = handCase(bars, [(0, .enterLong), (2, .exitLong), (2, .enterShort)]) {
            $0.portfolio.direction = .longShort
            $0.execution.latencyBars = 1
            $0.risk.stopLoss = .price(1)
        }
        // Entered on 2, the exit is due on 4, the stop at 9 comes on 3.
        #expect(outcome.trades.map(\.reason) == [.stopLoss])
        #expect(outcome.fills.map(\.at) == [2, 3, 4])
        #expect(outcome.fills.map(\.price) == [10, 9, 8])
        #expect(outcome.fills.map(\.sign) == [1, -1, -1])
    }

    /// R62, R37: a market exit due at an open goes before a stop; `close` may enter again on the bar of a stop.
    @Test func exitBeforeProtection() {
        let bars = [flat(10), flat(10), (7, 12, 6, 8), flat(8)]
        let outcome = handCase(bars, [(0, .enterLong), (1, .exitLong)]) { $0.risk.stopLoss = .price(1) }
        #expect(outcome.trades.map(\.reason) == [.signal])
        let again = handCase(bars, [(0, .enterLong), (2, .enterLong)]) {
            $0.risk.stopLoss = .price(1)
            $0.execution.fill = .close
        }
        #expect(again.fills.map(\.at) == [0, 2, 2])
        #expect(again.fills.map(\.price) == [10, 7, 8])
    }

    /// (c): limits fill at the open through the level, else at it; stop entries mirror them and slip.
    @Test func restingEntries() {
        let bars = [flat(10), (10, 11, 9.5, 10), (10, 10, 8.5, 9), (8, 9, 7, 8), (8, 12, 8, 11)]
        let limit = handCase(bars, [(0, .enterLong)]) {
            $0.execution.limitEntry = .price(1)
            $0.execution.slippage.rate = 0.1
        }
        #expect(limit.fills.map(\.at) == [2])
        #expect(limit.fills.map(\.price) == [9])
        let gap = handCase(bars, [(0, .enterLong)]) { $0.execution.limitEntry = .price(1.75) }
        #expect(gap.fills.map(\.price) == [8])
        let stop = handCase(bars, [(2, .enterLong)]) {
            $0.execution.stopEntry = .price(1)
            $0.execution.slippage.spread = 1
        }
        #expect(stop.fills.map(\.at) == [4])
        #expect(stop.fills.map(\.price) == [10.5])
        let sell = handCase(bars, [(0, .enterShort)]) {
            $0.portfolio.direction = .shortOnly
            $0.execution.limitEntry = .price(1)
        }
        #expect(sell.fills.map(\.price) == [11])
    }

    /// R38.
    @Test func zeroVolumeWaits() {
        let bars = [flat(10), flat(11), flat(12), (12, 12, 5, 12), (12, 12, 12, 12), flat(13)]
        let outcome = handCase(bars, volume: [1, 0, 1, 0, 1, 0], [(0, .enterLong)]) {
            $0.execution.waitsForVolume = true
            $0.risk.stopLoss = .price(2)
            $0.execution.closeAtEnd = true
        }
        #expect(outcome.fills.map(\.at) == [2, 5])
        #expect(outcome.trades.map(\.reason) == [.endOfData])
    }

    /// (e): a tenth of 400 a bar; the average price, the time exit and the exit itself are partial too.
    @Test func partialFills() {
        let bars = [10.0, 10, 20, 20, 20, 20, 20].map(flat)
        let outcome = handCase(bars, volume: bars.map { _ in 400 }, [(0, .enterLong), (3, .exitLong)]) {
            $0.execution.maxParticipation = 0.1
            $0.portfolio.sizing.method = .fixedQuantity
            $0.portfolio.sizing.value = 60
        }
        #expect(outcome.fills.map { $0.sign * $0.quantity } == [40, 20, -40, -20])
        #expect(outcome.fills.map(\.at) == [1, 2, 4, 5])
        #expect(agree(outcome.trades[0].entryPrice, 800.0 / 60, 1e-12))
        #expect(outcome.trades[0].quantity == 60)
        #expect(outcome.trades[0].barsHeld == 4)
    }

    /// (e): what a stop cannot sell goes at the next opens, before anything else.
    @Test func partialProtection() {
        let bars = [flat(10), flat(10), (10, 10, 8, 8), flat(7), flat(6)]
        let outcome = handCase(bars, volume: [0, 1_000, 60, 60, 60], [(0, .enterLong)]) {
            $0.execution.maxParticipation = 0.5
            $0.portfolio.sizing.method = .fixedQuantity
            $0.portfolio.sizing.value = 70
            $0.risk.stopLoss = .price(1)
        }
        #expect(outcome.fills.map { $0.sign * $0.quantity } == [70, -30, -30, -10])
        #expect(outcome.fills.map(\.price) == [10, 9, 7, 6])
        #expect(outcome.trades.map(\.reason) == [.stopLoss])
    }

    /// R64: with n = 1 no flip, and no entry decided on the bar of the exit; none behind a close that is under way.
    @Test func cooldown() {
        let outcome = handCase(
            climb,
            [(0, .enterLong), (1, .enterShort), (2, .enterShort), (3, .enterShort)]
        ) {
            $0.portfolio.direction = .longShort
            $0.risk.cooldownBars = 1
        }
        #expect(outcome.fills.map(\.at) == [1, 2, 4])
        #expect(outcome.rejections == [.cooldown: 2])
        let behind = handCase(climb, [(0, .enterLong), (1, .exitLong), (1, .enterShort)]) {
            $0.portfolio.direction = .longShort
            $0.risk.cooldownBars = 1
        }
        #expect(behind.fills.map(\.at) == [1, 2])
        #expect(behind.rejections == [.cooldown: 1])
    }

    /// R63: the entry bar counts where it was filled at its open.
    @Test func maxHoldingBars() {
        let open = handCase(climb, [(0, .enterLong)]) { $0.risk.maxHoldingBars = 2 }
        #expect(open.trades.map(\.exitBar) == [3])
        #expect(open.trades.map(\.reason) == [.maxHoldingBars])
        let close = handCase(climb, [(0, .enterLong)]) {
            $0.risk.maxHoldingBars = 2
            $0.execution.fill = .close
        }
        #expect(close.trades.map(\.exitBar) == [2])
    }

    /// R65: the second sleeve is refused at its decision while the first is projected long.
    @Test func maxPositions() {
        let outcome = handCase(climb, [(0, .enterLong), (2, .exitLong)]) { scenario in
            scenario.strategies.append(
                .init(
                    id: "second",
                    symbols: [0],
                    signals: [[.init(bar: 1, action: .enterLong), .init(bar: 2, action: .enterLong)]]
                )
            )
            scenario.risk.maxPositions = 1
        }
        #expect(outcome.fills.map(\.strategy) == [0, 0, 1])
        #expect(outcome.rejections == [.maxPositions: 1])
    }
}
