/// Quantiles, medians and deviations of samples.
public enum Samples {
    /// The quantile with linear interpolation of values in any order, as numpy has it by default; `nil` without values.
    public static func quantile(_ values: [Double], _ q: Double) -> Double? {
        PairedStatistics.quantile(values.sorted(), q)
    }

    /// The median, the mean of the two middle ones of an even number; `nil` without values.
    public static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The mean; `nil` without values.
    public static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// The variance with divisor n - 1; `nil` of fewer than two values.
    public static func variance(_ values: [Double]) -> Double? {
        guard values.count > 1, let mean = mean(values) else { return nil }
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    }
}
