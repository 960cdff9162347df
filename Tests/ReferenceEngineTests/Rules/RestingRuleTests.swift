import Testing

/// Entries that wait at their limit or in parts, and what ends them (R34), each answer worked out by hand.
struct RestingRuleTests {
    /// A limit one below the decision's close of 10.
    private func resting(
        _ bars: [(Double, Double, Double, Double)],
        _ signals: [(Int, Reference.Action)],
        latency: Int = 0,
        _ change: (inout Reference.Scenario) -> Void = { _ in }
    ) -> Reference.Outcome {
        handCase(bars, signals) {
            $0.execution.limitEntry = .price(1)
            $0.execution.latencyBars = latency
            change(&$0)
        }
    }

    /// A fixed number of units; a tenth of a volume of 100 may trade a bar.
    private func thin(
        _ units: Double,
        _ bars: [(Double, Double, Double, Double)],
        volume: [Double]? = nil,
        _ signals: [(Int, Reference.Action)],
        _ change: (inout Reference.Scenario) -> Void = { _ in }
    ) -> Reference.Outcome {
        handCase(bars, volume: volume ?? bars.map { _ in 100 }, signals) {
            $0.execution.maxParticipation = 0.1
            $0.portfolio.sizing.method = .fixedQuantity
            $0.portfolio.sizing.value = units
            change(&$0)
        }
    }

    private func signed(_ outcome: Reference.Outcome) -> [Double] {
        outcome.fills.map { $0.sign * $0.quantity }
    }

    private let touched: (Double, Double, Double, Double) = (10, 10, 9, 10)

    /// The exit cancels from its due bar on: before that bar's fills, not before.
    @Test func exitCancelsWhatRests() {
        let late = resting([flat(10), flat(10), flat(10), touched], [(0, .enterLong), (2, .exitLong)])
        #expect(late.fills.isEmpty && late.cancelled == 1 && late.unfilled == 0)
        // With a latency of 1 the exit decided on bar 2 is due on bar 4: the entry still fills on bar 3.
        let bars = [flat(10), flat(10), flat(10), touched, flat(10)]
        let filled = resting(bars, [(0, .enterLong), (2, .exitLong)], latency: 1)
        #expect(filled.fills.map(\.at) == [3, 4])
        #expect(filled.fills.map(\.price) == [9, 10])
        #expect(filled.cancelled == 0)
    }

    /// A signal of the other side leaves the resting entry for its own.
    @Test func theOtherSideCancelsWhatRests() {
        let outcome = resting(
            [flat(10), flat(10), (10, 11, 9, 10), flat(10)],
            [(0, .enterLong), (1, .enterShort)]
        ) { $0.portfolio.direction = .longShort }
        #expect(signed(outcome) == [-1_000.0 / 11])
        #expect(outcome.fills.map(\.at) == [2])
        #expect(outcome.cancelled == 1)
    }

    /// No exit is made by a close that only cancels, so no cooldown keeps the other side away.
    @Test func cancellingIsNoExit() {
        let outcome = resting(
            [flat(10), flat(10), (10, 11, 9, 10), flat(10)],
            [(0, .enterLong), (1, .enterShort)]
        ) {
            $0.portfolio.direction = .longShort
            $0.risk.cooldownBars = 2
        }
        #expect(outcome.fills.map(\.at) == [2])
        #expect(outcome.rejections.isEmpty)
    }

    @Test func newEntryReplacesWhatRests() {
        let bars = [flat(10), flat(10), flat(12), (12, 12, 8, 10), flat(10)]
        let outcome = resting(bars, [(0, .enterLong), (2, .enterLong)])
        #expect(outcome.fills.map(\.price) == [11])
        #expect(outcome.cancelled == 1 && outcome.unfilled == 0)
    }

    /// The older entry is in force until the new one is due; once it has filled the new one comes too late.
    @Test func replacementOnItsOwnDueBar() {
        let bars = [flat(10), flat(10), flat(10), touched, touched, touched]
        let signals: [(Int, Reference.Action)] = [(0, .enterLong), (2, .enterLong)]
        let late = resting(bars, signals, latency: 1)
        #expect(late.fills.map(\.at) == [3])
        #expect(late.cancelled == 1)
        let added = resting(bars, signals, latency: 1) {
            $0.portfolio.pyramiding = true
            $0.portfolio.sizing.value = 0.5
        }
        #expect(added.fills.map(\.at) == [3, 4])
        #expect(added.cancelled == 0)
    }

