/// What a statistic of returns might have been, had the same periods come in other numbers and another order.
public struct BootstrapInterval: Sendable, Equatable {
    /// The statistic of the returns as they were.
    public let value: Double
    /// Lower limit, a quantile over the resamples.
    public let low: Double
    /// Upper limit.
    public let high: Double
    /// Standard deviation over the resamples, divisor n - 1.
    public let standardError: Double

    /// The percentile interval (Efron 1982); `nil` where the statistic is undefined for the returns or nearly all resamples.
    ///
    /// Resamples for which it is undefined are left out.
    public init?(
        of returns: Span<Double>,
        resamples: Resamples,
        confidence: Double = 0.95,
        _ statistic: (Span<Double>) -> Double?
    ) {
        guard let value = statistic(returns) else { return nil }
        var indices = [Int](repeating: 0, count: resamples.periods)
        var sample = [Double](repeating: 0, count: resamples.periods)
        var found: [Double] = []
        found.reserveCapacity(resamples.replicates)
        for replicate in 0..<resamples.replicates {
            resamples.fill(&indices, replicate)
            resamples.fill(&sample, of: returns, indices: indices)
            if let value = statistic(sample.span) { found.append(value) }
        }
        found.sort()
        guard let variance = Samples.variance(found),
            let low = PairedStatistics.quantile(found, (1 - confidence) / 2),
            let high = PairedStatistics.quantile(found, (1 + confidence) / 2)
        else { return nil }
        self.value = value
        self.low = low
        self.high = high
        standardError = variance.squareRoot()
    }
}
