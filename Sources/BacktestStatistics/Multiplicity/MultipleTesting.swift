/// P-values of many tests, adjusted for their number; each may be compared with the level as it stands.
public enum MultipleTesting {
    /// Bonferroni's: p times the number of tests, at most 1.
    ///
    /// The chance of any false one is held.
    public static func bonferroni(_ pValues: [Double]) -> [Double] {
        pValues.map { min(1, $0 * Double(pValues.count)) }
    }

    /// Holm's step-down: as safe as Bonferroni's, and never larger (Holm 1979).
    public static func holm(_ pValues: [Double]) -> [Double] {
        let order = ascending(pValues)
        var adjusted = pValues
        var most = 0.0
        for (rank, index) in order.enumerated() {
            most = max(most, pValues[index] * Double(order.count - rank))
            adjusted[index] = min(1, most)
        }
        return adjusted
    }

    /// Benjamini, Hochberg and Yekutieli's step-up: holds the share of false ones among those found, whatever the
    /// dependence between the tests (Benjamini and Yekutieli 2001).
    public static func benjaminiHochbergYekutieli(_ pValues: [Double]) -> [Double] {
        let order = ascending(pValues)
        let n = Double(order.count)
        let penalty = stride(from: 1.0, through: n, by: 1).reduce(0) { $0 + 1 / $1 }
        var adjusted = pValues
        var least = 1.0
        for (rank, index) in order.enumerated().reversed() {
            least = min(least, pValues[index] / (Double(rank + 1) / n) * penalty)
            adjusted[index] = least
        }
        return adjusted
    }

    /// Indices by p-value, equal ones in the order given.
    private static func ascending(_ pValues: [Double]) -> [Int] {
        pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    }
}
