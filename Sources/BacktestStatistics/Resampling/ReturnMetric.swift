import Glibc

/// Performance measures that a series of returns alone gives.
public enum ReturnMetric: String, Sendable, CaseIterable {
    /// Product of 1 + r, less 1.
    case totalReturn = "total_return"
    /// Growth a year.
    case cagr
    /// Deviation (divisor n - 1), annualised.
    case annualizedVolatility = "annualized_volatility"
    /// Mean excess over deviation, annualised.
    case sharpeRatio = "sharpe_ratio"
    /// Mean excess over the root of the mean squared loss, annualised.
    case sortinoRatio = "sortino_ratio"
    /// Largest loss from a peak, as a positive share; the start is a peak.
    case maxDrawdown = "max_drawdown"
    /// Growth a year over the largest drawdown.
    case calmarRatio = "calmar_ratio"
    /// Sum of the gains over that of the losses.
    case omegaRatio = "omega_ratio"

    /// The value for returns in order.
    ///
    /// - Parameters:
    ///   - returns: Returns, the oldest first.
    ///   - periodsPerYear: Periods a year, P.
    ///   - riskFree: Return a period that the Sharpe and Sortino ratios are measured against.
    /// - Returns: The value, `nil` where it is undefined.
    public func value(_ returns: Span<Double>, periodsPerYear: Double, riskFree: Double = 0) -> Double? {
        guard returns.count > 0 else { return nil }
        let annual = periodsPerYear.squareRoot()
        switch self {
        case .totalReturn: return Growth(returns).end - 1
        case .maxDrawdown: return Growth(returns).maxDrawdown
        case .cagr: return Growth(returns).perYear(returns.count, periodsPerYear)
        case .calmarRatio:
            let growth = Growth(returns)
            guard growth.maxDrawdown > 0 else { return nil }
            return growth.perYear(returns.count, periodsPerYear).map { $0 / growth.maxDrawdown }
        case .sharpeRatio: return ReturnMoments(returns).sharpe(riskFree: riskFree).map { $0 * annual }
        case .annualizedVolatility:
            guard returns.count > 1 else { return nil }
            let moments = ReturnMoments(returns)
            return moments.isConstant ? 0 : moments.deviation * annual
        case .sortinoRatio:
            let n = Double(returns.count)
            let downside = (Growth.sum(returns) { min($0, 0) * min($0, 0) } / n).squareRoot()
            return downside > 0 ? (returns.sum / n - riskFree) / downside * annual : nil
        case .omegaRatio:
            let losses = -Growth.sum(returns) { min($0, 0) }
            return losses > 0 ? Growth.sum(returns) { max($0, 0) } / losses : nil
        }
    }
}

/// How far a unit of money goes on returns, and how far it falls.
struct Growth {
    private(set) var end = 1.0
    private(set) var maxDrawdown = 0.0

    init(_ returns: Span<Double>) {
        var peak = 1.0
        for t in returns.indices {
            end *= 1 + returns[t]
            peak = max(peak, end)
            maxDrawdown = max(maxDrawdown, 1 - end / peak)
        }
    }

    func perYear(_ periods: Int, _ periodsPerYear: Double) -> Double? {
        end >= 0 ? pow(end, periodsPerYear / Double(periods)) - 1 : nil
    }

    static func sum(_ returns: Span<Double>, _ part: (Double) -> Double) -> Double {
        var sum = 0.0
        for t in returns.indices { sum += part(returns[t]) }
        return sum
    }
}
