import Testing

/// Laws that hold for every scenario, tried on seeded random ones; a failure prints the smallest scenario that breaks it.
struct InvariantTests {
    @Test func equityIsCashPlusMarks() {
        law { Replay.difference(Reference.Engine.run($0), $0) }
    }

    @Test func fillsConserveQuantity() {
        law { scenario in
            let outcome = Reference.Engine.run(scenario)
            for (strategy, definition) in scenario.strategies.enumerated() {
                for symbol in definition.symbols {
                    let fills = outcome.fills.filter { $0.strategy == strategy && $0.symbol == symbol }
                    let position = fills.map { $0.sign * $0.quantity }.reduce(0, +)
                    let open = outcome.openPositions.first { $0.strategy == strategy && $0.symbol == symbol }
                    let traded = fills.map(\.quantity).reduce(0, +)
                    if abs(position - (open?.position ?? 0)) > 1e-9 * traded { return "position \(position)" }
                    let entered = fills.filter(\.isEntry).map(\.quantity).reduce(0, +)
                    let closed = outcome.trades.filter { $0.strategy == strategy && $0.symbol == symbol }
                    let listed = closed.map(\.quantity).reduce(0, +)
                    if open == nil, abs(listed - entered) > 1e-9 * traded { return "trades hold \(listed)" }
                }
            }
            return nil
        }
    }

    @Test func netProfitsSumToTheChangeOfEquity() {
        law { scenario in
            let outcome = Reference.Engine.run(scenario)
            guard outcome.openPositions.isEmpty, let last = outcome.equity.last else { return nil }
            let net = outcome.trades.map(\.netPnL).reduce(0, +)
            let change = last - scenario.portfolio.capital
            let scale = scenario.portfolio.capital + outcome.fills.map { $0.quantity * $0.price }.reduce(0, +)
            return abs(net - change) > 1e-12 * scale ? "net \(net), equity changed by \(change)" : nil
        }
    }

    @Test func referencePricesLieInTheirBars() {
        law { scenario in
            let outcome = Reference.Engine.run(scenario)
            for fill in outcome.fills {
                let bars = scenario.symbols[fill.symbol].bars
                guard let bar = bars.last(where: { $0.time <= outcome.times[fill.at] }) else {
                    return "no bar"
                }
                let reference = fill.price - fill.sign * fill.slippage / fill.quantity
                let slack = 1e-9 * bar.high
                if reference < bar.low - slack || reference > bar.high + slack {
                    return "fill at \(reference)"
                }
            }
            return nil
        }
    }

    /// The future changes nothing before it.
    @Test func truncationChangesNoEarlierFill() {
        law({ $0.execution.closeAtEnd = false }) { scenario in
            let whole = Reference.Engine.run(scenario)
            for cut in [whole.times.count / 3, whole.times.count * 2 / 3] where cut > 0 {
                let time = whole.times[cut]
                guard let shorter = ScenarioShrinker.truncated(scenario, before: time) else { continue }
                let part = Reference.Engine.run(shorter)
                if part.equity != Array(whole.equity.prefix(cut)) { return "equity before bar \(cut)" }
                if part.fills != whole.fills.filter({ $0.at < cut }) { return "fills before bar \(cut)" }
            }
            return nil
        }
    }

    /// R40 without anything that couples sleeves: each trades as if it were alone with its share.
    @Test func sleevesSumToThePortfolio() {
        law({ scenario in
            scenario.portfolio.sharedCash = false
            scenario.portfolio.sizing.ofPortfolio = false
            scenario.execution.maxParticipation = nil
            scenario.risk.maxPositions = nil
            scenario.risk.maxDrawdown = nil
            scenario.risk.dailyLossLimit = nil
            scenario.execution.closeAtEnd = false
        }) { scenario in
            let whole = Reference.Engine.run(scenario)
            if whole.halted != nil { return nil }
            let weights = scenario.strategies.map(\.weight).reduce(0, +)
            var profits = 0.0
            for (strategy, definition) in scenario.strategies.enumerated() {
                for (symbol, signals) in zip(definition.symbols, definition.signals) {
                    var alone = scenario
                    alone.strategies = [.init(id: definition.id, symbols: [symbol], signals: [signals])]
                    let share = definition.weight / weights / Double(definition.symbols.count)
                    alone.portfolio.capital = scenario.portfolio.capital * share
                    let part = Reference.Engine.run(alone)
                    if part.halted != nil { return nil }
                    let mine = whole.trades.filter { $0.strategy == strategy && $0.symbol == symbol }
                    if mine.map(\.netPnL) != part.trades.map(\.netPnL) {
                        return "sleeve \(strategy), \(symbol)"
                    }
                    profits += (part.equity.last ?? 0) - alone.portfolio.capital
                }
            }
            let change = (whole.equity.last ?? 0) - scenario.portfolio.capital
            return abs(change - profits) > 1e-9 * scenario.portfolio.capital
                ? "sum \(profits), \(change)" : nil
        }
    }

    /// R8; a bar's volume goes to the order decided first (R34a).
    @Test func permutingStrategiesPermutesNothing() {
        law({ scenario in
            scenario.portfolio.sharedCash = false
            scenario.portfolio.sizing.ofPortfolio = false
            scenario.execution.maxParticipation = nil
            scenario.risk.maxPositions = nil
        }) { scenario in
            var mirrored = scenario
            mirrored.strategies.reverse()
            let a = Reference.Engine.run(scenario)
            var b = Reference.Engine.run(mirrored)
            let last = scenario.strategies.count - 1
            for index in b.trades.indices { b.trades[index].strategy = last - b.trades[index].strategy }
            func order(_ x: Reference.Trade, _ y: Reference.Trade) -> Bool {
                (x.strategy, x.symbol, x.exitTime) < (y.strategy, y.symbol, y.exitTime)
            }
            if zip(a.equity, b.equity).contains(where: { !agree($0, $1, 1e-12) }) { return "equity" }
            if a.trades.sorted(by: order).map(\.netPnL) != b.trades.sorted(by: order).map(\.netPnL) {
                return "trades"
            }
            return a.halted != b.halted ? "halt" : nil
        }
    }

    /// Cash never falls below zero without leverage (long only, R42).
    @Test func cashStaysPositive() {
        law({ scenario in
            scenario.portfolio.direction = .longOnly
            scenario.risk.maxLeverage = 1
        }) { scenario in
            Replay.lowestCash(Reference.Engine.run(scenario), scenario) < -1e-9 * scenario.portfolio.capital
                ? "cash below zero" : nil
        }
    }

    /// R64.
    @Test func cooldownKeepsEntriesAway() {
        law({ $0.risk.cooldownBars = max($0.risk.cooldownBars, 1) }) { scenario in
            let outcome = Reference.Engine.run(scenario)
            for (index, trade) in outcome.trades.enumerated() {
                let later = outcome.trades[(index + 1)...]
                    .first { $0.strategy == trade.strategy && $0.symbol == trade.symbol }
                guard let later else { continue }
                if later.entryBar < trade.exitBar + scenario.risk.cooldownBars {
                    return "entry on \(later.entryBar) after an exit on \(trade.exitBar)"
                }
            }
            return nil
        }
    }
}
