import Glibc

/// Statistics of paired differences; pure functions of numbers.
public enum PairedStatistics {
    /// Two-sided p-value of the sign test: how often a fair coin would split `up + down` tosses at least as unevenly.
    ///
    /// Exact, from the binomial distribution; ties are left out before. 1 where there is nothing to test.
    /// Source: Conover, Practical Nonparametric Statistics, 3rd ed., section 3.4.
    public static func signTest(up: Int, down: Int) -> Double {
        precondition(up >= 0 && down >= 0)
        let count = up + down
        guard count > 0 else { return 1 }
        return min(1, 2 * binomialCumulative(min(up, down), count, 0.5))
    }

    /// Limits of the percentile bootstrap interval of the median, `nil` without values.
    ///
    /// The median of a resample of n values is one of them, and which one is known in distribution: the k-th smallest or a
    /// smaller one where at least half of n draws fall on the first k. So the interval is that of infinitely many resamples,
    /// and needs no seed. Where n is even the outer of the two middle ranks counts, which widens it by at most a rank.
    /// Source: Efron, The Jackknife, the Bootstrap and Other Resampling Plans, 1982, section 10.2.
    ///
    /// - Parameters:
    ///   - sorted: The values in ascending order.
    ///   - confidence: Between 0 and 1.
    /// - Returns: the limits, both among the values.
    public static func medianInterval(
        _ sorted: [Double],
        confidence: Double = 0.95
    ) -> (low: Double, high: Double)? {
        let n = sorted.count
        guard let first = sorted.first, let last = sorted.last else { return nil }
        guard first < last else { return (first, last) }
        let tail = (1 - confidence) / 2
        // P(median <= k-th smallest) = P(at least m of n draws fall on the first k).
        func probability(_ k: Int, _ m: Int) -> Double {
            1 - binomialCumulative(m - 1, n, Double(k) / Double(n))
        }
        func smallest(_ m: Int, reaching wanted: Double) -> Int {
            var (low, high) = (1, n)
            while low < high {
                let middle = (low + high) / 2
                if probability(middle, m) >= wanted { high = middle } else { low = middle + 1 }
            }
            return low
        }
        let low = smallest((n + 1) / 2, reaching: tail)
        let high = smallest(n / 2 + 1, reaching: 1 - tail)
        return (sorted[low - 1], sorted[high - 1])
    }

    /// The quantile of sorted values with linear interpolation, as numpy has it by default; `nil` without values.
    public static func quantile(_ sorted: [Double], _ q: Double) -> Double? {
        guard let last = sorted.last else { return nil }
        let position = min(max(q, 0), 1) * Double(sorted.count - 1)
        let index = Int(position)
        guard index + 1 < sorted.count else { return last }
        let (low, high) = (sorted[index], sorted[index + 1])
        return low == high ? low : low + (high - low) * (position - Double(index))
    }

    /// P(X <= k) for X binomial with n trials of probability p; summed from its largest term outwards.
    static func binomialCumulative(_ k: Int, _ n: Int, _ p: Double) -> Double {
        guard k >= 0 else { return 0 }
        guard k < n, p > 0 else { return 1 }
        guard p < 1 else { return 0 }
        // The shorter sum is on the side of k that is away from the mean.
        if Double(k) > Double(n) * p { return 1 - binomialCumulative(n - k - 1, n, 1 - p) }
        var term = exp(
            lgamma(Double(n + 1)) - lgamma(Double(k + 1)) - lgamma(Double(n - k + 1))
                + Double(k) * log(p) + Double(n - k) * log1p(-p)
        )
        var sum = 0.0
        var index = k
        while term > 0 {
            sum += term
            guard index > 0, term > sum * 1e-17 else { break }
            term *= Double(index) / Double(n - index + 1) * (1 - p) / p
            index -= 1
        }
        return min(1, sum)
    }
}
