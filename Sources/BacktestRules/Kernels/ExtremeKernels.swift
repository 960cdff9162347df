/// Extremes and ranks over windows.
enum ExtremeKernels {
    static func highest(_ x: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        extreme(x, n, count, out) { $0 > $1 ? $0 : $1 }
    }

    static func lowest(_ x: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        extreme(x, n, count, out) { $0 < $1 ? $0 : $1 }
    }

    // Blocks of n bars: a window is the end of one block and the start of the next, so its extreme is that of a value that
    // runs backwards in the first and one that runs forwards in the second (van Herk 1992; Gil and Werman 1993). Three
    // comparisons a bar whatever n is, and no branch that depends on the data.
    @inline(__always)
    private static func extreme(
        _ x: Doubles,
        _ n: Int,
        _ count: Int,
        _ out: MutableDoubles,
        _ pick: (Double, Double) -> Double
    ) {
        Runs.blank(out, count)
        Runs.withScratch(count) { backwards in
            Runs.forEach(x, count) { run in
                if run.count < n { return }
                var block = run.lowerBound
                while block < run.upperBound {
                    let end = min(block + n, run.upperBound)
                    backwards[end - 1] = x[end - 1]
                    for i in stride(from: end - 2, through: block, by: -1) {
                        backwards[i] = pick(x[i], backwards[i + 1])
                    }
                    block = end
                }
                var forwards = x[run.lowerBound]
                var inBlock = 0
                for i in run {
                    forwards = inBlock == 0 ? x[i] : pick(x[i], forwards)
                    inBlock = inBlock + 1 == n ? 0 : inBlock + 1
                    let first = i - n + 1
                    if first >= run.lowerBound { out[i] = pick(backwards[first], forwards) }
                }
            }
        }
    }

    /// Ranks, 1 for the smallest; ties get the mean of theirs.
    ///
    /// `share` divides by the window's length.
    ///
    /// - Complexity: O(count x n), in a loop that the compiler vectorises.
    static func rank(_ x: Doubles, _ n: Int, share: Bool, _ count: Int, _ out: MutableDoubles) {
        Runs.blank(out, count)
        Runs.forEach(x, count) { run in
            for last in run.dropFirst(n - 1) {
                let value = x[last]
                var smaller = 0
                var equal = 0
                for i in (last - n + 1)...last {
                    smaller += x[i] < value ? 1 : 0
                    equal += x[i] == value ? 1 : 0
                }
                let rank = 1 + Double(smaller) + Double(equal - 1) / 2
                out[last] = share ? rank / Double(n) : rank
            }
        }
    }
}
