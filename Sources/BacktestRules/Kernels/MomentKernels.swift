import CKernels

/// Averages and deviations over windows, as differences of compensated running sums.
///
/// The running sums are work columns that every window length shares. With them a window costs the same however long it is,
/// no bar depends on the bar before, and nothing drifts: an average is within an ulp of the correctly rounded one, a
/// deviation keeps its digits at any price level (the moments are taken about the run's first value).
enum MomentKernels {
    /// Running sums of x, for `movingAverage`; `out` has `2 * (count + 1)` doubles.
    static func prefixSum(_ x: Doubles, _ count: Int, _ out: MutableDoubles) {
        let sums = PrefixSum(out, entries: count + 1)
        sums.start(0)
        for i in 0..<count {
            if x[i] == x[i] { sums.add(x[i], 0, after: i) } else { sums.start(i + 1) }
        }
    }

    static func movingAverage(_ x: Doubles, _ prefix: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles)
    {
        Runs.blank(out, min(n - 1, count))
        admf_window_averages(prefix, prefix + (count + 1), Int64(n), Int64(count), out)
        blankGaps(x, n, count, out)
        Runs.flatten(x, n, count, out) { x[$0] }
    }

    /// Running sums of x and x^2 about the first value of each run; `out` has `4 * (count + 1)` doubles.
    static func prefixMoments(_ x: Doubles, _ count: Int, _ out: MutableDoubles) {
        let sums = PrefixSum(out, entries: count + 1)
        let squares = PrefixSum(out + 2 * (count + 1), entries: count + 1)
        Runs.forEach(x, count) { run in
            sums.start(run.lowerBound)
            squares.start(run.lowerBound)
            let origin = x[run.lowerBound]
            for i in run {
                let d = x[i] - origin
                let square = DoubleDouble.product(d, d)
                sums.add(d, 0, after: i)
                squares.add(square.high, square.low, after: i)
            }
        }
    }

    /// `degrees` is 0 for the population, 1 for a sample.
    static func deviation(
        _ x: Doubles,
        _ prefix: Doubles,
        _ n: Int,
        degrees: Int,
        _ count: Int,
        _ out: MutableDoubles
    ) {
        let moments = Moments(prefix, count, n)
        let divisor = Double(n) * Double(n - degrees)
        if n <= degrees { return Runs.blank(out, count) }
        windows(x, n, count, out) { first, last in (moments.spread(first, last) / divisor).squareRoot() }
        Runs.flatten(x, n, count, out) { _ in 0 }
    }

    static func zScore(_ x: Doubles, _ prefix: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        let moments = Moments(prefix, count, n)
        let divisor = Double(n) * Double(n)
        Runs.blank(out, count)
        Runs.forEach(x, count) { run in
            let origin = x[run.lowerBound]
            for last in run.dropFirst(n - 1) {
                let first = last - n + 1
                let deviation = (moments.spread(first, last) / divisor).squareRoot()
                let mean = moments.sums.window(first, last + 1).value / Double(n)
                out[last] = ScalarMath.divide((x[last] - origin) - mean, deviation)
            }
        }
        Runs.flatten(x, n, count, out) { _ in .nan }
    }

    /// The sums that a deviation is made from.
    private struct Moments {
        let sums: PrefixSum
        let squares: PrefixSum
        let n: Double

        init(_ prefix: Doubles, _ count: Int, _ n: Int) {
            let memory = MutableDoubles(mutating: prefix)
            sums = PrefixSum(memory, entries: count + 1)
            squares = PrefixSum(memory + 2 * (count + 1), entries: count + 1)
            self.n = Double(n)
        }

        /// `n sum(x^2) - sum(x)^2`, at least 0.
        @inline(__always)
        func spread(_ first: Int, _ last: Int) -> Double {
            let sum = sums.window(first, last + 1)
            let spread = (n * squares.window(first, last + 1) - sum * sum).value
            return spread > 0 ? spread : 0
        }
    }

    // Writes the value of each window, first and last index included; undefined where the window is not whole.
    @inline(__always)
    private static func windows(
        _ x: Doubles,
        _ n: Int,
        _ count: Int,
        _ out: MutableDoubles,
        _ value: (_ first: Int, _ last: Int) -> Double
    ) {
        Runs.blank(out, min(n - 1, count))
        if n <= count { for last in (n - 1)..<count { out[last] = value(last - n + 1, last) } }
        blankGaps(x, n, count, out)
    }

    // Running sums start anew after a gap, so windows over one hold rubbish until it is taken out here.
    private static func blankGaps(_ x: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        var blankUpTo = 0
        var gap = Int(admf_first_undefined(x, 0, Int64(count)))
        while gap < count {
            blankUpTo = blankGap(gap, n, count, blankUpTo, out)
            gap = Int(admf_first_undefined(x, Int64(gap + 1), Int64(count)))
        }
    }

    private static func blankGap(
        _ gap: Int,
        _ n: Int,
        _ count: Int,
        _ done: Int,
        _ out: MutableDoubles
    ) -> Int {
        let end = min(gap + n, count)
        let start = max(gap, done)
        if start < end { Runs.blank(out + start, end - start) }
        return max(end, done)
    }
}
