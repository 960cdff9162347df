/// Weighted averages, slopes, correlations: windows over products, as differences of compensated running sums.
enum RegressionKernels {
    static func weightedAverage(_ x: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        let divisor = Double(n) * Double(n + 1) / 2
        ramp(x, n, count, out) { origin, sum, weighted in
            // Weights 1..n, oldest first: one more than the place in the window.
            origin + (weighted + sum).value / divisor
        }
        Runs.flatten(x, n, count, out) { x[$0] }
    }

    static func slope(_ x: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        let bars = Double(n)
        let places = bars * (bars - 1) / 2
        let divisor = bars * (bars * bars - 1) / 12
        ramp(x, n, count, out) { _, sum, weighted in
            (weighted - (places / bars) * sum).value / divisor
        }
        Runs.flatten(x, n, count, out) { _ in 0 }
    }

    // For each window the sum of x about the run's first value, and that of x times its place 0..n-1 in the window.
    @inline(__always)
    private static func ramp(
        _ x: Doubles,
        _ n: Int,
        _ count: Int,
        _ out: MutableDoubles,
        _ value: (_ origin: Double, _ sum: DoubleDouble, _ weighted: DoubleDouble) -> Double
    ) {
        Runs.blank(out, count)
        Runs.withScratch(4 * (count + 1)) { memory in
            let sums = PrefixSum(memory, entries: count + 1)
            let weighted = PrefixSum(memory + 2 * (count + 1), entries: count + 1)
            Runs.forEach(x, count) { run in
                let start = run.lowerBound
                sums.start(start)
                weighted.start(start)
                let origin = x[start]
                for i in run {
                    let d = x[i] - origin
                    let product = DoubleDouble.product(d, Double(i - start))
                    sums.add(d, 0, after: i)
                    weighted.add(product.high, product.low, after: i)
                }
                for last in run.dropFirst(n - 1) {
                    let first = last - n + 1
                    let sum = sums.window(first, last + 1)
                    let ramp = weighted.window(first, last + 1) - Double(first - start) * sum
                    out[last] = ScalarMath.defined(value(origin, sum, ramp))
                }
            }
        }
    }

    static func correlation(_ x: Doubles, _ y: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        products(x, y, n, count, out) { spreadX, spreadY, shared in
            let root = spreadX.squareRoot() * spreadY.squareRoot()
            return root > 0 ? min(max(shared / root, -1), 1) : .nan
        }
    }

    /// TA-Lib's BETA: the slope of the simple returns of `y` on those of `x`.
    static func beta(_ x: Doubles, _ y: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        Runs.withScratch(2 * count) { memory in
            returns(x, count, memory)
            returns(y, count, memory + count)
            products(memory, memory + count, n, count, out) { spreadX, _, shared in
                spreadX > 0 ? shared / spreadX : .nan
            }
        }
    }

    private static func returns(_ x: Doubles, _ count: Int, _ out: MutableDoubles) {
        Runs.blank(out, min(1, count))
        if count > 1 { for i in 1..<count { out[i] = ScalarMath.divide(x[i] - x[i - 1], x[i - 1]) } }
    }

    // For each window n sum(x^2) - sum(x)^2, the same of y, and n sum(x y) - sum(x) sum(y).
    @inline(__always)
    private static func products(
        _ x: Doubles,
        _ y: Doubles,
        _ n: Int,
        _ count: Int,
        _ out: MutableDoubles,
        _ value: (_ spreadX: Double, _ spreadY: Double, _ shared: Double) -> Double
    ) {
        Runs.blank(out, count)
        let entries = count + 1
        Runs.withScratch(10 * entries) { memory in
            let sums = (0..<5).map { PrefixSum(memory + 2 * $0 * entries, entries: entries) }
            let (sumX, sumY, squareX, squareY, cross) = (sums[0], sums[1], sums[2], sums[3], sums[4])
            Runs.forEach(x, y, count) { run in
                for sum in sums { sum.start(run.lowerBound) }
                let originX = x[run.lowerBound]
                let originY = y[run.lowerBound]
                var flatX = 0
                var flatY = 0
                for i in run {
                    let dx = x[i] - originX
                    let dy = y[i] - originY
                    sumX.add(dx, 0, after: i)
                    sumY.add(dy, 0, after: i)
                    let (xx, yy, xy) = (
                        DoubleDouble.product(dx, dx), DoubleDouble.product(dy, dy),
                        DoubleDouble.product(dx, dy)
                    )
                    squareX.add(xx.high, xx.low, after: i)
                    squareY.add(yy.high, yy.low, after: i)
                    cross.add(xy.high, xy.low, after: i)
                    flatX = i > run.lowerBound && x[i] == x[i - 1] ? flatX + 1 : 1
                    flatY = i > run.lowerBound && y[i] == y[i - 1] ? flatY + 1 : 1
                    let first = i - n + 1
                    if first < run.lowerBound { continue }
                    let sx = sumX.window(first, i + 1)
                    let sy = sumY.window(first, i + 1)
                    let bars = Double(n)
                    let spreadX = (bars * squareX.window(first, i + 1) - sx * sx).value
                    let spreadY = (bars * squareY.window(first, i + 1) - sy * sy).value
                    let shared = (bars * cross.window(first, i + 1) - sx * sy).value
                    // A flat window has spread 0 exactly, which rounding in the sums would miss.
                    out[i] = ScalarMath.defined(
                        value(flatX >= n ? 0 : max(spreadX, 0), flatY >= n ? 0 : max(spreadY, 0), shared)
                    )
                }
            }
        }
    }
}
