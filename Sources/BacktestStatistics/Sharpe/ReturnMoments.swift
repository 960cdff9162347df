/// Count, mean, deviation, skewness and kurtosis of a series of returns.
public struct ReturnMoments: Sendable, Equatable {
    /// Number of periods.
    public var count: Int
    /// Mean return a period.
    public var mean: Double
    /// Sum of squared deviations from the mean.
    public var squares: Double
    /// Skewness, of central moments with divisor n; 0 for a constant series.
    public var skewness: Double
    /// Pearson's kurtosis, of central moments with divisor n: 3 for a normal distribution, and for a constant series.
    public var kurtosis: Double

    /// The moments of returns in any order; two passes.
    public init(_ returns: Span<Double>) {
        count = returns.count
        mean = 0
        squares = 0
        skewness = 0
        kurtosis = 3
        guard count > 0 else { return }
        let n = Double(count)
        mean = returns.sum / n
        var (second, third, fourth) = (0.0, 0.0, 0.0)
        for index in returns.indices {
            let d = returns[index] - mean
            let square = d * d
            second += square
            third += square * d
            fourth += square * square
        }
        squares = second
        guard !isConstant else { return }
        let variance = second / n
        skewness = third / n / (variance * variance.squareRoot())
        kurtosis = fourth / n / (variance * variance)
    }

    /// Moments that are known.
    public init(count: Int, mean: Double, deviation: Double, skewness: Double, kurtosis: Double) {
        self.count = count
        self.mean = mean
        squares = deviation * deviation * Double(count - 1)
        self.skewness = skewness
        self.kurtosis = kurtosis
    }

    /// Whether the series does not move: its deviation is no more than what rounding leaves of quotients near 1.
    public var isConstant: Bool {
        guard count > 1 else { return true }
        return ReturnMoments.isConstant(mean: mean, variance: squares / Double(count - 1))
    }

    /// The rule of `isConstant`, for whoever folds moments elsewhere.
    static func isConstant(mean: Double, variance: Double) -> Bool {
        let noise = 1e-15 * (1 + abs(mean))
        return !(variance > noise * noise)
    }

    /// Standard deviation, divisor n - 1; 0 for fewer than two returns.
    public var deviation: Double { count > 1 ? (squares / Double(count - 1)).squareRoot() : 0 }

    /// Sharpe ratio a period, s = (mean - risk-free) / deviation; not annualised, `nil` for a constant series.
    public func sharpe(riskFree: Double = 0) -> Double? {
        isConstant ? nil : (mean - riskFree) / deviation
    }
}

extension Span<Double> {
    /// The sum, from the first to the last.
    var sum: Double {
        var sum = 0.0
        for index in indices { sum += self[index] }
        return sum
    }
}
