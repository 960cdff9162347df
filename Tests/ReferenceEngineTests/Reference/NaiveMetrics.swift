import Foundation

extension Reference {
    /// The metrics of trading.md by their names there.
    enum Metric: String, Hashable, CaseIterable {
        case initialCapital = "initial_capital"
        case finalEquity = "final_equity"
        case totalReturn = "total_return"
        case cagr
        case annualizedVolatility = "annualized_volatility"
        case sharpeRatio = "sharpe_ratio"
        case sortinoRatio = "sortino_ratio"
        case maxDrawdown = "max_drawdown"
        case calmarRatio = "calmar_ratio"
        case omegaRatio = "omega_ratio"
        case valueAtRisk95 = "value_at_risk_95"
        case expectedShortfall95 = "expected_shortfall_95"
        case ulcerIndex = "ulcer_index"
        case longestDrawdownBars = "longest_drawdown_bars"
        case tailRatio = "tail_ratio"
        case stability
        case skewness
        case kurtosis
        case winRate = "win_rate"
        case profitFactor = "profit_factor"
        case expectancy
        case payoffRatio = "payoff_ratio"
        case averageWin = "average_win"
        case averageLoss = "average_loss"
        case largestWin = "largest_win"
        case largestLoss = "largest_loss"
        case sqn
        case kellyFraction = "kelly_fraction"
        case averageDurationBars = "average_duration_bars"
        case exposureTime = "exposure_time"
        case turnover
        case totalCommission = "total_commission"
        case totalSlippage = "total_slippage"
        case totalTrades = "total_trades"
        case winningTrades = "winning_trades"
        case losingTrades = "losing_trades"
        case openPositions = "open_positions"
    }

    /// Every metric, computed from lists; an undefined one is left out.
    static func metrics(
        capital: Double,
        outcome: Outcome,
        options: MetricsOptions
    ) -> [Metric: Double] {
        var values: [Metric: Double?] = [:]
        let curve = [capital] + outcome.equity
        curveMetrics(
            capital: capital,
            curve: curve,
            days: outcome.days,
            ruin: outcome.ruin,
            options: options,
            into: &values
        )
        tradeMetrics(outcome.trades.map(\.netPnL), bars: outcome.trades.map(\.barsHeld), into: &values)
        let bars = Double(outcome.equity.count)
        // R73.
        values[.exposureTime] = ratio(Double(outcome.exposed.count { $0 }), bars)
        // A share of an equity that is not positive means nothing.
        let equity = mean(outcome.equity).flatMap { $0 > 0 ? $0 : nil }
        values[.turnover] = ratio(sum(outcome.fills.map { $0.quantity * $0.price }), equity)
        values[.totalCommission] = sum(outcome.fills.map(\.commission))
        values[.totalSlippage] = sum(outcome.fills.map(\.slippage))
        values[.openPositions] = Double(outcome.openPositions.count)
        return values.compactMapValues { value in
            guard let value, value.isFinite else { return nil }
            return value == 0 ? 0 : value
        }
    }

    /// The equity of each period: every bar, or the last of each calendar day (R70), led by the capital.
    static func periods(_ curve: [Double], days: [Int], daily: Bool) -> [Double] {
        guard daily else { return curve }
        let ends = days.indices.filter { $0 == days.count - 1 || days[$0] != days[$0 + 1] }
        return [curve[0]] + ends.map { curve[$0 + 1] }
    }

    /// The return of each period (R70); R5: that of the ruin is -1, and none comes after it.
    static func returns(_ curve: [Double], days: [Int], daily: Bool, ruin: Int?) -> [Double] {
        guard let ruin else {
            let periods = periods(curve, days: days, daily: daily)
            return zip(periods.dropFirst(), periods).map { $0 / $1 - 1 }
        }
        // The bars before the ruin, and of daily ones those of earlier days.
        let sound = daily ? days.firstIndex(of: days[ruin]) ?? ruin : ruin
        let before = Array(curve[...sound])
        return returns(before, days: Array(days[..<sound]), daily: daily, ruin: nil) + [-1]
    }

    static func curveMetrics(
        capital: Double,
        curve: [Double],
        days: [Int],
        ruin: Int? = nil,
        options: MetricsOptions,
        into values: inout [Metric: Double?]
    ) {
        let last = curve[curve.count - 1]
        values[.initialCapital] = capital
        values[.finalEquity] = last
        values[.totalReturn] = last / capital - 1
        let returns = returns(curve, days: days, daily: options.daily, ruin: ruin)
        let year = options.periodsPerYear
        // R5, R71: cagr is undefined once everything is lost.
        if ruin == nil, last > 0, !returns.isEmpty {
            values[.cagr] = pow(last / capital, year / Double(returns.count)) - 1
        }
        drawdownMetrics(curve, ruin: ruin, into: &values)
        values[.calmarRatio] = ratio(values[.cagr] ?? nil, values[.maxDrawdown] ?? nil)
        returnMetrics(returns, riskFree: options.riskFree / year, year: year, into: &values)
        values[.stability] = ruin == nil ? stability(returns) : nil
    }

