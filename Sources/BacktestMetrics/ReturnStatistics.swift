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
    /// Room for `count` doubles.
    var scratch: UnsafeMutablePointer<Double>
    /// Periods a year, P.
    var periods: Double
    /// Risk-free rate a period.
    var riskFree: Double

    var total: Int { count + zeros }
}

/// Last values of the quantiles, which let the next container's be found faster; they never change a result.
struct QuantileHints {
    var lower = Double.nan
    var upper = Double.nan
}

extension ReturnSeries {
    /// Writes every statistic of trading.md that is taken over returns; undefined ones stay undefined.
    func write(into metrics: inout MetricValues, hints: inout QuantileHints) {
        guard total > 0 else { return }
        var sums = admf_return_sums()
        admf_return_statistics(values, Int64(count), Int64(zeros), sum, riskFree, &sums)
        guard sums.mean.isFinite else { return }
        let n = Double(total)
        writeMoments(sums, n: n, into: &metrics)
        if sums.sum_downside > 0 {
            let downside = (sums.sum_downside / n).squareRoot()
            metrics[.sortinoRatio] = (sums.mean - riskFree) / downside * periods.squareRoot()
        }
        if sums.sum_losses > 0 { metrics[.omegaRatio] = sums.sum_gains / sums.sum_losses }
        writeQuantiles(sums, into: &metrics, hints: &hints)
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

    private func writeQuantiles(
        _ sums: admf_return_sums,
        into metrics: inout MetricValues,
        hints: inout QuantileHints
    ) {
        let lower = quantile(0.05, sums, hint: &hints.lower)
        metrics[.valueAtRisk95] = lower
        var sum = 0.0
        var number: Int64 = 0
        admf_sum_at_most(values, Int64(count), lower, &sum, &number)
        let covered = Int(number) + (lower >= 0 ? zeros : 0)
        if covered > 0 { metrics[.expectedShortfall95] = sum / Double(covered) }
        let upper = quantile(0.95, sums, hint: &hints.upper)
        if lower != 0 { metrics[.tailRatio] = abs(upper) / abs(lower) }
    }

    /// The quantile with linear interpolation between order statistics (Hyndman and Fan 1996, definition 7).
    private func quantile(_ share: Double, _ sums: admf_return_sums, hint: inout Double) -> Double {
        let position = Double(total - 1) * share
        let rank = Int(position)
        let (value, next) = orderStatistics(rank, sums, hint: hint)
        hint = value
        let fraction = position - Double(rank)
        return fraction == 0 ? value : value + (next - value) * fraction
    }

    /// The values of ranks `rank` and `rank + 1` among the values in memory and the zeros beyond them.
    private func orderStatistics(_ rank: Int, _ sums: admf_return_sums, hint: Double) -> (Double, Double) {
        let negatives = Int(sums.negatives)
        let zerosEnd = negatives + zeros + Int(sums.memory_zeros)
        let second = min(rank + 1, total - 1)
        func one(_ rank: Int) -> Double {
            if rank >= negatives && rank < zerosEnd { return 0 }
            return pair(inMemory: rank < negatives ? rank : rank - zeros, hint: hint).0
        }
        // Both ranks on one side of the zeros: one search gives both.
        if second < negatives { return pair(inMemory: rank, hint: hint) }
        if rank >= zerosEnd { return pair(inMemory: rank - zeros, hint: hint) }
        return (one(rank), one(second))
    }

    private func pair(inMemory rank: Int, hint: Double) -> (Double, Double) {
        var value = 0.0
        var next = 0.0
        admf_order_statistics(values, Int64(count), Int64(rank), hint, scratch, &value, &next)
        return (value, next)
    }
}
