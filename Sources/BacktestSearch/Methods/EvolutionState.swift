import BacktestRandom
import Glibc

/// Mean, step size and covariance of a CMA-ES run (Hansen 2016, whose names of constants are kept).
struct EvolutionState: Sendable {
    private(set) var mean: [Double]
    private var sigma: Double
    private let dimensions: Int
    private var covariance: [[Double]]
    private var axes: [[Double]]
    private var lengths: [Double]
    private var pathSigma: [Double]
    private var pathC: [Double]
    private var generations = 0
    private let population: Int

    init(mean: [Double], sigma: Double, population: Int) {
        self.mean = mean
        self.sigma = sigma
        self.population = population
        dimensions = mean.count
        let identity = mean.indices.map { row in mean.indices.map { $0 == row ? 1.0 : 0.0 } }
        covariance = identity
        axes = identity
        lengths = [Double](repeating: 1, count: mean.count)
        pathSigma = [Double](repeating: 0, count: mean.count)
        pathC = pathSigma
    }

    /// Whether the distribution has become too narrow, or too long, to find anything.
    var hasCollapsed: Bool {
        let longest = lengths.max() ?? 1
        let shortest = lengths.min() ?? 1
        return !(sigma * longest > 1e-9) || !(longest < 1e7 * shortest) || !sigma.isFinite
    }

    /// A point of the distribution; it takes one word a dimension.
    func draw(_ stream: inout RandomStream) -> [Double] {
        let z = (0..<dimensions).map { lengths[$0] * stream.normal() }
        return (0..<dimensions).map { row in
            mean[row] + sigma * (0..<dimensions).reduce(0) { $0 + axes[row][$1] * z[$1] }
        }
    }

    /// Moves to the better half of a generation, given best first.
    mutating func update(_ points: [[Double]]) {
        let n = Double(dimensions)
        let raw = points.indices.map { log(Double(points.count + 1) / 2) - log(Double($0 + 1)) }
        let positive = raw.filter { $0 > 0 }
        let total = positive.reduce(0, +)
        let weights = positive.map { $0 / total }
        let parents = weights.count
        let muEffective = 1 / weights.reduce(0) { $0 + $1 * $1 }
        let cSigma = (muEffective + 2) / (n + muEffective + 5)
        let damping = 1 + 2 * max(0, ((muEffective - 1) / (n + 1)).squareRoot() - 1) + cSigma
        let cC = (4 + muEffective / n) / (n + 4 + 2 * muEffective / n)
        let c1 = 2 / ((n + 1.3) * (n + 1.3) + muEffective)
        let cMu = min(1 - c1, 2 * (muEffective - 2 + 1 / muEffective) / ((n + 2) * (n + 2) + muEffective))
        let expected = n.squareRoot() * (1 - 1 / (4 * n) + 1 / (21 * n * n))

        let steps = points.map { point in
            (0..<dimensions).map { (point[$0] - mean[$0]) / sigma }
        }
        // Active update: what did badly makes its direction shorter (Hansen 2016, eq. 46 to 53).
        let negative = raw.filter { $0 < 0 }
        let negativeSum = -negative.reduce(0, +)
        let muNegative = negativeSum * negativeSum / max(negative.reduce(0) { $0 + $1 * $1 }, 1e-300)
        let most = min(
            1 + c1 / cMu,
            1 + 2 * muNegative / (muEffective + 2),
            (1 - c1 - cMu) / (n * cMu)
        )
        let all = raw.enumerated().map { place, weight -> Double in
            if weight >= 0 { return place < parents ? weights[place] : 0 }
            let length = rooted(steps[place]).reduce(0) { $0 + $1 * $1 }
            return most * weight / negativeSum * n / max(length, 1e-12)
        }
        let decay = zip(raw, weights + [Double](repeating: 0, count: raw.count - parents)).reduce(0) {
            $0 + ($1.0 < 0 ? most * $1.0 / negativeSum : $1.1)
        }
        let step = (0..<dimensions).map { row in
            zip(weights, steps).reduce(0) { $0 + $1.0 * $1.1[row] }
        }
        for row in 0..<dimensions { mean[row] += sigma * step[row] }
        let whitened = rooted(step)
        let pull = (cSigma * (2 - cSigma) * muEffective).squareRoot()
        for row in 0..<dimensions { pathSigma[row] = (1 - cSigma) * pathSigma[row] + pull * whitened[row] }
        generations += 1
        let length = pathSigma.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let settled = (1 - pow(1 - cSigma, Double(2 * generations))).squareRoot()
        let isCalm = length / settled / expected < 1.4 + 2 / (n + 1)
        let pullC = (cC * (2 - cC) * muEffective).squareRoot()
        for row in 0..<dimensions {
            pathC[row] = (1 - cC) * pathC[row] + (isCalm ? pullC * step[row] : 0)
        }
        let lost = isCalm ? 0 : cC * (2 - cC)
        for row in 0..<dimensions {
            for column in 0...row {
                let rankOne = pathC[row] * pathC[column] + lost * covariance[row][column]
                let rankMu = zip(all, steps).reduce(0) { $0 + $1.0 * $1.1[row] * $1.1[column] }
                let value = (1 - c1 - cMu * decay) * covariance[row][column] + c1 * rankOne + cMu * rankMu
                covariance[row][column] = value
                covariance[column][row] = value
            }
        }
        sigma *= exp(min(1, (cSigma / damping) * (length / expected - 1)))
        decompose()
    }

