/// Every metric of a container, in the order in which metrics.json and summary.csv print them.
public enum MetricName: UInt8, Sendable, Hashable, CaseIterable {
    case initialCapital
    case finalEquity
    case totalReturn
    case cagr
    case annualizedVolatility
    case sharpeRatio
    case sortinoRatio
    case maxDrawdown
    case calmarRatio
    case omegaRatio
    case valueAtRisk95
    case expectedShortfall95
    case ulcerIndex
    case longestDrawdownBars
    case tailRatio
    case stability
    case skewness
    case kurtosis
    case winRate
    case profitFactor
    case expectancy
    case payoffRatio
    case averageWin
    case averageLoss
    case largestWin
    case largestLoss
    case sqn
    case kellyFraction
    case averageDurationBars
    case exposureTime
    case turnover
    case totalCommission
    case totalSlippage
    case totalTrades
    case winningTrades
    case losingTrades
    case openPositions

    /// Number of metrics.
    public static let count = allCases.count
}

/// The metrics of one container; an undefined one is `nil`, never NaN and never a made-up 0.
public struct MetricValues: Sendable, Equatable {
    private var storage: [Double]

    /// All metrics undefined.
    public init() { storage = [Double](repeating: .nan, count: MetricName.count) }

    /// The value of a metric, `nil` where it is undefined; setting a value that is not finite makes it undefined.
    public subscript(name: MetricName) -> Double? {
        get {
            let value = storage[Int(name.rawValue)]
            return value.isNaN ? nil : value
        }
        set {
            guard let newValue, newValue.isFinite else {
                storage[Int(name.rawValue)] = .nan
                return
            }
            // -0 would print as "-0.0" and depend on the order of a sum.
            storage[Int(name.rawValue)] = newValue == 0 ? 0 : newValue
        }
    }

    /// Whether equity has been at or below 0 at some close (rule R5): a drawdown of all there was, or more.
    ///
    /// Such a container stands behind every solvent one in any ranking, whatever the metric.
    public var isInsolvent: Bool { (self[.maxDrawdown] ?? 0) >= 1 }

    /// Equality in which undefined equals undefined.
    public static func == (a: MetricValues, b: MetricValues) -> Bool {
        zip(a.storage, b.storage).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }
}
