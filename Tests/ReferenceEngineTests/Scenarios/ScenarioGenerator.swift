/// Random scenarios over the whole space of options.
///
/// Prices lie on a grid, so that bars tie, gap and touch levels exactly; symbols differ in coverage; some bars have no
/// volume. Each option is at its default in most scenarios, so that failures stay readable. A theme makes rules that need
/// several things at once turn up often.
struct ScenarioGenerator {
    static let nanosecondsPerDay = 86_400_000_000_000
    /// 2024-01-01.
    static let firstDay = 19_723

    var random: SeededGenerator
    private let barCount: ClosedRange<Int>

    init(seed: UInt64, bars: ClosedRange<Int> = 5...60) {
        random = SeededGenerator(seed: seed)
        barCount = bars
    }

    static func scenario(seed: UInt64, bars: ClosedRange<Int> = 5...60) -> Reference.Scenario {
        var generator = ScenarioGenerator(seed: seed, bars: bars)
        return generator.scenario()
    }

    private mutating func scenario() -> Reference.Scenario {
        let theme = random.pick(ScenarioTheme.drawn)
        let symbols = symbols(theme)
        var scenario = Reference.Scenario(symbols: symbols, strategies: strategies(symbols, theme))
        scenario.portfolio = portfolio()
        scenario.risk = risk()
        scenario.execution = execution()
        scenario.metrics.daily = random.chance(0.2)
        scenario.metrics.periodsPerYear = random.pick([252, 365, 1_638])
        if random.chance(0.2) { scenario.metrics.riskFree = 0.03 }
        apply(theme, to: &scenario)
        keepWhatRests(in: &scenario)
        if scenario.portfolio.sizing.method == .riskPerTrade, scenario.risk.stopLoss == nil,
            scenario.risk.trailingStop == nil
        {
            // R41: refused by validate without a stop.
            scenario.risk.stopLoss = random.pick([.rate(0.02), .price(2)])
        }
        return scenario
    }

    // MARK: - Market

    private mutating func symbols(_ theme: ScenarioTheme) -> [Reference.Symbol] {
        let count = theme == .thin ? random.pick([1, 1, 2]) : random.pick([1, 1, 1, 2, 2, 3])
        let length = random.integer(barCount)
        let step = random.pick([1, 1, 4])
        // How often the price jumps.
        let wild = theme == .ruin ? 0.25 : random.chance(0.15) ? 0.08 : 0
        let dry = random.chance(0.4)
        let sparse = random.chance(0.5)
        return (0..<count).map { index in
            let start = index == 0 || !sparse ? 0 : random.integer(0...length / 2)
            let end = index == 0 || !sparse ? length : max(start + 2, random.integer(length / 2...length))
            var bars: [Reference.Bar] = []
            var price = Double(random.integer(40...160))
            for slot in start..<end where slot == start || !sparse || !random.chance(0.2) {
                bars.append(bar(slot: slot, step: step, price: &price, wild: wild, dry: dry))
            }
            let warmup = random.chance(0.15) ? random.integer(0...bars.count / 3) : 0
            return Reference.Symbol(name: "S\(index)", bars: bars, warmup: warmup)
        }
    }

    private mutating func bar(
        slot: Int,
        step: Int,
        price: inout Double,
        wild: Double,
        dry: Bool
    ) -> Reference.Bar {
        // Half units on the grid; most bars open where the last one closed.
        func grid(_ value: Double) -> Double { max((value * 2).rounded() / 2, 1) }
        let gap = random.chance(0.35) ? Double(random.integer(-8...8)) / 2 : 0
        let jump = random.chance(wild) ? random.pick([0.5, 0.7, 1.5, 2.2]) : 1
        let open = grid((price + gap) * jump)
        let body = random.chance(0.15) ? 0 : Double(random.integer(-6...6)) / 2
        let close = grid(open + body)
        let high = max(open, close) + (random.chance(0.3) ? 0 : Double(random.integer(0...5)) / 2)
        let low = max(min(open, close) - (random.chance(0.3) ? 0 : Double(random.integer(0...5)) / 2), 0.5)
        price = close
        let time = (ScenarioGenerator.firstDay * step + slot) * ScenarioGenerator.nanosecondsPerDay / step
        let volume = dry && random.chance(0.2) ? 0 : Double(random.integer(1...40)) * 50
        return Reference.Bar(
            time: time,
            day: time / ScenarioGenerator.nanosecondsPerDay,
            open: open,
            high: high,
            low: low,
            close: close,
            volume: volume,
            vwap: (high + low + close) / 3
        )
    }

