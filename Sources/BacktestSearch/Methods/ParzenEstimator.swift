import BacktestRandom
import Glibc

/// A mixture of one kernel a point, and of one for all of the unit cube: a truncated normal in each ordered parameter, shares of
/// the values in each unordered one.
struct ParzenEstimator: Sendable {
    private enum Dimension: Sendable {
        /// A continuous range, or so many values that their steps don't show.
        case smooth
        /// Values in order, each of them a step wide.
        case stepped(count: Int)
        /// Values without an order.
        case category(count: Int)
    }

    private let dimensions: [Dimension]
    /// Centres of the kernels, by dimension; the last kernel is that of the whole range.
    private var centres: [[Double]]
    /// Width of the kernels of points, by dimension.
    private let widths: [Double]
    private var weights: [Double]
    /// Logarithm of each kernel's weight less that of its normalisation over all smooth dimensions.
    private var logWeights: [Double]
    private let wideWidth = 1.0

    /// Makes the estimator of points of the unit cube, the oldest first.
    init(_ space: SearchSpace, _ points: [[Double]]) {
        dimensions = space.parameters.map { parameter in
            guard let count = parameter.count else { return .smooth }
            return parameter.isOrdered ? .stepped(count: count) : .category(count: count)
        }
        let count = points.count
        centres = space.parameters.indices.map { dimension in points.map { $0[dimension] } + [0.5] }
        // Scott's rule on what the points spread over; never so narrow that a gap between points is out of reach.
        let scott = pow(max(Double(count), 1), -1 / (Double(space.parameters.count) + 4))
        widths = centres.map { ParzenEstimator.width($0.dropLast(), scott) }
        weights = ParzenEstimator.ages(count) + [1]
        let total = weights.reduce(0, +)
        weights = weights.map { $0 / total }
        logWeights = weights.map { log($0) }
        for kernel in 0...count {
            for dimension in dimensions.indices {
                if case .category = dimensions[dimension] { continue }
                let centre = centres[dimension][kernel]
                let width = self.width(dimension, kernel)
                logWeights[kernel] -= log(Normal.mass((0 - centre) / width, (1 - centre) / width))
            }
        }
    }

    /// Factors of the two bounds: the ones that did best of a grid of both on the surfaces of the tests.
    private static let shrinkage = 0.5
    private static let narrowest = 0.4

    private static func width(_ points: ArraySlice<Double>, _ scott: Double) -> Double {
        let count = Double(points.count)
        guard count > 1 else { return 0.2 }
        let mean = points.reduce(0, +) / count
        let deviation = (points.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        return min(max(shrinkage * deviation * scott, narrowest / min(100, 1 + count)), 1)
    }

    /// Weights of points by age: the newest 25 count whole, older ones less and less.
    private static func ages(_ count: Int) -> [Double] {
        guard count > 25 else { return [Double](repeating: 1, count: count) }
        let old = count - 25
        return (0..<old).map { place in
            let first = 1 / Double(count)
            return old == 1 ? first : first + (1 - first) * Double(place) / Double(old - 1)
        } + [Double](repeating: 1, count: 25)
    }

    /// A point drawn from the mixture; it takes one word and one more a dimension.
    func draw(_ stream: inout RandomStream) -> [Double] {
        var u = stream.uniform()
        var kernel = weights.count - 1
        for place in weights.indices {
            u -= weights[place]
            if u < 0 {
                kernel = place
                break
            }
        }
        return dimensions.indices.map { dimension in
            let u = stream.uniform() + 0x1p-54
            let centre = centres[dimension][kernel]
            if case .category(let count) = dimensions[dimension] {
                return category(u, count, around: kernel == weights.count - 1 ? nil : centre)
            }
            let width = self.width(dimension, kernel)
            let low = Normal.cumulative((0 - centre) / width)
            let high = Normal.cumulative((1 - centre) / width)
            let value = centre + width * Normal.quantile(low + u * (high - low))
            return min(max(value, 0), 1 - 0x1p-53)
        }
    }

    /// Share that a kernel of `kernels` gives to its own value beyond an equal share of the rest.
    private func share(_ count: Int, isOwn: Bool) -> Double {
        let prior = 1 / Double(weights.count)
        return (prior + (isOwn ? 1 : 0)) / (1 + prior * Double(count))
    }

    private func category(_ u: Double, _ count: Int, around centre: Double?) -> Double {
        let own = centre.map { min(Int($0 * Double(count)), count - 1) }
        var rest = u
        for value in 0..<count {
            rest -= own == nil ? 1 / Double(count) : share(count, isOwn: value == own)
            if rest < 0 { return (Double(value) + 0.5) / Double(count) }
        }
        return (Double(count) - 0.5) / Double(count)
    }

    /// Logarithm of the density at a point; of several parameters' product, up to a constant.
    func logDensity(_ point: [Double]) -> Double {
        var logs = logWeights
        for dimension in dimensions.indices {
            let x = point[dimension]
            let centres = self.centres[dimension]
            switch dimensions[dimension] {
            case .smooth: addSmooth(x, dimension, &logs)
            case .stepped(let count): addStepped(x, count, dimension, &logs)
            case .category(let count):
                let value = min(Int(x * Double(count)), count - 1)
                for kernel in logs.indices {
                    let isWide = kernel == logs.count - 1
                    let isOwn = min(Int(centres[kernel] * Double(count)), count - 1) == value
                    logs[kernel] += log(isWide ? 1 / Double(count) : share(count, isOwn: isOwn))
                }
            }
        }
        let most = logs.max() ?? 0
        return most + log(logs.reduce(0) { $0 + exp($1 - most) })
    }

    /// Width of a kernel; the last one is that of the whole range.
    private func width(_ dimension: Int, _ kernel: Int) -> Double {
        kernel == weights.count - 1 ? wideWidth : widths[dimension]
    }

    private func addSmooth(_ x: Double, _ dimension: Int, _ logs: inout [Double]) {
        let offset = log(widths[dimension])
        for kernel in logs.indices {
            let isWide = kernel == logs.count - 1
            let z = (x - centres[dimension][kernel]) / (isWide ? wideWidth : widths[dimension])
            logs[kernel] -= 0.5 * z * z + (isWide ? 0 : offset)
        }
    }

    private func addStepped(_ x: Double, _ count: Int, _ dimension: Int, _ logs: inout [Double]) {
        let half = 0.5 / Double(count)
        for kernel in logs.indices {
            let width = self.width(dimension, kernel)
            let z = (x - centres[dimension][kernel]) / width
            if half < 0.25 * width {
                // The density hardly changes over a step.
                logs[kernel] += log(2 * half / width) - 0.5 * z * z - ParzenEstimator.logRoot
            } else {
                logs[kernel] += log(max(Normal.mass(z - half / width, z + half / width), 1e-300))
            }
        }
    }

    private static let logRoot = 0.5 * log(2 * Double.pi)
}
