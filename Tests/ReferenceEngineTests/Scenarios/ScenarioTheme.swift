/// What a random scenario is about: options that only together reach a rule.
enum ScenarioTheme: CaseIterable {
    /// Any options at all.
    case any
    /// Entries that wait at their limit or stop, and what ends them (R34, R62).
    case resting
    /// Orders larger than the volume that may trade (R34a).
    case thin
    /// Losses larger than the equity (R5).
    case ruin
    /// Prices smaller than the spread (R51).
    case cheap

    /// The themes as often as they are drawn.
    static let drawn: [ScenarioTheme] = [
        .any, .any, .any, .any, .resting, .resting, .resting, .resting, .thin, .thin, .ruin, .ruin, .cheap,
    ]
}

extension ScenarioGenerator {
    mutating func apply(_ theme: ScenarioTheme, to scenario: inout Reference.Scenario) {
        switch theme {
        case .any: break
        case .resting: restEntries(in: &scenario)
        case .thin: thinVolume(in: &scenario)
        case .ruin: lever(&scenario)
        case .cheap: cheapen(&scenario)
        }
    }

    /// R34: with other fills than `next_open` resting entries are refused.
    func keepWhatRests(in scenario: inout Reference.Scenario) {
        guard scenario.execution.fill != .nextOpen else { return }
        scenario.execution.limitEntry = nil
        scenario.execution.stopEntry = nil
        for strategy in scenario.strategies.indices {
            for row in scenario.strategies[strategy].signals.indices {
                for index in scenario.strategies[strategy].signals[row].indices {
                    scenario.strategies[strategy].signals[row][index].limit = nil
                }
            }
        }
    }

    private mutating func near() -> Reference.Distance {
        random.chance(0.7) ? .price(random.pick([0.5, 1, 1.5, 2, 3])) : distance()
    }

    private mutating func restEntries(in scenario: inout Reference.Scenario) {
        scenario.execution.fill = .nextOpen
        scenario.execution.limitEntry = nil
        scenario.execution.stopEntry = nil
        switch random.integer(0...4) {
        case 0, 1: scenario.execution.limitEntry = near()
        case 2, 3: scenario.execution.stopEntry = near()
        default: limitEverySecondEntry(in: &scenario)
        }
        if random.chance(0.25) { scenario.risk.maxDrawdown = random.pick([0.02, 0.05]) }
        scenario.execution.latencyBars = random.pick([0, 0, 1, 2])
        scenario.execution.expireBars = random.chance(0.35) ? random.pick([1, 2, 3, 8]) : nil
        if random.chance(0.6) { scenario.risk.stopLoss = near() }
        if random.chance(0.5) { scenario.risk.takeProfit = near() }
        if random.chance(0.3) { scenario.risk.trailingStop = near() }
        scenario.portfolio.pyramiding = random.chance(0.4)
        if random.chance(0.5) {
            scenario.execution.maxParticipation = random.pick([0.02, 0.05, 0.3])
            scenario.portfolio.sizing.lot = random.chance(0.3) ? 1 : nil
            // Later entries beside the rest of one that has filled in part.
            scenario.portfolio.pyramiding = random.chance(0.7)
            if random.chance(0.5) { scenario.risk.takeProfit = nil }
            scenario.risk.cooldownBars = 0
        }
    }

    /// The limits of a signal file, with market entries between them.
    private mutating func limitEverySecondEntry(in scenario: inout Reference.Scenario) {
        for strategy in scenario.strategies.indices {
            for (row, symbol) in scenario.strategies[strategy].symbols.enumerated() {
                for index in scenario.strategies[strategy].signals[row].indices where random.chance(0.5) {
                    let signal = scenario.strategies[strategy].signals[row][index]
                    guard signal.action == .enterLong || signal.action == .enterShort else { continue }
                    let better = random.pick([-0.5, -1, -2]) * (signal.action == .enterLong ? 1 : -1)
                    let close = scenario.symbols[symbol].bars[signal.bar].close
                    scenario.strategies[strategy].signals[row][index].limit = max(close + better, 0.5)
                }
            }
        }
    }

    private mutating func thinVolume(in scenario: inout Reference.Scenario) {
        scenario.execution.maxParticipation = random.pick([0.02, 0.1, 0.1, 0.3])
        if random.chance(0.5) { scenario.risk.stopLoss = near() }
        if random.chance(0.4) { scenario.risk.takeProfit = near() }
        if random.chance(0.25) { scenario.risk.maxDrawdown = random.pick([0.01, 0.03]) }
        if random.chance(0.3) { scenario.risk.maxHoldingBars = random.pick([1, 2, 4]) }
        scenario.portfolio.sizing.lot = random.chance(0.3) ? random.pick([0.1, 1]) : nil
        guard random.chance(0.3) else { return }
        // Tenths, whose sums do not come out even (R71).
        scenario.execution.maxParticipation = 0.1
        scenario.portfolio.sizing.method = .fixedQuantity
        scenario.portfolio.sizing.value = random.pick([0.8, 1.6, 5.6])
        scenario.portfolio.sizing.lot = nil
        for symbol in scenario.symbols.indices {
            for bar in scenario.symbols[symbol].bars.indices {
                scenario.symbols[symbol].bars[bar].volume = random.pick([1, 1, 1, 2, 7])
            }
        }
    }

    private mutating func lever(_ scenario: inout Reference.Scenario) {
        scenario.risk.maxLeverage = random.pick([1, 3, 5])
        scenario.portfolio.direction = random.pick([.longOnly, .shortOnly, .longShort])
        scenario.portfolio.sizing.method = .percentOfEquity
        scenario.portfolio.sizing.value = random.pick([1, 3, 5])
        scenario.risk.stopLoss = nil
        scenario.risk.trailingStop = nil
        scenario.risk.maxDrawdown = random.chance(0.6) ? random.pick([0.1, 0.3, 0.6]) : nil
        if random.chance(0.7) { scenario.risk.takeProfit = nil }
        scenario.metrics.daily = random.chance(0.4)
        if random.chance(0.6) { scenario.execution.latencyBars = random.pick([2, 4, 6]) }
    }

    private mutating func cheapen(_ scenario: inout Reference.Scenario) {
        for symbol in scenario.symbols.indices {
            for bar in scenario.symbols[symbol].bars.indices {
                scenario.symbols[symbol].bars[bar].scale(by: 1 / 1_024)
            }
        }
        for strategy in scenario.strategies.indices {
            for row in scenario.strategies[strategy].signals.indices {
                for index in scenario.strategies[strategy].signals[row].indices {
                    scenario.strategies[strategy].signals[row][index].scale(by: 1 / 1_024)
                }
            }
        }
        if random.chance(0.5) {
            scenario.execution.slippage.spread = random.pick([0.1, 0.25])
        } else {
            scenario.execution.slippage.ticks = random.pick([1, 5])
            scenario.execution.slippage.tickSize = 0.03125
        }
    }
}

extension Reference.Bar {
    /// The same bar at another price.
    fileprivate mutating func scale(by factor: Double) {
        open *= factor
        high *= factor
        low *= factor
        close *= factor
        vwap = vwap.map { $0 * factor }
    }
}

extension Reference.Signal {
    fileprivate mutating func scale(by factor: Double) {
        stop = stop.map { $0 * factor }
        target = target.map { $0 * factor }
        limit = limit.map { $0 * factor }
    }
}