    /// A market entry replaces too; a third signal finds it on its way.
    @Test func marketEntryReplaces() {
        let bars = [flat(10), flat(10), flat(12), flat(12), flat(12)]
        let outcome = handCase(bars, [(0, .enterLong), (1, .enterLong), (2, .enterLong)]) {
            $0.strategies[0].signals[0][0].limit = 9
            $0.execution.latencyBars = 1
        }
        #expect(outcome.fills.map(\.at) == [3])
        #expect(outcome.cancelled == 1)
    }

    /// Two bars from the due bar on, over before the second one's decisions.
    @Test func expiry() {
        let late = resting([flat(10), flat(10), flat(10), touched], [(0, .enterLong)]) {
            $0.execution.expireBars = 2
        }
        #expect(late.fills.isEmpty && late.cancelled == 1 && late.unfilled == 0)
        let last = resting([flat(10), flat(10), touched, flat(10)], [(0, .enterLong)]) {
            $0.execution.expireBars = 2
        }
        #expect(last.fills.map(\.at) == [2])
        // On bar 2 it is gone: the signal there is an entry of its own, of the other side without any close.
        let other = resting(
            [flat(10), flat(10), flat(10), (10, 11, 9, 10)],
            [(0, .enterLong), (2, .enterShort)]
        ) {
            $0.execution.expireBars = 2
            $0.portfolio.direction = .longShort
            $0.execution.closeAtEnd = true
        }
        #expect(other.fills.map(\.price) == [11, 10])
        #expect(other.cancelled == 1)
    }

    /// Market orders don't expire, nor does what volume has left of them.
    @Test func marketOrdersDoNotExpire() {
        let outcome = thin(30, [10.0, 10, 10, 10].map(flat), [(0, .enterLong)]) {
            $0.execution.expireBars = 1
        }
        #expect(signed(outcome) == [10, 10, 10])
    }

    /// Nothing fills for want of volume until the exit is due: the entry has one turn, what that leaves is cancelled.
    @Test func untouchedMarketEntryFillsFirst() {
        let bars = [10.0, 10, 10, 10, 10].map(flat)
        let outcome = thin(20, bars, volume: [100, 0, 0, 100, 100], [(0, .enterLong), (2, .exitLong)]) {
            $0.execution.waitsForVolume = true
        }
        #expect(signed(outcome) == [10, -10])
        #expect(outcome.fills.map(\.at) == [3, 4])
        #expect(outcome.cancelled == 1)
    }

    /// Stop at 9: bar 2's part has taken the volume; the rest of the entry is cancelled, the 20 go at the next opens.
    @Test func stopCancelsTheRestOfItsEntry() {
        let bars = [flat(10), flat(10), (10, 10, 8, 9), flat(8), flat(7), flat(7)]
        let outcome = thin(40, bars, [(0, .enterLong)]) { $0.risk.stopLoss = .price(1) }
        #expect(signed(outcome) == [10, 10, -10, -10])
        #expect(outcome.fills.map(\.at) == [1, 2, 3, 4])
        #expect(outcome.fills.map(\.price) == [10, 10, 8, 7])
        #expect(outcome.trades.map(\.reason) == [.stopLoss])
        #expect(outcome.trades.map(\.netPnL) == [-50])
        #expect(outcome.cancelled == 1)
    }

    @Test func timeCloseCancelsOnItsDueBar() {
        let outcome = thin(40, [10.0, 10, 10, 10, 10].map(flat), [(0, .enterLong)]) {
            $0.risk.maxHoldingBars = 1
            $0.execution.latencyBars = 1
        }
        // Entered from bar 2 on; the close decided there is due on bar 4.
        #expect(signed(outcome) == [10, 10, -10])
        #expect(outcome.cancelled == 1)
        #expect(outcome.openPositions.map(\.position) == [10])
    }

    /// 10 units bought at 10; at 4 the loss is 6 % of 1000.
    @Test func haltCancelsAtOnce() {
        let outcome = thin(40, [10.0, 10, 4, 4, 4].map(flat), [(0, .enterLong)]) {
            $0.risk.maxDrawdown = 0.06
        }
        #expect(signed(outcome) == [10, 10, -10, -10])
        #expect(outcome.trades.map(\.reason) == [.maxDrawdown])
        #expect(outcome.cancelled == 1)
    }

    /// What was decided later does not wait for a resting rest: the addition of bar 2 buys at the market on bar 3.
    @Test func nothingWaitsForWhatRests() {
        let bars = [flat(10), touched, flat(10), flat(10), flat(10)]
        let outcome = thin(15, bars, [(0, .enterLong), (2, .enterLong)]) {
            $0.strategies[0].signals[0][0].limit = 9
            $0.portfolio.pyramiding = true
        }
        #expect(signed(outcome) == [10, 10, 5])
        #expect(outcome.fills.map(\.at) == [1, 3, 4])
        #expect(outcome.unfilled == 1)
    }
}
