/// How much of the differences between values their groups explain.
public enum VarianceShare {
    /// The variance between groups as a share of the whole (eta squared).
    ///
    /// - Parameters:
    ///   - values: What is explained, such as the objective of each set.
    ///   - groups: The group of each value from 0 on, such as a parameter's value or a tenth of its range.
    /// - Returns: A share from 0 to 1, `nil` where the values do not differ.
    public static func between(_ values: [Double], groups: [Int]) -> Double? {
        precondition(values.count == groups.count)
        guard let mean = Samples.mean(values), let most = groups.max() else { return nil }
        var sums = [Double](repeating: 0, count: most + 1)
        var counts = [Int](repeating: 0, count: most + 1)
        var total = 0.0
        for (value, group) in zip(values, groups) {
            sums[group] += value - mean
            counts[group] += 1
            total += (value - mean) * (value - mean)
        }
        guard total > 0 else { return nil }
        var between = 0.0
        for (sum, count) in zip(sums, counts) where count > 0 { between += sum * sum / Double(count) }
        return min(1, between / total)
    }
}
