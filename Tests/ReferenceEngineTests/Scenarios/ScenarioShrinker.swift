/// Makes a failing scenario small: fewer bars, sleeves and signals, options at their defaults.
enum ScenarioShrinker {
    /// The smallest scenario found that still fails; tries at most `budget` scenarios.
    static func shrink(
        _ scenario: Reference.Scenario,
        budget: Int = 2_000,
        fails: (Reference.Scenario) -> Bool
    ) -> Reference.Scenario {
        var smallest = scenario
        var left = budget
        var progressed = true
        while progressed, left > 0 {
            progressed = false
            for candidate in candidates(smallest) where candidate != smallest {
                left -= 1
                if left <= 0 { break }
                guard fails(candidate) else { continue }
                smallest = candidate
                progressed = true
                break
            }
        }
        return smallest
    }

    /// Simpler scenarios, the boldest steps first.
    private static func candidates(_ scenario: Reference.Scenario) -> [Reference.Scenario] {
        fewerBars(scenario) + fewerSleeves(scenario) + plainOptions(scenario) + fewerSignals(scenario)
    }

    /// The scenario up to a time; every symbol that is traded keeps a bar that may be traded.
    static func truncated(_ scenario: Reference.Scenario, before time: Int) -> Reference.Scenario? {
        var shorter = scenario
        for index in shorter.symbols.indices {
            shorter.symbols[index].bars.removeAll { $0.time >= time }
            guard shorter.symbols[index].bars.count > shorter.symbols[index].warmup else { return nil }
        }
        for strategy in shorter.strategies.indices {
            for (row, symbol) in shorter.strategies[strategy].symbols.enumerated() {
                let bars = shorter.symbols[symbol].bars.count
                shorter.strategies[strategy].signals[row].removeAll { $0.bar >= bars }
            }
        }
        return shorter
    }

    private static func fewerBars(_ scenario: Reference.Scenario) -> [Reference.Scenario] {
        let times = Set(scenario.symbols.flatMap { $0.bars.map(\.time) }).sorted()
        var candidates: [Reference.Scenario] = []
        for kept in [times.count / 2, times.count * 3 / 4, times.count - 1]
        where kept > 0 && kept < times.count {
            if let shorter = truncated(scenario, before: times[kept]) { candidates.append(shorter) }
        }
        for dropped in [times.count / 2, times.count / 4, 1] where dropped > 0 && dropped < times.count {
            if let shorter = headless(scenario, from: times[dropped]) { candidates.append(shorter) }
        }
        return candidates
    }

    private static func headless(_ scenario: Reference.Scenario, from time: Int) -> Reference.Scenario? {
        var shorter = scenario
        for index in shorter.symbols.indices {
            let dropped = shorter.symbols[index].bars.count { $0.time < time }
            shorter.symbols[index].bars.removeFirst(dropped)
            shorter.symbols[index].warmup = max(shorter.symbols[index].warmup - dropped, 0)
            guard shorter.symbols[index].bars.count > shorter.symbols[index].warmup else { return nil }
            for strategy in shorter.strategies.indices {
                guard let row = shorter.strategies[strategy].symbols.firstIndex(of: index) else { continue }
                let moved = shorter.strategies[strategy].signals[row].filter { $0.bar >= dropped }
                shorter.strategies[strategy].signals[row] = moved.map { signal in
                    var signal = signal
                    signal.bar -= dropped
                    return signal
                }
            }
        }
        return shorter
    }

    private static func fewerSleeves(_ scenario: Reference.Scenario) -> [Reference.Scenario] {
        var candidates: [Reference.Scenario] = []
        for strategy in scenario.strategies.indices {
            if scenario.strategies.count > 1 {
                var fewer = scenario
                fewer.strategies.remove(at: strategy)
                candidates.append(fewer)
            }
            guard scenario.strategies[strategy].symbols.count > 1 else { continue }
            for row in scenario.strategies[strategy].symbols.indices {
                var fewer = scenario
                fewer.strategies[strategy].symbols.remove(at: row)
                fewer.strategies[strategy].signals.remove(at: row)
                candidates.append(fewer)
            }
        }
        for symbol in scenario.symbols.indices.reversed()
        where scenario.symbols.count > 1
            && !scenario.strategies.contains(where: { $0.symbols.contains(symbol) })
        {
            var fewer = scenario
            fewer.symbols.remove(at: symbol)
            for strategy in fewer.strategies.indices {
                fewer.strategies[strategy].symbols = fewer.strategies[strategy].symbols.map {
                    $0 > symbol ? $0 - 1 : $0
                }
            }
            candidates.append(fewer)
        }
        return candidates
    }

