import Glibc

/// How long the blocks of a bootstrap should be.
///
/// Politis and White, Automatic block-length selection for the dependent bootstrap, 2004, with the correction of Patton,
/// Politis and White 2009; conventions of the R package np and of Python's arch.
public struct BlockLength: Sendable, Equatable {
    /// Mean length for the stationary bootstrap; may be below 1, where 1 is meant.
    public let stationary: Double
    /// Length for the circular bootstrap, likewise.
    public let circular: Double

    /// The lengths for a series; `nil` for fewer than 8 periods or a constant one.
    public init?(_ returns: Span<Double>) {
        let count = returns.count
        guard count >= 8, !ReturnMoments(returns).isConstant else { return nil }
        let n = Double(count)
        let needed = max(5, Int(log10(n)))
        let most = min(count - 2, Int(n.squareRoot().rounded(.up)) + needed)
        let mean = returns.sum / n
        var centred = [Double](repeating: 0, count: count)
        for t in returns.indices { centred[t] = returns[t] - mean }
        let products = LaggedProducts(centred.span, through: most)
        let bandwidth = BlockLength.bandwidth(centred, products, needed: needed, most: most)
        var slope = 0.0
        var longRun = products[0] / n
        for lag in stride(from: 1, through: bandwidth, by: 1) {
            let share = Double(lag) / Double(bandwidth)
            let weight = share <= 0.5 ? 1 : 2 * (1 - share)
            slope += 2 * weight * Double(lag) * products[lag] / n
            longRun += 2 * weight * products[lag] / n
        }
        let limit = min(3 * n.squareRoot(), n / 3).rounded(.up)
        func length(_ variance: Double) -> Double {
            let length = cbrt(2 * slope * slope / variance) * cbrt(n)
            return length.isFinite ? min(length, limit) : 1
        }
        stationary = length(2 * longRun * longRun)
        circular = length(4.0 / 3 * longRun * longRun)
    }

    /// Twice the lag after which `needed` autocorrelations in a row are within what noise has.
    private static func bandwidth(
        _ centred: [Double],
        _ products: LaggedProducts,
        needed: Int,
        most: Int
    ) -> Int {
        let n = Double(centred.count)
        let critical = 2 * (log10(n) / n).squareRoot()
        // The sums of squares that remain when entries are taken off either end.
        var (withoutFirst, withoutLast) = (products[0], products[0])
        var quiet = 0
        for lag in 0..<most {
            withoutFirst -= centred[lag] * centred[lag]
            withoutLast -= centred[centred.count - 1 - lag] * centred[centred.count - 1 - lag]
            let scale = (withoutFirst * withoutLast).squareRoot()
            quiet = abs(products[lag]) < critical * scale ? quiet + 1 : 0
            if quiet == needed { return min(2 * max(lag + 1 - needed, 1), most) }
        }
        return most
    }

    /// The mean block for all columns: the median over at most 100 of them, evenly spaced, each at least 1.
    public static func stationary<Columns: ReturnColumns>(
        for columns: Columns,
        among most: Int = 100
    ) -> Double {
        let number = min(columns.count, most)
        let lengths = (0..<number).map { place in
            columns.withColumn(place * columns.count / number) { column in
                max(1, BlockLength(column)?.stationary ?? 1)
            }
        }
        return Samples.median(lengths) ?? 1
    }
}
