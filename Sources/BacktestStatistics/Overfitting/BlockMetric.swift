/// What candidates are ranked by within the halves of a cross-validation; made of two numbers a block.
public enum BlockMetric: String, Sendable, CaseIterable {
    /// Mean over deviation (divisor n - 1).
    case sharpeRatio = "sharpe_ratio"
    /// Mean over the root of the mean squared loss.
    case sortinoRatio = "sortino_ratio"
    /// Growth over the half's periods, less 1.
    case totalReturn = "total_return"
    /// Mean return.
    case meanReturn = "mean_return"
}

/// Returns of a block, folded one by one.
///
/// Equal returns leave exactly their value as mean and 0 as squares, so that a block without trades is known as such.
public struct BlockFold: Sendable, Equatable {
    /// Returns folded so far.
    public private(set) var count = 0
    /// The mean; the growth for the total return.
    public private(set) var first: Double
    /// Squared deviations; squared losses for the Sortino ratio; otherwise 0.
    public private(set) var second = 0.0
    private let metric: BlockMetric

    /// A block without returns.
    public init(_ metric: BlockMetric) {
        self.metric = metric
        first = metric == .totalReturn ? 1 : 0
    }

    /// Folds a return in (Welford 1962).
    public mutating func add(_ value: Double) {
        count += 1
        guard metric != .totalReturn else {
            first *= 1 + value
            return
        }
        let before = value - first
        first += before / Double(count)
        if metric == .sharpeRatio {
            second += before * (value - first)
        } else if metric == .sortinoRatio, value < 0 {
            second += value * value
        }
    }
}

extension BlockMetric {
    /// The value of a joint set of returns; 0 where the metric has none, such as without variance.
    @inline(__always) func value(first: Double, second: Double, count: Double) -> Double {
        switch self {
        case .sharpeRatio:
            let variance = second / (count - 1)
            return ReturnMoments.isConstant(mean: first, variance: variance)
                ? 0 : first / variance.squareRoot()
        case .sortinoRatio: return second > 0 ? first / (second / count).squareRoot() : 0
        case .totalReturn: return first - 1
        case .meanReturn: return first
        }
    }

    /// How two disjoint sets of a and b returns join (Chan, Golub, LeVeque 1979).
    func joint(of a: Double, and b: Double) -> BlockJoint {
        guard self != .totalReturn else { return BlockJoint(isProduct: true, share: 0, spread: 0) }
        let all = a + b
        guard a > 0, b > 0 else { return BlockJoint(isProduct: false, share: b > 0 ? 1 : 0, spread: 0) }
        return BlockJoint(isProduct: false, share: b / all, spread: self == .sharpeRatio ? a * b / all : 0)
    }
}

/// How two sets of returns become one.
struct BlockJoint {
    /// Whether first numbers multiply; otherwise the mean moves towards that of the second set.
    var isProduct: Bool
    /// The second set's share of the returns.
    var share: Double
    /// What the squared difference of the means adds to the squares, as a factor.
    var spread: Double

    @inline(__always) func first(_ a: Double, _ b: Double) -> Double {
        isProduct ? a * b : a + (b - a) * share
    }

    @inline(__always) func second(_ a: Double, _ b: Double, means m: Double, _ n: Double) -> Double {
        a + b + (n - m) * (n - m) * spread
    }
}
