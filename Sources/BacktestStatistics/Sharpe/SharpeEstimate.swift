/// A Sharpe ratio with what its uncertainty depends on: the length, skewness and kurtosis of the returns.
///
/// Everything here is per period; annualised figures are multiplied by the root of the periods a year by the caller.
public struct SharpeEstimate: Sendable, Equatable {
    /// Sharpe ratio a period.
    public var sharpe: Double
    /// Number of periods.
    public var count: Int
    /// Skewness of the returns.
    public var skewness: Double
    /// Pearson's kurtosis of the returns: 3 for a normal distribution.
    public var kurtosis: Double

    /// An estimate of known parts.
    public init(sharpe: Double, count: Int, skewness: Double, kurtosis: Double) {
        self.sharpe = sharpe
        self.count = count
        self.skewness = skewness
        self.kurtosis = kurtosis
    }

    /// That of a series, `nil` for a constant one.
    public init?(_ moments: ReturnMoments, riskFree: Double = 0) {
        guard let sharpe = moments.sharpe(riskFree: riskFree) else { return nil }
        self.init(
            sharpe: sharpe,
            count: moments.count,
            skewness: moments.skewness,
            kurtosis: moments.kurtosis
        )
    }

    /// The variance of the estimate times n - 1, at its own value: 1 - g3 s + (g4 - 1) / 4 s^2 (Mertens 2002).
    public var spread: Double { 1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe * sharpe }

    /// Probabilistic Sharpe ratio: the probability that the true ratio is above a benchmark.
    ///
    /// Phi((s - s*) sqrt(n - 1) / sqrt(spread)); Bailey and Lopez de Prado, The Sharpe ratio efficient frontier, 2012.
    /// `nil` for fewer than two periods or a spread that is not positive.
    public func probabilistic(benchmark: Double = 0) -> Double? {
        guard count > 1, spread > 0 else { return nil }
        let z = (sharpe - benchmark) * Double(count - 1).squareRoot() / spread.squareRoot()
        return NormalDistribution.cumulative(z)
    }

    /// Deflated Sharpe ratio: the probability that the true ratio is above the best that luck alone would have shown.
    ///
    /// Bailey and Lopez de Prado, The deflated Sharpe ratio, 2014.
    ///
    /// - Parameters:
    ///   - trials: Effective number of trials; 1 and less leaves the probabilistic ratio against 0.
    ///   - variance: Variance of the Sharpe ratios a period over the trials.
    /// - Returns: The probability, `nil` as for `probabilistic`.
    public func deflated(trials: Double, variance: Double) -> Double? {
        probabilistic(benchmark: ExpectedMaximum.sharpe(trials: trials, variance: variance))
    }

    /// Minimum track record length: periods needed before the ratio is above a benchmark with a confidence.
    ///
    /// 1 + spread (z_c / (s - s*))^2; Bailey and Lopez de Prado 2012. `nil` where the ratio is not above the benchmark.
    public func minimumTrackRecord(benchmark: Double = 0, confidence: Double = 0.95) -> Double? {
        guard sharpe > benchmark, spread > 0 else { return nil }
        let ratio = NormalDistribution.quantile(confidence) / (sharpe - benchmark)
        return 1 + spread * ratio * ratio
    }

    /// Two-sided p-value of Student's t test that the mean is 0: t = s sqrt(n) on n - 1 degrees; `nil` below two periods.
    public var pValue: Double? {
        guard count > 1 else { return nil }
        return StudentDistribution(degrees: Double(count - 1)).twoSided(sharpe * Double(count).squareRoot())
    }

    /// The Sharpe ratio whose p-value an adjusted one is, with the sign of this one: the haircut of multiple testing.
    ///
    /// Harvey and Liu, Backtesting, 2015. 0 for a p-value of 1.
    public func haircut(toPValue p: Double) -> Double? {
        guard count > 1 else { return nil }
        let t = StudentDistribution(degrees: Double(count - 1)).twoSidedQuantile(p)
        let size = t / Double(count).squareRoot()
        return sharpe < 0 ? -size : size
    }
}
