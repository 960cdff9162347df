public import BacktestMetrics
internal import BacktestStatistics

/// How a metric changed over all containers that two runs share.
public struct MetricDistribution: Sendable, Equatable {
    /// The metric.
    public var metric: MetricName
    /// Containers in which it is better, worse, the same, and changed where neither is better.
    public var better = 0
    /// Containers in which it is worse.
    public var worse = 0
    /// Containers in which it is the same within the tolerance.
    public var same = 0
    /// Containers in which it changed, and neither direction is better or one value is undefined.
    public var changed = 0
    /// The 5, 25, 50, 75 and 95 % quantiles of the difference, `nil` where it is undefined everywhere.
    public var quantiles: [Double]?
    /// 95 % bootstrap interval of the median difference.
    public var intervalLow: Double?
    /// Its upper limit.
    public var intervalHigh: Double?
    /// Two-sided p-value of the sign test; `nil` where the metric is defined in no container of both.
    public var pValue: Double?

    /// The probabilities of `quantiles`.
    public static let probabilities = [0.05, 0.25, 0.5, 0.75, 0.95]

    /// Sums up a metric; values that are the same within the tolerance count as ties of the sign test.
    public init(_ metric: MetricName, in comparison: RunComparison) {
        self.metric = metric
        var deltas: [Double] = []
        var (up, down) = (0, 0)
        for pair in comparison.pairs where pair.isMatched {
            let change = comparison.change(pair, metric)
            switch change.verdict {
            case .better: better += 1
            case .worse: worse += 1
            case .same: same += 1
            case .changed: changed += 1
            }
            guard let delta = change.delta else { continue }
            deltas.append(delta)
            if change.verdict == .same { continue }
            if delta > 0 { up += 1 } else { down += 1 }
        }
        guard !deltas.isEmpty else { return }
        deltas.sort()
        quantiles = MetricDistribution.probabilities.map { PairedStatistics.quantile(deltas, $0) ?? 0 }
        let interval = PairedStatistics.medianInterval(deltas)
        intervalLow = interval?.low
        intervalHigh = interval?.high
        pValue = PairedStatistics.signTest(up: up, down: down)
    }

    /// The median difference.
    public var medianDelta: Double? { quantiles?[2] }

    /// Share of the containers in which it is better; `nil` without containers or direction.
    public var shareImproved: Double? {
        let count = better + worse + same + changed
        guard count > 0, metric.higherIsBetter != nil else { return nil }
        return Double(better) / Double(count)
    }

    /// Whether it differs in any container.
    public var isChanged: Bool { better + worse + changed > 0 }
}