    // MARK: - Signals

    private mutating func strategies(
        _ symbols: [Reference.Symbol],
        _ theme: ScenarioTheme
    ) -> [Reference.Strategy] {
        let fromFile = random.chance(theme == .resting ? 0.5 : 0.3)
        let count = theme == .thin ? random.pick([1, 2, 3]) : random.pick([1, 1, 2, 3])
        return (0..<count).map { index in
            var traded = symbols.indices.filter { _ in random.chance(0.7) }
            if traded.isEmpty { traded = [random.integer(0...symbols.count - 1)] }
            return Reference.Strategy(
                id: "strategy_\(index)",
                weight: random.pick([1, 1, 2, 0.5]),
                symbols: traded,
                signals: traded.map { signals(symbols[$0], fromFile: fromFile) }
            )
        }
    }

    private mutating func signals(_ symbol: Reference.Symbol, fromFile: Bool) -> [Reference.Signal] {
        // Long series are for long spans: few signals, so that many bars go by between two of them.
        let isLong = symbol.bars.count > 150
        let density = random.pick(isLong ? [0.002, 0.01, 0.05] : [0.1, 0.25, 0.6])
        let crowded = random.chance(0.3)
        var signals: [Reference.Signal] = []
        for bar in symbol.bars.indices where random.chance(density) {
            let share = crowded ? 0.5 : 0.0
            let only = random.pick(Reference.Action.allCases)
            for action in Reference.Action.allCases where action == only || random.chance(share) {
                signals.append(signal(bar, action, symbol.bars[bar].close, fromFile: fromFile))
            }
        }
        return signals
    }

    private mutating func signal(
        _ bar: Int,
        _ action: Reference.Action,
        _ close: Double,
        fromFile: Bool
    ) -> Reference.Signal {
        var signal = Reference.Signal(bar: bar, action: action)
        guard fromFile, action == .enterLong || action == .enterShort else { return signal }
        let sign: Double = action == .enterLong ? 1 : -1
        if random.chance(0.3) { signal.strength = random.pick([0, 0.25, 0.5, 1]) }
        if random.chance(0.2) { signal.quantity = random.pick([1, 10, 250.5, 5_000]) }
        if random.chance(0.25) { signal.stop = max(close - sign * Double(random.integer(-1...6)), 0.5) }
        if random.chance(0.25) { signal.target = max(close + sign * Double(random.integer(-1...6)), 0.5) }
        if random.chance(0.2) { signal.limit = max(close - sign * Double(random.integer(-1...3)), 0.5) }
        return signal
    }

    // MARK: - Options

    private mutating func portfolio() -> Reference.Portfolio {
        var portfolio = Reference.Portfolio()
        if random.chance(0.3) { portfolio.capital = random.pick([1_000, 25_000.5]) }
        portfolio.direction = random.pick([.longOnly, .longOnly, .shortOnly, .longShort, .longShort])
        portfolio.sharedCash = random.chance(0.25)
        portfolio.pyramiding = random.chance(0.2)
        portfolio.sizing = sizing()
        return portfolio
    }

