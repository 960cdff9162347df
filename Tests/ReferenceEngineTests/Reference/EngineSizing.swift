extension Reference.Engine {
    /// Notional up to which an entry is what rounding has left in the cash, not a size.
    func dust(_ s: Int, _ price: Double) -> Double {
        1e-12 * (abs(freeCash(s)) + abs(sleeves[s].position) * price)
    }

    /// The units that an entry asks for at a price, before R42 and the floor.
    func sized(
        _ order: Reference.Order,
        _ s: Int,
        price: Double,
        _ point: Reference.FillPoint,
        _ t: Int
    ) -> Double {
        let sizing = scenario.portfolio.sizing
        guard let signal = order.signal, price > 0 else { return 0 }
        // R39: the quantity of a signal file replaces the rule; its strength has no say then.
        if let quantity = signal.quantity { return quantity }
        let equity = sizingEquity(s, at: price, point.place, t)
        // Strength scales what the rule hands out: share, units, currency or risk.
        let strength = sizing.scaleByStrength ? signal.strength : 1
        let value = sizing.value * strength
        let units: Double
        switch sizing.method {
        case .percentOfEquity: units = unitsFor(share: value, of: equity, price)
        case .fixedQuantity: units = value
        case .fixedNotional: units = value / price
        case .riskPerTrade:
            let distance = riskDistance(order, s, price)
            units = distance > 0 ? value * equity / distance : 0
        case .volatilityTarget:
            let series = scenario.symbols[sleeves[s].symbol]
            guard let volatility = series.volatility(sizing.lookback, at: order.decisionBar) else { return 0 }
            let yearly = volatility * scenario.metrics.periodsPerYear.squareRoot()
            let share = min(sizing.value / yearly, scenario.risk.maxLeverage)
            units = unitsFor(share: share * strength, of: equity, price)
        case .kelly: units = unitsFor(share: kellyShare(s) * strength, of: equity, price)
        }
        return max(units, 0)
    }

    /// R41: the largest q with q x p + commission(q, p) <= share x equity.
    private func unitsFor(share: Double, of equity: Double, _ price: Double) -> Double {
        scenario.execution.commission.affordable(budget: share * equity, price: price)
    }

    /// R41: from the entry to the trade's stop (a signal's stop replaces stop_loss, R39), else the trailing distance.
    private func riskDistance(_ order: Reference.Order, _ s: Int, _ price: Double) -> Double {
        if let stop = order.signal?.stop { return abs(price - stop) }
        let range = rangeFrozen(s, at: order.decisionBar)
        let distance = scenario.risk.stopLoss ?? scenario.risk.trailingStop
        return distance?.from(price, range: range) ?? 0
    }

    /// R60: the average true range at the decision bar's close.
    func rangeFrozen(_ s: Int, at bar: Int) -> (Int) -> Double? {
        let series = scenario.symbols[sleeves[s].symbol]
        return { series.averageTrueRange($0, at: bar) }
    }

    /// (h): clamp(multiplier x (W - (1 - W) / payoff), 0, value) over the sleeve's closed trades.
    private func kellyShare(_ s: Int) -> Double {
        let sizing = scenario.portfolio.sizing
        let nets = sleeves[s].closedNets
        guard nets.count >= sizing.minimumTrades else { return sizing.value }
        var values: [Reference.Metric: Double?] = [:]
        Reference.tradeMetrics(nets, bars: [], into: &values)
        guard let fraction = values[.kellyFraction] ?? nil else { return sizing.value }
        return min(max(sizing.kellyMultiplier * fraction, 0), sizing.value)
    }
}
