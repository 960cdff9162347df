/// Indicators whose value depends on the value before, seeded as TA-Lib does; each run of defined values starts anew.
enum RecursiveKernels {
    // TA-Lib's TA_IS_ZERO: what is smaller counts as no movement at all.
    static let negligible = 1e-14

    static func exponentialAverage(_ x: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        Runs.blank(out, count)
        let weight = 2 / (Double(n) + 1)
        Runs.forEach(x, count) { run in
            if run.count < n { return }
            let seed = run.lowerBound + n - 1
            var average = mean(x, run.lowerBound, n)
            out[seed] = average
            for i in (seed + 1)..<max(run.upperBound, seed + 1) {
                average += (x[i] - average) * weight
                out[i] = average
            }
        }
    }

    /// The difference of two exponential averages that both start where the slower one can (TA-Lib MACD).
    static func macdLine(_ x: Doubles, _ first: Int, _ second: Int, _ count: Int, _ out: MutableDoubles) {
        Runs.blank(out, count)
        // TA-Lib swaps the two where they are given the wrong way round.
        let fast = min(first, second)
        let slow = max(first, second)
        let fastWeight = 2 / (Double(fast) + 1)
        let slowWeight = 2 / (Double(slow) + 1)
        Runs.forEach(x, count) { run in
            if run.count < slow { return }
            let seed = run.lowerBound + slow - 1
            var quick = mean(x, seed - fast + 1, fast)
            var calm = mean(x, run.lowerBound, slow)
            out[seed] = quick - calm
            for i in (seed + 1)..<max(run.upperBound, seed + 1) {
                quick += (x[i] - quick) * fastWeight
                calm += (x[i] - calm) * slowWeight
                out[i] = quick - calm
            }
        }
    }

    static func relativeStrength(_ x: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        Runs.blank(out, count)
        let bars = Double(n)
        Runs.forEach(x, count) { run in
            if run.count <= n { return }
            var gain = 0.0
            var loss = 0.0
            for i in run.dropFirst() {
                let change = x[i] - x[i - 1]
                let up = change > 0 ? change : 0
                let down = change < 0 ? -change : 0
                let age = i - run.lowerBound
                if age <= n {
                    gain += up
                    loss += down
                    if age < n { continue }
                    gain /= bars
                    loss /= bars
                } else {
                    gain = (gain * (bars - 1) + up) / bars
                    loss = (loss * (bars - 1) + down) / bars
                }
                let total = gain + loss
                out[i] = total < negligible ? 0 : 100 * (gain / total)
            }
        }
    }

    /// Wilder's average of the true range, seeded with the mean of bars 1 to n.
    static func trueRangeAverage(_ bars: BarPointers, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        Runs.blank(out, count)
        if count <= n { return }
        var average = 0.0
        for i in 1..<count {
            let range = bars.trueRange(i)
            if i <= n {
                average += range
                if i < n { continue }
                average /= Double(n)
            } else {
                average = (average * Double(n - 1) + range) / Double(n)
            }
            out[i] = average
        }
    }

    static func onBalanceVolume(_ bars: BarPointers, _ count: Int, _ out: MutableDoubles) {
        if count == 0 { return }
        var total = bars.volume[0]
        out[0] = total
        for i in 1..<max(count, 1) {
            if bars.close[i] > bars.close[i - 1] {
                total += bars.volume[i]
            } else if bars.close[i] < bars.close[i - 1] {
                total -= bars.volume[i]
            }
            out[i] = total
        }
    }

    static func stochastic(_ x: Doubles, _ low: Doubles, _ high: Doubles, _ count: Int, _ out: MutableDoubles)
    {
        for i in 0..<count {
            let range = (high[i] - low[i]) / 100
            out[i] = range == 0 ? 0 : (x[i] - low[i]) / range
        }
    }

    /// - Complexity: O(count x n): the mean absolute deviation has no running form.
    static func commodityChannel(_ x: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        Runs.blank(out, count)
        Runs.forEach(x, count) { run in
            for last in run.dropFirst(n - 1) {
                let average = mean(x, last - n + 1, n)
                var deviation = 0.0
                for i in (last - n + 1)...last { deviation += abs(x[i] - average) }
                let distance = x[last] - average
                out[last] = distance == 0 || deviation == 0 ? 0 : distance / (0.015 * (deviation / Double(n)))
            }
        }
    }

    private static func mean(_ x: Doubles, _ first: Int, _ n: Int) -> Double {
        var sum = 0.0
        var error = 0.0
        for i in first..<(first + n) {
            let next = DoubleDouble.sum(sum, x[i])
            sum = next.high
            error += next.low
        }
        return (sum + error) / Double(n)
    }
}

/// The columns of a series.
struct BarPointers {
    let open: Doubles
    let high: Doubles
    let low: Doubles
    let close: Doubles
    let volume: Doubles

    /// The largest of high - low, |high - previous close|, |low - previous close|; `i` is at least 1.
    @inline(__always)
    func trueRange(_ i: Int) -> Double {
        max(high[i] - low[i], max(abs(high[i] - close[i - 1]), abs(low[i] - close[i - 1])))
    }
}
