import BacktestModel

extension ContainerRunner {
    /// The largest quantity whose notional and commission fit a budget (rule R43); 0 or less where none does.
    @inline(__always)
    mutating func affordable(_ budget: Double, at price: Double) -> Double {
        let commission = execution.commission
        let quantity = (budget - commission.perTrade) / (price * (1 + commission.rate) + commission.perShare)
        let raw = commission.rate * quantity * price + commission.perShare * quantity + commission.perTrade
        if raw < commission.minimum { return (budget - commission.minimum) / price }
        if raw > commission.maximum { return (budget - commission.maximum) / price }
        return quantity
    }

    /// Rule R50.
    @inline(__always)
    mutating func commission(_ quantity: Double, at price: Double) -> Double {
        let commission = execution.commission
        let raw = commission.rate * quantity * price + commission.perShare * quantity + commission.perTrade
        return min(max(raw, commission.minimum), commission.maximum)
    }

    /// Rule R51: against the trader, not clamped to the bar; nobody pays for giving something away.
    @inline(__always)
    mutating func slipped(
        _ reference: Double,
        buys: Bool,
        quantity: Double,
        _ sleeve: UnsafeMutablePointer<Sleeve>
    ) -> Double {
        let slippage = execution.slippage
        var distance =
            reference * slippage.rate + slippage.ticks * slippage.tickSize
            + (slippage.spread + reference * slippage.spreadRate) / 2
        if slippage.volumeImpact > 0, quantity > 0 {
            let volume = sleeve.pointee.volume[sleeve.pointee.local]
            let participation = volume > 0 ? quantity / volume : 1
            distance += reference * slippage.volumeImpact * participation.squareRoot()
        }
        return buys ? reference + distance : max(reference - distance, 0)
    }

    /// Rule R43's floor: whole lots, with slack for a quotient that rounding has put just below a whole number.
    @inline(__always)
    mutating func floorToLot(_ quantity: Double) -> Double {
        guard let lot = portfolio.sizing.lotSize else { return quantity }
        return (quantity / lot * (1 + 1e-12)).rounded(.down) * lot
    }

    /// Notional up to which an entry is what rounding has left in the cash, not a size.
    @inline(__always)
    mutating func dust(_ index: Int, at price: Double) -> Double {
        1e-12 * (abs(cash(of: index)) + abs(sleeves[index].position) * price)
    }

    /// Rule R42: what the cash at hand allows, before the floor to whole lots.
    @inline(__always)
    mutating func cashLimit(_ cash: Double, at price: Double) -> Double {
        affordable(cash * portfolio.risk.maxLeverage, at: price)
    }

    /// Units that the sizing rule asks for at a price, before the cut to the cash at hand (rule R41).
    mutating func requestedQuantity(
        _ order: UnsafePointer<Order>,
        _ index: Int,
        at price: Double,
        equity: Double
    ) -> Double {
        if !order.pointee.fixedQuantity.isNaN { return order.pointee.fixedQuantity }
        let value =
            portfolio.sizing.scaleByStrength
            ? portfolio.sizing.value * order.pointee.strength : portfolio.sizing.value
        switch portfolio.sizing.method {
        case .percentOfEquity:
            return affordable(value * equity, at: price)
        case .fixedQuantity:
            return value
        case .fixedNotional:
            return value / price
        case .riskPerTrade:
            let distance = stopDistance(order, at: price)
            return distance > 0 ? value * equity / distance : 0
        case .volatilityTarget:
            let share =
                portfolio.sizing.scaleByStrength
                ? order.pointee.volatilityShare * order.pointee.strength : order.pointee.volatilityShare
            return affordable(share * equity, at: price)
        case .kelly:
            return affordable(
                kellyFraction(index) * (portfolio.sizing.scaleByStrength ? order.pointee.strength : 1)
                    * equity,
                at: price
            )
        }
    }

    /// Distance from an entry at `price` to the stop that will protect it: the signal's own, the rule's, or the trailing one.
    private mutating func stopDistance(_ order: UnsafePointer<Order>, at price: Double) -> Double {
        if !order.pointee.stop.isNaN { return abs(price - order.pointee.stop) }
        if let distance = portfolio.risk.stopLoss {
            return units(distance, frozen: order.pointee.stopDistance, of: price)
        }
        if let distance = portfolio.risk.trailingStop {
            return units(distance, frozen: order.pointee.trailDistance, of: price)
        }
        return 0
    }

    /// A distance in price units; one in average true ranges was frozen at the decision.
    mutating func units(_ distance: Distance, frozen: Double, of price: Double) -> Double {
        switch distance {
        case .rate(let rate): rate * price
        case .price(let units): units
        case .atr: frozen
        }
    }

    /// W - (1 - W) / payoff over the sleeve's closed trades, in [0, value]; `value` until there are enough of them.
    private mutating func kellyFraction(_ index: Int) -> Double {
        let sizing = portfolio.sizing
        let sleeve = sleeves[index]
        guard sleeve.closedTrades >= sizing.minimumTrades, sleeve.wonTrades > 0, sleeve.lostTrades > 0 else {
            return sizing.value
        }
        let won = Double(sleeve.wonTrades) / Double(sleeve.closedTrades)
        let payoff =
            (sleeve.wonSum / Double(sleeve.wonTrades)) / -(sleeve.lostSum / Double(sleeve.lostTrades))
        return min(max(sizing.kellyMultiplier * (won - (1 - won) / payoff), 0), sizing.value)
    }

    /// Cash that a sleeve may spend.
    @inline(__always)
    mutating func cash(of index: Int) -> Double { isShared ? sharedCash : sleeves[index].cash }

    /// Equity that sizing counts with (rules R40 and R40a): the sleeve's own, its share of the portfolio's, or all of that.
    ///
    /// Other symbols with a bar count at its open, or at its close where the fill is at the close.
    @inline(__always)
    mutating func sizingEquity(_ index: Int, at price: Double, bar: Int, atClose: Bool) -> Double {
        isShared || portfolio.sizing.basis == .portfolio
            ? portfolioEquity(index, at: price, bar: bar, atClose: atClose)
            : sleeves[index].cash + sleeves[index].position * price
    }

    private mutating func portfolioEquity(_ index: Int, at price: Double, bar: Int, atClose: Bool) -> Double {
        var equity = totalCash()
        for other in summation where sleeves[other].position != 0 {
            let sleeve = sleeves + other
            var mark = sleeve.pointee.lane == sleeves[index].lane ? price : sleeve.pointee.marks[bar]
            if sleeve.pointee.lane != sleeves[index].lane, !atClose, sleeve.pointee.hasBar(at: bar) {
                mark = sleeve.pointee.open[sleeve.pointee.lastLocal(at: bar)]
            }
            equity += sleeve.pointee.position * mark
        }
        return portfolio.sizing.basis == .portfolio ? equity : equity * sleeves[index].share
    }
}
