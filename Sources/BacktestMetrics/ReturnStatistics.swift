internal import CKernels

/// What the return statistics need to know about a series of returns.
struct ReturnSeries {
    /// The returns in memory, in order.
    var values: UnsafePointer<Double>
    /// Number of values in memory.
    var count: Int
    /// Returns beyond these that are exactly 0.
    var zeros: Int
    /// Sum of all returns.
    var sum: Double
    /// Room for three times `count` doubles and 24 more.
    var scratch: UnsafeMutablePointer<Double>
    /// Periods a year, P.
    var periods: Double
    /// Risk-free rate a period.
    var riskFree: Double

    var total: Int { count + zeros }
}

/// Where a quantile was in the last container, which lets the next one's be found faster; it never changes a result.
struct QuantileHint {
    private var value = Double.nan
    /// Half of the width to look in, as a share of the value.
    private var slack = 0.007

    /// The range to look in; an empty one where nothing is known.
    var window: admf_window {
        let half = abs(value) * slack
        guard half > 0, half.isFinite else {
            return admf_window(low: 1, high: 0, values: nil, below: 0, taken: 0)
        }
        return admf_window(low: value - half, high: value + half, values: nil, below: 0, taken: 0)
    }

    /// Learns where the quantile was, and with how many values beside it in the window.
    mutating func learn(_ found: Double, _ window: admf_window) {
        if found < window.low || found > window.high {
            slack = min(slack * 2, 0.05)
        } else if window.taken > 48 {
            slack = max(slack * 0.97, 0.0005)
        }
        value = found
    }
}

/// The hints for both tails.
struct QuantileHints {
    var lower = QuantileHint()
    var upper = QuantileHint()
}

extension ReturnSeries {
    /// Writes every statistic of trading.md that is taken over returns; undefined ones stay undefined.
    func write(into metrics: inout MetricValues, hints: inout QuantileHints) {
        guard total > 0 else { return }
        var sums = admf_return_sums()
        var lower = hints.lower.window
        var upper = hints.upper.window
        lower.values = scratch
        upper.values = scratch + (count + 8)
        admf_return_statistics(values, Int64(count), Int64(zeros), sum, riskFree, &lower, &upper, &sums)
        guard sums.mean.isFinite else { return }
        let n = Double(total)
        writeMoments(sums, n: n, into: &metrics)
        if sums.sum_downside > 0 {
            let downside = (sums.sum_downside / n).squareRoot()
            metrics[.sortinoRatio] = (sums.mean - riskFree) / downside * periods.squareRoot()
        }
        if sums.sum_losses > 0 { metrics[.omegaRatio] = sums.sum_gains / sums.sum_losses }
        let low = quantile(0.05, sums, &lower, &hints.lower)
        let high = quantile(0.95, sums, &upper, &hints.upper)
        writeTails(low, high, into: &metrics)
    }

    private func writeMoments(_ sums: admf_return_sums, n: Double, into metrics: inout MetricValues) {
        guard total > 1 else { return }
        let variance = sums.sum_squares / (n - 1)
        // A quotient of equities near 1 is rounded by up to 1.1e-16, so a series of equal returns has deviations of that
        // size: its deviation is 0, and its Sharpe ratio undefined instead of 1e15.
        let noise = 1e-15 * (1 + abs(sums.mean))
        guard variance > noise * noise else {
            metrics[.annualizedVolatility] = 0
            return
        }
        let deviation = variance.squareRoot()
        metrics[.annualizedVolatility] = deviation * periods.squareRoot()
        metrics[.sharpeRatio] = (sums.mean - riskFree) / deviation * periods.squareRoot()
        let m2 = sums.sum_squares / n
        metrics[.skewness] = (sums.sum_cubes / n) / (m2 * m2.squareRoot())
        metrics[.kurtosis] = (sums.sum_fourths / n) / (m2 * m2) - 3
    }

    private func writeTails(_ lower: Double, _ upper: Double, into metrics: inout MetricValues) {
        metrics[.valueAtRisk95] = lower
        // Rule R71: rounding does not decide which returns are at the quantile.
        let limit = lower + 1e-12
        var sum = 0.0
        var number: Int64 = 0
        admf_sum_at_most(values, Int64(count), limit, &sum, &number)
        let covered = Int(number) + (limit >= 0 ? zeros : 0)
        if covered > 0 { metrics[.expectedShortfall95] = sum / Double(covered) }
        if lower != 0 { metrics[.tailRatio] = abs(upper) / abs(lower) }
    }

    /// The quantile with linear interpolation between order statistics (Hyndman and Fan 1996, definition 7).
    private func quantile(
        _ share: Double,
        _ sums: admf_return_sums,
        _ near: inout admf_window,
        _ hint: inout QuantileHint
    ) -> Double {
        let position = Double(total - 1) * share
        let rank = Int(position)
        let (value, next) = orderStatistics(rank, sums, &near)
        hint.learn(value, near)
        let fraction = position - Double(rank)
        return fraction == 0 ? value : value + (next - value) * fraction
    }

    /// The values of ranks `rank` and `rank + 1` among the values in memory and the zeros beyond them.
    private func orderStatistics(
        _ rank: Int,
        _ sums: admf_return_sums,
        _ near: inout admf_window
    ) -> (Double, Double) {
        let negatives = Int(sums.negatives)
        let zerosEnd = negatives + zeros + Int(sums.memory_zeros)
        let second = min(rank + 1, total - 1)
        func one(_ rank: Int) -> Double {
            if rank >= negatives && rank < zerosEnd { return 0 }
            return pair(inMemory: rank < negatives ? rank : rank - zeros, &near).0
        }
        // Both ranks on one side of the zeros: one search gives both.
        if second < negatives { return pair(inMemory: rank, &near) }
        if rank >= zerosEnd { return pair(inMemory: rank - zeros, &near) }
        return (one(rank), one(second))
    }

    private func pair(inMemory rank: Int, _ near: inout admf_window) -> (Double, Double) {
        var value = 0.0
        var next = 0.0
        admf_order_statistics(
            values,
            Int64(count),
            Int64(rank),
            &near,
            scratch + 2 * (count + 8),
            &value,
            &next
        )
        return (value, next)
    }
}
