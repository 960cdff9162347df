import Foundation

/// Metrics computed the plain way, written from the contract alone.
struct Recomputed {
    private(set) var metrics: [String: Double] = [:]

    init(capital: Double, equity: [Double], profits: [Double], periods: Double, riskFree: Double) {
        ofReturns([capital] + equity, periods: periods, riskFree: riskFree)
        ofDrawdowns([capital] + equity)
        ofTrades(profits)
        metrics["calmar_ratio"] = (metrics["cagr"] ?? .nan) / (metrics["max_drawdown"] ?? .nan)
    }

    private mutating func ofReturns(_ curve: [Double], periods: Double, riskFree: Double) {
        let returns = zip(curve, curve.dropFirst()).map { $1 / $0 - 1 }
        let count = Double(returns.count)
        let last = curve[curve.count - 1]
        let mean = returns.reduce(0, +) / count
        let deviation = (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
        let excess = mean - riskFree / periods
        let downside = returns.reduce(0) {
            let below = min($1 - riskFree / periods, 0)
            return $0 + below * below
        }
        metrics["final_equity"] = last
        metrics["total_return"] = last / curve[0] - 1
        metrics["cagr"] = pow(last / curve[0], periods / count) - 1
        metrics["annualized_volatility"] = deviation * periods.squareRoot()
        metrics["sharpe_ratio"] = excess / deviation * periods.squareRoot()
        metrics["sortino_ratio"] = excess / (downside / count).squareRoot() * periods.squareRoot()
        let sorted = returns.sorted()
        let place = (count - 1) * 0.05
        let low = Int(place)
        metrics["value_at_risk_95"] = sorted[low] + (place - Double(low)) * (sorted[low + 1] - sorted[low])
    }

    private mutating func ofDrawdowns(_ curve: [Double]) {
        var peak = curve[0]
        var run = 0.0
        var longest = 0.0
        var deepest = 0.0
        var squares = 0.0
        for value in curve {
            peak = max(peak, value)
            run = value < peak ? run + 1 : 0
            longest = max(longest, run)
            deepest = max(deepest, 1 - value / peak)
            squares += (1 - value / peak) * (1 - value / peak)
        }
        metrics["max_drawdown"] = deepest
        metrics["longest_drawdown_bars"] = longest
        metrics["ulcer_index"] = (squares / Double(curve.count - 1)).squareRoot()
    }

    private mutating func ofTrades(_ profits: [Double]) {
        let count = Double(profits.count)
        let won = profits.filter { $0 > 0 }
        let lost = profits.filter { $0 < 0 }
        let mean = profits.reduce(0, +) / count
        let deviation = (profits.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
        metrics["total_trades"] = count
        metrics["win_rate"] = Double(won.count) / count
        metrics["profit_factor"] = won.reduce(0, +) / -lost.reduce(0, +)
        metrics["expectancy"] = mean
        metrics["sqn"] = count.squareRoot() * mean / deviation
    }
}
