/// Sums over the closed trades and the fills of one sleeve, mergeable in a fixed order.
struct TradeStatistics {
    var count = 0
    var wins = 0
    var losses = 0
    var grossWins = 0.0
    var grossLosses = 0.0
    var largestWin = 0.0
    var largestLoss = 0.0
    var barsHeld = 0
    var net = 0.0
    /// Mean and sum of squared deviations of the net profit (Welford 1962).
    var mean = 0.0
    var squares = 0.0
    var commission = 0.0
    var slippage = 0.0
    var notional = 0.0
    var open = 0
    var signals = 0

    mutating func close(net profit: Double, barsHeld bars: Int) {
        count += 1
        net += profit
        barsHeld += bars
        if profit > 0 {
            wins += 1
            grossWins += profit
            if profit > largestWin { largestWin = profit }
        } else if profit < 0 {
            losses += 1
            grossLosses += profit
            if profit < largestLoss { largestLoss = profit }
        }
        let delta = profit - mean
        mean += delta / Double(count)
        squares += delta * (profit - mean)
    }

    /// Adds another sleeve's sums (Chan, Golub and LeVeque 1979 for the squares).
    mutating func merge(_ other: TradeStatistics) {
        if other.count > 0 {
            let total = Double(count + other.count)
            let delta = other.mean - mean
            squares += other.squares + delta * delta * (Double(count) * Double(other.count) / total)
            mean += delta * (Double(other.count) / total)
        }
        count += other.count
        wins += other.wins
        losses += other.losses
        grossWins += other.grossWins
        grossLosses += other.grossLosses
        largestWin = max(largestWin, other.largestWin)
        largestLoss = min(largestLoss, other.largestLoss)
        barsHeld += other.barsHeld
        net += other.net
        commission += other.commission
        slippage += other.slippage
        notional += other.notional
        open += other.open
        signals += other.signals
    }

    /// Writes the metrics of trading.md that are taken over closed trades, P&L net of costs.
    func write(into values: inout MetricValues) {
        values[.totalTrades] = Double(count)
        values[.winningTrades] = Double(wins)
        values[.losingTrades] = Double(losses)
        values[.openPositions] = Double(open)
        values[.totalCommission] = commission
        values[.totalSlippage] = slippage
        guard count > 0 else { return }
        let winRate = Double(wins) / Double(count)
        values[.winRate] = winRate
        values[.expectancy] = net / Double(count)
        values[.averageDurationBars] = Double(barsHeld) / Double(count)
        if wins > 0 {
            values[.averageWin] = grossWins / Double(wins)
            values[.largestWin] = largestWin
        }
        if losses > 0 {
            values[.averageLoss] = grossLosses / Double(losses)
            values[.largestLoss] = largestLoss
            values[.profitFactor] = grossWins / -grossLosses
        }
        if let win = values[.averageWin], let loss = values[.averageLoss] {
            let payoff = win / -loss
            values[.payoffRatio] = payoff
            values[.kellyFraction] = winRate - (1 - winRate) / payoff
        }
        if count > 1, squares > 0 {
            values[.sqn] = Double(count).squareRoot() * mean / (squares / Double(count - 1)).squareRoot()
        }
    }
}
