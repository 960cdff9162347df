public import BacktestMetrics
internal import BacktestStatistics

/// Whether a metric of a run fell behind that of a baseline by more than noise.
public struct BaselineCheck: Sendable, Equatable {
    /// The outcomes.
    public enum Outcome: Sendable, Hashable {
        /// No worse than noise explains.
        case pass
        /// Worse.
        case fail
        /// Nothing to judge by.
        case cannotTell
    }

    /// Below this many pairs an interval says nothing, and each container is held against the threshold by itself.
    public static let fewPairs = 6

    /// What came out.
    public let outcome: Outcome
    /// The median difference, or the worst where there are few containers.
    public let observed: Double?
    /// The difference from which on it counts as worse.
    public let threshold: Double?
    /// One sentence without a full stop.
    public let reason: String

    /// Judges a metric that has a direction.
    ///
    /// With `fewPairs` containers and more it fails where the whole 95 % bootstrap interval of the median difference lies
    /// beyond the threshold and an exact sign test against the threshold agrees (p <= 0.05, two-sided), so that noise alone
    /// fails it in at most 2.5 % of the cases: the interval of few values is too short by itself (of 7, one side is missed in
    /// 6 %). With fewer, one container beyond the threshold fails it.
    ///
    /// - Parameters:
    ///   - metric: The metric.
    ///   - comparison: The baseline first, the run second.
    ///   - noise: The difference that is put up with, as a share of the median size of the baseline's values.
    public init(_ metric: MetricName, _ comparison: RunComparison, noise: Double) {
        guard let higher = metric.higherIsBetter else {
            self.init(.cannotTell, reason: "\(metric.name) has no direction that is better")
            return
        }
        var gains: [Double] = []
        var sizes: [Double] = []
        var (undefined, bothUndefined) = (0, 0)
        for pair in comparison.pairs where pair.isMatched {
            let change = comparison.change(pair, metric)
            guard let delta = change.delta, let a = change.a else {
                if change.a == nil, change.b == nil { bothUndefined += 1 } else { undefined += 1 }
                continue
            }
            gains.append(higher ? delta : -delta)
            sizes.append(abs(a))
        }
        guard !gains.isEmpty else {
            let reason =
                undefined + bothUndefined > 0
                ? "\(metric.name) is undefined in every container of both" : "no container is in both runs"
            self.init(.cannotTell, reason: reason)
            return
        }
        gains.sort()
        sizes.sort()
        let limit = noise * (PairedStatistics.quantile(sizes, 0.5) ?? 0)
        let sign: Double = higher ? 1 : -1
        let note = undefined > 0 ? "; undefined on one side in \(undefined)" : ""
        let median = PairedStatistics.quantile(gains, 0.5) ?? 0
        guard gains.count >= BaselineCheck.fewPairs, let interval = PairedStatistics.medianInterval(gains)
        else {
            let worst = gains[0]
            let isWorse = worst < -limit
            self.init(
                isWorse ? .fail : undefined > 0 ? .cannotTell : .pass,
                observed: sign * worst,
                threshold: -sign * limit,
                reason: isWorse
                    ? "worse in one of \(gains.count) containers\(note)"
                    : "no worse in \(gains.count) containers\(note)"
            )
            return
        }
        let (low, high) = higher ? (interval.low, interval.high) : (-interval.high, -interval.low)
        let range =
            "median over \(gains.count) containers, 95 % interval"
            + " \(NumberFormat.general.text(low)) to \(NumberFormat.general.text(high))\(note)"
        // Where most containers lost or gained a value, the rest is no fair sample.
        if undefined > gains.count {
            self.init(.cannotTell, observed: sign * median, threshold: -sign * limit, reason: range)
            return
        }
        let fallen = gains.count { $0 < -limit }
        let isSure = PairedStatistics.signTest(up: gains.count - fallen, down: fallen) <= 0.05
        let isWorse = interval.high < -limit && isSure
        self.init(isWorse ? .fail : .pass, observed: sign * median, threshold: -sign * limit, reason: range)
    }

    private init(_ outcome: Outcome, observed: Double? = nil, threshold: Double? = nil, reason: String) {
        self.outcome = outcome
        self.observed = observed.map { $0 == 0 ? 0 : $0 }
        self.threshold = threshold.map { $0 == 0 ? 0 : $0 }
        self.reason = reason
    }
}
