import BacktestRandom

/// One point in each of n strata of every parameter (rule V16).
///
/// McKay, Beckman, Conover, "A comparison of three methods for selecting values of input variables", Technometrics 21 (1979).
struct LatinHypercube: SearchMethod {
    private let space: SearchSpace
    private let points: [[Double]]
    private var random: RandomSearch
    private var next = 0
    /// The trial that the points no longer sufficed for, and the draws made for it.
    private var drawn = (trial: -1, attempts: 0)

    init(_ space: SearchSpace, trials: Int, seed: UInt64, suffix: String = "") {
        self.space = space
        points = LatinHypercube.points(trials, space.count, seed: seed, suffix: suffix)
        random = RandomSearch(space, seed: seed, suffix: suffix)
    }

    /// `count` points of the unit cube, one in each of `count` strata of every dimension.
    static func points(_ count: Int, _ dimensions: Int, seed: UInt64, suffix: String = "") -> [[Double]] {
        let columns = (0..<dimensions).map { dimension in
            var order = RandomStream(seed: seed, label: "sweep.latin_hypercube" + suffix, dimension)
            var jitter = RandomStream(seed: seed, label: "sweep.latin_hypercube.jitter" + suffix, dimension)
            return order.permutation(count).map { (Double($0) + jitter.uniform()) / Double(count) }
        }
        return (0..<count).map { point in columns.map { $0[point] } }
    }

    var generation: Int? { nil }

    mutating func propose(trial: Int, attempt: Int) -> ParameterSet? {
        if next < points.count {
            next += 1
            return space.set(at: points[next - 1])
        }
        if drawn.trial != trial { drawn = (trial, 0) }
        defer { drawn.attempts += 1 }
        return random.propose(trial: trial, attempt: drawn.attempts)
    }
}
