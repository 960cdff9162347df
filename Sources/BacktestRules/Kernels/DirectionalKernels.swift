/// Wilder's directional movement, with TA-Lib's seeds: sums of the first n - 1 movements, smoothed from bar n on.
enum DirectionalKernels {
    /// Smoothed movements and range after a bar.
    private struct Movement {
        var plus = 0.0
        var minus = 0.0
        var range = 0.0
        let n: Double

        mutating func add(_ bars: BarPointers, _ i: Int, smoothing: Bool) {
            let up = bars.high[i] - bars.high[i - 1]
            let down = bars.low[i - 1] - bars.low[i]
            if smoothing {
                plus -= plus / n
                minus -= minus / n
                range -= range / n
            }
            if down > 0, up < down {
                minus += down
            } else if up > 0, up > down {
                plus += up
            }
            range += bars.trueRange(i)
        }

        var plusIndicator: Double { isStill ? 0 : 100 * (plus / range) }
        var minusIndicator: Double { isStill ? 0 : 100 * (minus / range) }
        private var isStill: Bool { range < RecursiveKernels.negligible }

        /// DX, `nil` where nothing moved.
        var index: Double? {
            let total = plusIndicator + minusIndicator
            return isStill || total < RecursiveKernels.negligible
                ? nil : 100 * (abs(minusIndicator - plusIndicator) / total)
        }
    }

    static func plus(_ bars: BarPointers, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        smooth(bars, n, count, out) { $0.plusIndicator }
    }

    static func minus(_ bars: BarPointers, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        smooth(bars, n, count, out) { $0.minusIndicator }
    }

    private static func smooth(
        _ bars: BarPointers,
        _ n: Int,
        _ count: Int,
        _ out: MutableDoubles,
        _ value: (Movement) -> Double
    ) {
        Runs.blank(out, count)
        var movement = Movement(n: Double(n))
        for i in 1..<max(count, 1) {
            movement.add(bars, i, smoothing: i >= n)
            if i >= n { out[i] = value(movement) }
        }
    }

    /// ADX, the mean of the first n DX at bar 2n - 1, then Wilder's average.
    ///
    /// A bar without movement leaves it as it is.
    static func average(_ bars: BarPointers, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        Runs.blank(out, count)
        var movement = Movement(n: Double(n))
        var average = 0.0
        for i in 1..<max(count, 1) {
            movement.add(bars, i, smoothing: i >= n)
            if i < n { continue }
            if i < 2 * n {
                average += movement.index ?? 0
                if i < 2 * n - 1 { continue }
                average /= Double(n)
            } else if let index = movement.index {
                average = (average * Double(n - 1) + index) / Double(n)
            }
            out[i] = average
        }
    }
}