    private mutating func sizing() -> Reference.Sizing {
        var sizing = Reference.Sizing()
        sizing.method = random.chance(0.5) ? .percentOfEquity : random.pick(Reference.SizingMethod.allCases)
        switch sizing.method {
        case .percentOfEquity: sizing.value = random.pick([1, 1, 0.5, 0.1, 1.7])
        case .fixedQuantity: sizing.value = random.pick([1, 10, 333.3, 2_000])
        case .fixedNotional: sizing.value = random.pick([500, 10_000, 200_000])
        case .riskPerTrade: sizing.value = random.pick([0.01, 0.05])
        case .volatilityTarget:
            sizing.value = random.pick([0.1, 0.4])
            sizing.lookback = random.pick([2, 3, 5])
        case .kelly:
            sizing.value = random.pick([1, 0.5])
            sizing.minimumTrades = random.pick([1, 2, 4])
            sizing.kellyMultiplier = random.pick([1, 0.5])
        }
        sizing.ofPortfolio = random.chance(0.2)
        sizing.atSignalPrice = random.chance(0.2)
        if random.chance(0.35) { sizing.lot = random.pick([1, 1, 0.1, 100]) }
        sizing.scaleByStrength = random.chance(0.15)
        return sizing
    }

    mutating func distance() -> Reference.Distance {
        switch random.integer(0...4) {
        case 0, 1: .rate(random.pick([0.01, 0.02, 0.05, 0.3]))
        case 2, 3: .price(random.pick([0.5, 1, 2, 5, 25]))
        default: .atr(random.pick([0.5, 1, 2]), period: random.pick([1, 2, 5]))
        }
    }

    private mutating func risk() -> Reference.Risk {
        var risk = Reference.Risk()
        if random.chance(0.35) { risk.stopLoss = distance() }
        if random.chance(0.35) { risk.takeProfit = distance() }
        if random.chance(0.25) { risk.trailingStop = distance() }
        if random.chance(0.2) { risk.maxHoldingBars = random.pick([1, 2, 5, 40]) }
        if random.chance(0.15) { risk.maxDrawdown = random.pick([0.02, 0.1, 0.3]) }
        if random.chance(0.15) { risk.dailyLossLimit = random.pick([0.005, 0.02, 0.1]) }
        if random.chance(0.15) { risk.maxPositions = random.pick([1, 2]) }
        if random.chance(0.2) { risk.maxLeverage = random.pick([0.5, 2, 3]) }
        if random.chance(0.2) { risk.cooldownBars = random.pick([1, 2, 4]) }
        risk.intrabar = random.pick([.stopFirst, .stopFirst, .targetFirst, .nearestOpen])
        return risk
    }

    private mutating func execution() -> Reference.Execution {
        var execution = Reference.Execution()
        if random.chance(0.4) { execution.fill = random.pick(Reference.Timing.allCases) }
        if random.chance(0.2) { execution.latencyBars = random.pick([1, 2]) }
        if random.chance(0.5) { execution.commission = commission() }
        if random.chance(0.4) { execution.slippage = slippage() }
        if random.chance(0.15) { execution.maxParticipation = random.pick([0.05, 0.3, 1]) }
        execution.waitsForVolume = random.chance(0.3)
        if random.chance(0.2) { execution.borrowRate = 0.05 }
        if random.chance(0.12) {
            execution.limitEntry = distance()
        } else if random.chance(0.12) {
            execution.stopEntry = distance()
        }
        if random.chance(0.2) { execution.expireBars = random.pick([1, 2, 5]) }
        execution.closeAtEnd = random.chance(0.3)
        return execution
    }

    private mutating func commission() -> Reference.Commission {
        var commission = Reference.Commission()
        if random.chance(0.7) { commission.rate = random.pick([0.001, 0.01]) }
        if random.chance(0.2) { commission.perShare = 0.01 }
        if random.chance(0.2) { commission.perTrade = 1 }
        if random.chance(0.25) { commission.minimum = 5 }
        if random.chance(0.2) { commission.maximum = 20 }
        return commission
    }

    private mutating func slippage() -> Reference.Slippage {
        var slippage = Reference.Slippage()
        if random.chance(0.6) { slippage.rate = random.pick([0.0005, 0.01]) }
        if random.chance(0.2) {
            slippage.ticks = 1
            slippage.tickSize = 0.01
        }
        if random.chance(0.2) { slippage.spread = 0.1 }
        if random.chance(0.2) { slippage.spreadRate = 0.001 }
        if random.chance(0.2) { slippage.volumeImpact = 0.1 }
        return slippage
    }
}