    private static func fewerSignals(_ scenario: Reference.Scenario) -> [Reference.Scenario] {
        var candidates: [Reference.Scenario] = []
        for strategy in scenario.strategies.indices {
            for row in scenario.strategies[strategy].signals.indices {
                let signals = scenario.strategies[strategy].signals[row]
                if signals.count > 3 {
                    for half in [signals.prefix(signals.count / 2), signals.suffix(signals.count / 2)] {
                        var fewer = scenario
                        fewer.strategies[strategy].signals[row] = Array(half)
                        candidates.append(fewer)
                    }
                }
                for index in signals.indices {
                    var fewer = scenario
                    fewer.strategies[strategy].signals[row].remove(at: index)
                    candidates.append(fewer)
                    var plain = scenario
                    plain.strategies[strategy].signals[row][index] =
                        .init(bar: signals[index].bar, action: signals[index].action)
                    candidates.append(plain)
                }
            }
        }
        return candidates
    }

    private static func plainOptions(_ scenario: Reference.Scenario) -> [Reference.Scenario] {
        let plain = Reference.Scenario(symbols: [], strategies: [])
        func reset<Value>(_ path: WritableKeyPath<Reference.Scenario, Value>) -> Reference.Scenario {
            var candidate = scenario
            candidate[keyPath: path] = plain[keyPath: path]
            return candidate
        }
        let risky = scenario.portfolio.sizing.method == .riskPerTrade
        var candidates = [
            reset(\.execution), reset(\.portfolio), reset(\.metrics), reset(\.execution.commission),
            reset(\.execution.slippage), reset(\.portfolio.sizing),
            reset(\.execution.fill), reset(\.execution.latencyBars), reset(\.execution.maxParticipation),
            reset(\.execution.waitsForVolume), reset(\.execution.borrowRate), reset(\.execution.limitEntry),
            reset(\.execution.stopEntry), reset(\.execution.expireBars), reset(\.execution.closeAtEnd),
            reset(\.execution.commission.rate), reset(\.execution.commission.perShare),
            reset(\.execution.commission.perTrade), reset(\.execution.commission.minimum),
            reset(\.execution.commission.maximum), reset(\.execution.slippage.rate),
            reset(\.execution.slippage.ticks), reset(\.execution.slippage.spread),
            reset(\.execution.slippage.spreadRate), reset(\.execution.slippage.volumeImpact),
            reset(\.portfolio.capital), reset(\.portfolio.direction), reset(\.portfolio.sharedCash),
            reset(\.portfolio.pyramiding), reset(\.portfolio.sizing.ofPortfolio),
            reset(\.portfolio.sizing.atSignalPrice),
            reset(\.portfolio.sizing.lot), reset(\.portfolio.sizing.scaleByStrength),
            reset(\.risk.takeProfit), reset(\.risk.maxHoldingBars), reset(\.risk.maxDrawdown),
            reset(\.risk.dailyLossLimit), reset(\.risk.maxPositions), reset(\.risk.maxLeverage),
            reset(\.risk.cooldownBars), reset(\.risk.intrabar),
        ]
        // R41: without its stop the risk that a size is a share of is gone.
        if !risky { candidates += [reset(\.risk), reset(\.risk.stopLoss), reset(\.risk.trailingStop)] }
        for index in scenario.symbols.indices where scenario.symbols[index].warmup > 0 {
            var candidate = scenario
            candidate.symbols[index].warmup = 0
            candidates.append(candidate)
        }
        for index in scenario.strategies.indices where scenario.strategies[index].weight != 1 {
            var candidate = scenario
            candidate.strategies[index].weight = 1
            candidates.append(candidate)
        }
        return candidates
    }
}
