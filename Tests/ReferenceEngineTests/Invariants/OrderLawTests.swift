import Testing

/// Laws of orders that rest, fill in parts and slip, tried on seeded random scenarios.
struct OrderLawTests {
    /// R34a: all orders of the container together, purchases and sales.
    @Test func ordersShareTheVolumeOfABar() {
        law({ scenario in
            scenario.execution.closeAtEnd = false
            scenario.execution.maxParticipation = scenario.execution.maxParticipation ?? 0.1
        }) { scenario in
            let outcome = Reference.Engine.run(scenario)
            var traded: [[Int]: Double] = [:]
            for fill in outcome.fills { traded[[fill.at, fill.symbol], default: 0] += fill.quantity }
            for (place, quantity) in traded {
                let time = outcome.times[place[0]]
                let bar = scenario.symbols[place[1]].bars.first { $0.time == time }
                let most = (bar?.volume ?? 0) * (scenario.execution.maxParticipation ?? 0)
                if quantity > most * (1 + 1e-9) { return "\(quantity) of \(most) on bar \(place[0])" }
            }
            return nil
        }
    }

    /// R34a: where there is volume for everything, a share of it bounds nothing.
    @Test func ampleVolumeIsNoBound() {
        law({ scenario in
            scenario.execution.maxParticipation = nil
            scenario.execution.slippage.volumeImpact = 0
            for symbol in scenario.symbols.indices {
                for bar in scenario.symbols[symbol].bars.indices
                where scenario.symbols[symbol].bars[bar].volume > 0 || !scenario.execution.waitsForVolume {
                    scenario.symbols[symbol].bars[bar].volume = 1e12
                }
            }
        }) { scenario in
            var bounded = scenario
            bounded.execution.maxParticipation = 1
            return Reference.Engine.run(bounded).fills == Reference.Engine.run(scenario).fills
                ? nil : "a share of ample volume changes fills"
        }
    }

    /// R34: a life longer than the data ends nothing.
    @Test func aLongLifeIsNone() {
        law({ $0.execution.expireBars = nil }) { scenario in
            var mortal = scenario
            mortal.execution.expireBars = 1_000
            return Reference.Engine.run(mortal) == Reference.Engine.run(scenario)
                ? nil : "expire_bars beyond the data changes the outcome"
        }
    }

    /// R34: an entry that may live for one bar fills on its due bar or never.
    @Test func aLifeOfOneBar() {
        law({ scenario in
            scenario.execution.expireBars = 1
            scenario.execution.maxParticipation = nil
            scenario.execution.latencyBars = 0
        }) { scenario in
            guard scenario.execution.limitEntry != nil || scenario.execution.stopEntry != nil else {
                return nil
            }
            let outcome = Reference.Engine.run(scenario)
            for fill in outcome.fills where fill.isEntry {
                let row = scenario.strategies[fill.strategy].symbols.firstIndex(of: fill.symbol) ?? 0
                let bars = scenario.symbols[fill.symbol].bars
                let bar = bars.firstIndex { $0.time == outcome.times[fill.at] } ?? 0
                let signals = scenario.strategies[fill.strategy].signals[row]
                if !signals.contains(where: { $0.bar == bar - 1 }) { return "a fill on bar \(bar)" }
            }
            return nil
        }
    }

    /// R51.
    @Test func noPriceIsBelowZero() {
        law { scenario in
            let outcome = Reference.Engine.run(scenario)
            if outcome.fills.contains(where: { $0.price < 0 }) { return "a negative price" }
            let entries = outcome.fills.filter(\.isEntry)
            return entries.contains { $0.price == 0 } ? "an entry at 0" : nil
        }
    }

    /// R71: no fill is the dust of an order.
    @Test func noFillIsDust() {
        law({ $0.execution.maxParticipation = 0.1 }) { scenario in
            let outcome = Reference.Engine.run(scenario)
            for trade in outcome.trades {
                let parts = outcome.fills.filter { fill in
                    fill.strategy == trade.strategy && fill.symbol == trade.symbol
                        && (trade.entryTime...trade.exitTime).contains(outcome.times[fill.at])
                }
                if parts.contains(where: { $0.quantity < 1e-12 * trade.quantity }) { return "dust" }
            }
            return nil
        }
    }

    /// R5: what is made of returns ends with the ruin, whatever comes after it.
    @Test func nothingCountsAfterTheRuin() {
        law { scenario in
            let outcome = Reference.Engine.run(scenario)
            guard let ruin = outcome.ruin else { return nil }
            if outcome.halted?.reason != .insolvency { return "halted \(String(describing: outcome.halted))" }
            if outcome.metrics[.cagr] != nil || outcome.metrics[.stability] != nil {
                return "cagr, stability"
            }
            var shorter = outcome
            shorter.equity = Array(outcome.equity[...ruin])
            shorter.days = Array(outcome.days[...ruin])
            shorter.exposed = Array(outcome.exposed[...ruin])
            let metrics = Reference.metrics(
                capital: scenario.portfolio.capital,
                outcome: shorter,
                options: scenario.metrics
            )
            let same: [Reference.Metric] = [
                .sharpeRatio, .sortinoRatio, .omegaRatio, .tailRatio, .skewness, .kurtosis, .valueAtRisk95,
                .expectedShortfall95, .ulcerIndex, .annualizedVolatility,
            ]
            return same.first { metrics[$0] != outcome.metrics[$0] }?.rawValue
        }
    }
}
