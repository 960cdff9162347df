import CKernels
import Glibc

/// What the dependence of returns on earlier ones does to a Sharpe ratio.
public enum SerialCorrelation {
    /// Lags that a long-run covariance looks at: floor(4 (n / 100)^(2 / 9)) (Newey and West 1994).
    public static func lags(periods: Int) -> Int {
        max(0, min(periods - 1, Int(4 * pow(Double(periods) / 100, 2.0 / 9))))
    }

    /// Standard error of the Sharpe ratio a period, for returns that need be neither normal nor independent.
    ///
    /// Delta method on the means of r and r^2 with a Bartlett long-run variance of the influence of each return (Lo, The
    /// statistics of Sharpe ratios, 2002; Ledoit and Wolf 2008). `nil` for a constant series.
    ///
    /// - Parameters:
    ///   - returns: Returns, the oldest first.
    ///   - riskFree: Return a period that the ratio is measured against.
    ///   - lags: The number of lags, `lags(periods:)` by default.
    /// - Returns: The error, a period.
    public static func sharpeStandardError(
        _ returns: Span<Double>,
        riskFree: Double = 0,
        lags: Int? = nil
    ) -> Double? {
        let moments = ReturnMoments(returns)
        guard !moments.isConstant else { return nil }
        let n = Double(returns.count)
        // The delta method is one of the means of r and r^2, so that its moments have divisor n.
        let variance = moments.squares / n
        let deviation = variance.squareRoot()
        let sharpe = (moments.mean - riskFree) / deviation
        var influence = [Double](repeating: 0, count: returns.count)
        for index in returns.indices {
            let d = returns[index] - moments.mean
            influence[index] = d / deviation - sharpe / 2 * (d * d - variance) / (deviation * deviation)
        }
        let most = min(lags ?? SerialCorrelation.lags(periods: returns.count), returns.count - 1)
        let products = LaggedProducts(influence.span, through: most)
        var longRun = products[0]
        for lag in stride(from: 1, through: most, by: 1) {
            longRun += 2 * (1 - Double(lag) / Double(most + 1)) * products[lag]
        }
        guard longRun > 0 else { return nil }
        return longRun.squareRoot() / n
    }

    /// Limits of the normal interval around a Sharpe ratio.
    public static func interval(
        around sharpe: Double,
        standardError: Double,
        confidence: Double = 0.95
    ) -> (low: Double, high: Double) {
        let half = NormalDistribution.quantile((1 + confidence) / 2) * standardError
        return (sharpe - half, sharpe + half)
    }

    /// The annualised Sharpe ratio of returns that depend on earlier ones: s q / sqrt(q + 2 sum of (q - k) rho_k).
    ///
    /// q is the number of periods a year, k goes to the number of lags or q - 1 (Lo 2002). `nil` where the root is not of
    /// a positive number, and for a constant series.
    public static func adjustedSharpe(
        _ returns: Span<Double>,
        riskFree: Double = 0,
        periodsPerYear: Double,
        lags: Int? = nil
    ) -> Double? {
        let moments = ReturnMoments(returns)
        let q = periodsPerYear.rounded()
        guard let sharpe = moments.sharpe(riskFree: riskFree), q >= 1 else { return nil }
        let most = min(lags ?? SerialCorrelation.lags(periods: returns.count), Int(q) - 1, returns.count - 1)
        let rho = autocorrelations(returns, through: most)
        var sum = q
        for lag in stride(from: 1, through: most, by: 1) { sum += 2 * (q - Double(lag)) * rho[lag] }
        guard sum > 0 else { return nil }
        return sharpe * q / sum.squareRoot()
    }

    /// Autocorrelations of lags 0 to `lag`, each over the whole series' sum of squares; 0 for a constant series.
    public static func autocorrelations(_ returns: Span<Double>, through lag: Int) -> [Double] {
        guard returns.count > 0 else { return [Double](repeating: 0, count: lag + 1) }
        let mean = returns.sum / Double(returns.count)
        var centred = [Double](repeating: 0, count: returns.count)
        for index in returns.indices { centred[index] = returns[index] - mean }
        let products = LaggedProducts(centred.span, through: lag)
        return (0...lag).map { products[0] > 0 ? products[$0] / products[0] : 0 }
    }
}

/// Sums of the products of a series with itself a number of places on.
struct LaggedProducts {
    private let sums: [Double]

    /// The sums of lags 0 to `last`; those of lags without a pair are 0.
    init(_ values: Span<Double>, through last: Int) {
        self.init(values, from: 0, through: last)
    }

    /// The sums of lags `first` to `last`, numbered from 0.
    init(_ values: Span<Double>, from first: Int, through last: Int) {
        let wanted = max(0, last - first + 1)
        sums = [Double](unsafeUninitializedCapacity: wanted) { buffer, count in
            values.withUnsafeBufferPointer { values in
                admf_lagged_products(
                    values.baseAddress,
                    Int64(values.count),
                    Int64(first),
                    Int64(wanted),
                    buffer.baseAddress
                )
            }
            count = wanted
        }
    }

    subscript(_ index: Int) -> Double { sums[index] }
}
