public import BacktestMetrics

/// How a metric of one container differs between two runs.
public struct MetricChange: Sendable, Equatable {
    /// Which run has the better value.
    public enum Verdict: String, Sendable, CaseIterable {
        /// The second run is better.
        case better
        /// The second run is worse.
        case worse
        /// The values are equal within the tolerance, or undefined in both.
        case same
        /// The values differ, and neither direction is better, or one of them is undefined.
        case changed
    }

    /// The value in the first run, `nil` where undefined.
    public var a: Double?
    /// The value in the second run, `nil` where undefined.
    public var b: Double?
    /// Which is better.
    public var verdict: Verdict

    /// Compares two values of a metric.
    public init(_ metric: MetricName, _ a: Double?, _ b: Double?, _ tolerance: ComparisonTolerance) {
        self.a = a
        self.b = b
        switch (a, b) {
        case (nil, nil): verdict = .same
        case (let x?, let y?):
            if tolerance.covers(metric, x, y) {
                verdict = .same
            } else if let higher = metric.higherIsBetter {
                verdict = (y > x) == higher ? .better : .worse
            } else {
                verdict = .changed
            }
        default: verdict = .changed
        }
    }

    /// The second value less the first, `nil` where one is undefined.
    public var delta: Double? {
        guard let a, let b else { return nil }
        return b - a
    }

    /// The difference over the size of the first value, so that its sign is that of the difference; `nil` for 0.
    public var relative: Double? {
        guard let delta, let a, a != 0 else { return nil }
        let value = delta / abs(a)
        return value.isFinite ? value : nil
    }
}