    private static func drawdownMetrics(
        _ curve: [Double],
        ruin: Int?,
        into values: inout [Metric: Double?]
    ) {
        var peak = curve[0]
        var drawdowns: [Double] = []
        var longest = 0
        var run = 0
        for equity in curve.dropFirst() {
            peak = max(peak, equity)
            drawdowns.append(1 - equity / peak)
            // R71: rounding alone does not put it under the peak.
            run = peak - equity > 1e-12 * peak ? run + 1 : 0
            longest = max(longest, run)
        }
        values[.maxDrawdown] = max(drawdowns.max() ?? 0, 0)
        // R5: over the bars up to the ruin, whose drawdown is 1.
        let counted = ruin.map { drawdowns[..<$0] + [1] } ?? drawdowns[...]
        values[.ulcerIndex] = mean(counted.map { $0 * $0 })?.squareRoot()
        values[.longestDrawdownBars] = Double(longest)
    }

    private static func returnMetrics(
        _ returns: [Double],
        riskFree: Double,
        year: Double,
        into values: inout [Metric: Double?]
    ) {
        let excess = returns.map { $0 - riskFree }
        let deviation = sampleDeviation(returns)
        let root = year.squareRoot()
        values[.annualizedVolatility] = deviation.map { $0 * root }
        values[.sharpeRatio] = ratio(mean(excess), deviation).map { $0 * root }
        let downside = mean(excess.map { min($0, 0) * min($0, 0) })?.squareRoot()
        values[.sortinoRatio] = ratio(mean(excess), downside).map { $0 * root }
        values[.omegaRatio] = ratio(sum(returns.map { max($0, 0) }), sum(returns.map { max(-$0, 0) }))
        let low = quantile(returns, 0.05)
        values[.valueAtRisk95] = low
        // R71: a return that is the quantile but for rounding counts as at it.
        values[.expectedShortfall95] = low.flatMap { low in mean(returns.filter { $0 <= low + 1e-12 }) }
        values[.tailRatio] = ratio(quantile(returns, 0.95).map { abs($0) }, low.map { abs($0) })
        let second = centralMoment(returns, 2)
        values[.skewness] = ratio(centralMoment(returns, 3), second.map { pow($0, 1.5) })
        values[.kurtosis] = ratio(centralMoment(returns, 4), second.map { $0 * $0 }).map { $0 - 3 }
    }

    /// R^2 of cumulative log returns on 0..n-1.
    private static func stability(_ returns: [Double]) -> Double? {
        var cumulative: [Double] = []
        for value in returns { cumulative.append((cumulative.last ?? 0) + log(1 + value)) }
        // A line without slope and noise explains nothing of nothing: 0 / 0, whatever rounding makes of the mean.
        if Set(cumulative).count == 1 { return nil }
        let steps = cumulative.indices.map { Double($0) }
        guard let meanY = mean(cumulative), let meanX = mean(steps) else { return nil }
        let covariance = sum(zip(steps, cumulative).map { ($0 - meanX) * ($1 - meanY) })
        let varianceX = sum(steps.map { ($0 - meanX) * ($0 - meanX) })
        let varianceY = sum(cumulative.map { ($0 - meanY) * ($0 - meanY) })
        return ratio(covariance * covariance, varianceX * varianceY)
    }

    /// R72, over closed trades, net of costs.
    static func tradeMetrics(_ nets: [Double], bars: [Int], into values: inout [Metric: Double?]) {
        let wins = nets.filter { $0 > 0 }
        let losses = nets.filter { $0 < 0 }
        let count = Double(nets.count)
        values[.totalTrades] = count
        values[.winningTrades] = Double(wins.count)
        values[.losingTrades] = Double(losses.count)
        let winRate = ratio(Double(wins.count), count)
        values[.winRate] = winRate
        values[.profitFactor] = ratio(sum(wins), -sum(losses))
        values[.expectancy] = mean(nets)
        values[.averageWin] = mean(wins)
        values[.averageLoss] = mean(losses)
        values[.largestWin] = wins.max()
        values[.largestLoss] = losses.min()
        let payoff = ratio(mean(wins), mean(losses).map { -$0 })
        values[.payoffRatio] = payoff
        values[.kellyFraction] = kelly(winRate: winRate, payoff: payoff)
        values[.sqn] = ratio(mean(nets), sampleDeviation(nets)).map { $0 * count.squareRoot() }
        values[.averageDurationBars] = mean(bars.map { Double($0) })
    }

    /// W - (1 - W) / payoff.
    static func kelly(winRate: Double?, payoff: Double?) -> Double? {
        guard let winRate, let lost = ratio(1 - winRate, payoff) else { return nil }
        return winRate - lost
    }
}
