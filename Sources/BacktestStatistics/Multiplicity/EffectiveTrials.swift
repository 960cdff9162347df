import CKernels

/// How many independent trials a number of related ones are worth.
public enum EffectiveTrials: Sendable, Equatable {
    /// As many as there are.
    case none
    /// rho + (1 - rho) N of the mean correlation rho (Bailey and Lopez de Prado 2014, appendix 3).
    case averageCorrelation
    /// By the squared correlations less what noise adds to them: N K / (K + excess) for K columns.
    case participationRatio
    /// A number that is known.
    case fixed(Double)

    /// The effective number of `trials`, of which the columns are those whose returns are known.
    ///
    /// Constant columns must have been left out. At least 1.
    public func count<Columns: ReturnColumns>(of trials: Int, among columns: Columns) -> Double {
        switch self {
        case .none: return Double(trials)
        case .fixed(let number): return number
        case .averageCorrelation:
            let rho = EffectiveTrials.meanCorrelation(columns) ?? 0
            return EffectiveTrials.count(of: trials, meanCorrelation: rho)
        case .participationRatio:
            let k = Double(columns.count)
            let n = Double(columns.periods)
            guard columns.count > 1, n > 2 else { return Double(trials) }
            let squared = EffectiveTrials.squaredCorrelations(columns)
            let excess = max(0, ((n - 1) * squared - k * (k - 1)) / (n - 2))
            return Double(trials) * k / (k + excess)
        }
    }

    /// rho + (1 - rho) N, at least 1.
    public static func count(of trials: Int, meanCorrelation rho: Double) -> Double {
        max(1, rho + (1 - rho) * Double(trials))
    }

    /// The mean correlation between two different columns, `nil` for fewer than two; one pass over the columns.
    ///
    /// The columns scaled to length 1 add up to a vector whose squared length is the sum of all correlations.
    public static func meanCorrelation<Columns: ReturnColumns>(_ columns: Columns) -> Double? {
        guard columns.count > 1 else { return nil }
        var total = [Double](repeating: 0, count: columns.periods)
        for index in 0..<columns.count {
            columns.withColumn(index) { column in
                let scale = Moved.toUnitLength(column)
                for t in column.indices { total[t] += (column[t] - scale.by) * scale.scale }
            }
        }
        let k = Double(columns.count)
        return (total.reduce(0) { $0 + $1 * $1 } - k) / (k * (k - 1))
    }

    /// The sum of the squared correlations over all pairs of different columns, each pair in both orders.
    ///
    /// Columns times columns or periods times periods, whichever is less work: both matrices have the same squares.
    static func squaredCorrelations<Columns: ReturnColumns>(_ columns: Columns) -> Double {
        let all =
            columns.count <= columns.periods
            ? CorrelationMatrix.sumOfSquares(columns) : PeriodProducts.sumOfSquares(columns)
        return all - Double(columns.count)
    }
}

extension Moved {
    /// What makes a column's mean 0 and its length 1.
    static func toUnitLength(_ column: Span<Double>) -> Moved {
        let mean = column.sum / Double(max(1, column.count))
        var squares = 0.0
        for t in column.indices { squares += (column[t] - mean) * (column[t] - mean) }
        return Moved(by: mean, scale: squares > 0 ? 1 / squares.squareRoot() : 0)
    }
}

/// Products of periods over all columns: what correlations are made of where there are more columns than periods.
private enum PeriodProducts {
    static func sumOfSquares<Columns: ReturnColumns>(_ columns: Columns) -> Double {
        let periods = columns.periods
        let padded = (periods + 7) / 8 * 8
        var products = [Double](repeating: 0, count: padded * periods)
        // A tile of columns as rows of periods: each period's row is a series over the columns of the tile.
        let width = 64
        var tile = [Double](repeating: 0, count: width * periods)
        var rows = [Double](repeating: 0, count: width * padded)
        var weights = [Double](repeating: 0, count: width * 8)
        var sums = [Double](repeating: 0, count: 8 * periods)
        for start in stride(from: 0, to: columns.count, by: width) {
            let range = start..<min(start + width, columns.count)
            columns.copy(range, into: &tile) { Moved.toUnitLength($1) }
            for t in 0..<periods {
                for place in 0..<width {
                    rows[t * width + place] = place < range.count ? tile[place * periods + t] : 0
                }
            }
            for group in stride(from: 0, to: padded, by: 8) {
                for lane in 0..<8 {
                    for place in 0..<width {
                        weights[place * 8 + lane] = rows[(group + lane) * width + place]
                    }
                }
                admf_weighted_sums(weights, rows, Int64(width), Int64(width), Int64(periods), &sums)
                for index in sums.indices { products[group * periods + index] += sums[index] }
            }
        }
        return products.reduce(0) { $0 + $1 * $1 }
    }
}