    /// C^(-1/2) times a vector.
    private func rooted(_ vector: [Double]) -> [Double] {
        let turned = (0..<dimensions).map { column in
            (0..<dimensions).reduce(0) { $0 + axes[$1][column] * vector[$1] } / lengths[column]
        }
        return (0..<dimensions).map { row in (0..<dimensions).reduce(0) { $0 + axes[row][$1] * turned[$1] } }
    }

    /// Keeps a discrete coordinate able to leave the interval that its mean lies in, on either side with chance `least`.
    mutating func keepMargin(_ dimension: Int, _ edges: (low: Double, high: Double), least: Double) {
        let deviation = sigma * covariance[dimension][dimension].squareRoot()
        guard deviation > 0, least < 0.25 else { return }
        let reach = -Normal.quantile(least)
        // At the ends of the range there is nothing to reach on one side.
        let needs =
            [
                edges.low > 1e-12 ? mean[dimension] - edges.low : 0,
                edges.high < 1 - 1e-12 ? edges.high - mean[dimension] : 0,
            ].max() ?? 0
        guard needs > reach * deviation else { return }
        let factor = needs / (reach * deviation)
        for other in 0..<dimensions {
            covariance[dimension][other] *= factor
            covariance[other][dimension] *= factor
        }
        decompose()
    }

    /// Axes and lengths of the covariance, by Jacobi's rotations.
    private mutating func decompose() {
        var a = covariance
        var v = covariance.indices.map { row in covariance.indices.map { $0 == row ? 1.0 : 0.0 } }
        for _ in 0..<60 {
            var off = 0.0
            for row in 0..<dimensions { for column in 0..<row { off += a[row][column] * a[row][column] } }
            if off < 1e-30 { break }
            for p in 0..<dimensions {
                for q in 0..<p where abs(a[p][q]) > 1e-300 { EvolutionState.rotate(&a, &v, p, q) }
            }
        }
        axes = v
        lengths = (0..<dimensions).map { max(a[$0][$0], 1e-30).squareRoot() }
    }

    private static func rotate(_ a: inout [[Double]], _ v: inout [[Double]], _ p: Int, _ q: Int) {
        let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let t = (theta >= 0 ? 1.0 : -1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in a.indices {
            let (x, y) = (a[k][p], a[k][q])
            (a[k][p], a[k][q]) = (c * x - s * y, s * x + c * y)
        }
        for k in a.indices {
            let (x, y) = (a[p][k], a[q][k])
            (a[p][k], a[q][k]) = (c * x - s * y, s * x + c * y)
        }
        for k in v.indices {
            let (x, y) = (v[k][p], v[k][q])
            (v[k][p], v[k][q]) = (c * x - s * y, s * x + c * y)
        }
    }
}
