import BacktestEngine
import BacktestModel

extension RealEngine {
    static func portfolio(_ scenario: Reference.Scenario) -> PortfolioOptions {
        let from = scenario.portfolio
        var options = PortfolioOptions()
        options.initialCapital = from.capital
        options.direction =
            switch from.direction {
            case .longOnly: .longOnly
            case .shortOnly: .shortOnly
            case .longShort: .longShort
            }
        options.cash = from.sharedCash ? .shared : .perSleeve
        options.weights = scenario.strategies.map(\.weight)
        options.pyramiding = from.pyramiding
        options.sizing = sizing(from.sizing)
        options.risk = risk(scenario.risk)
        return options
    }

    private static func sizing(_ from: Reference.Sizing) -> SizingOptions {
        var options = SizingOptions()
        options.method =
            switch from.method {
            case .percentOfEquity: .percentOfEquity
            case .fixedQuantity: .fixedQuantity
            case .fixedNotional: .fixedNotional
            case .riskPerTrade: .riskPerTrade
            case .volatilityTarget: .volatilityTarget
            case .kelly: .kelly
            }
        options.value = from.value
        options.basis = from.ofPortfolio ? .portfolio : .sleeve
        options.price = from.atSignalPrice ? .signal : .fill
        options.lotSize = from.lot
        options.lookback = from.lookback
        options.minimumTrades = from.minimumTrades
        options.kellyMultiplier = from.kellyMultiplier
        options.scaleByStrength = from.scaleByStrength
        return options
    }

    private static func risk(_ from: Reference.Risk) -> RiskOptions {
        var options = RiskOptions()
        options.stopLoss = from.stopLoss.map(distance)
        options.takeProfit = from.takeProfit.map(distance)
        options.trailingStop = from.trailingStop.map(distance)
        options.maxHoldingBars = from.maxHoldingBars
        options.maxDrawdown = from.maxDrawdown
        options.dailyLossLimit = from.dailyLossLimit
        options.maxPositions = from.maxPositions
        options.maxLeverage = from.maxLeverage
        options.cooldownBars = from.cooldownBars
        options.intrabar =
            switch from.intrabar {
            case .stopFirst: .stopFirst
            case .targetFirst: .targetFirst
            case .nearestOpen: .nearestOpen
            }
        return options
    }

    private static func distance(_ from: Reference.Distance) -> Distance {
        switch from {
        case .rate(let rate): .rate(rate)
        case .price(let price): .price(price)
        case .atr(let multiple, let period): .atr(multiple: multiple, period: period)
        }
    }

    static func execution(_ from: Reference.Execution) -> ExecutionOptions {
        var options = ExecutionOptions()
        options.fill =
            switch from.fill {
            case .nextOpen: .nextOpen
            case .nextClose: .nextClose
            case .close: .close
            case .nextVWAP: .nextVWAP
            }
        options.latencyBars = from.latencyBars
        options.commission.rate = from.commission.rate
        options.commission.perShare = from.commission.perShare
        options.commission.perTrade = from.commission.perTrade
        options.commission.minimum = from.commission.minimum
        options.commission.maximum = from.commission.maximum
        options.slippage.rate = from.slippage.rate
        options.slippage.ticks = from.slippage.ticks
        options.slippage.tickSize = from.slippage.tickSize
        options.slippage.spread = from.slippage.spread
        options.slippage.spreadRate = from.slippage.spreadRate
        options.slippage.volumeImpact = from.slippage.volumeImpact
        options.maxParticipation = from.maxParticipation
        options.zeroVolume = from.waitsForVolume ? .wait : .fill
        options.borrowRate = from.borrowRate
        options.limitEntry = from.limitEntry.map(distance)
        options.stopEntry = from.stopEntry.map(distance)
        options.expireBars = from.expireBars
        options.closeAtEnd = from.closeAtEnd
        return options
    }
}
