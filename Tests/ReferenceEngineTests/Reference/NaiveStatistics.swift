import Foundation

/// Textbook forms: two passes for moments, a sort for quantiles, sums that are compensated so that length does not matter.
extension Reference {
    static func logarithm(_ value: Double) -> Double { log(value) }

    /// Neumaier's compensated sum.
    static func sum(_ values: [Double]) -> Double {
        var total = 0.0
        var lost = 0.0
        for value in values {
            let next = total + value
            lost += abs(total) >= abs(value) ? (total - next) + value : (value - next) + total
            total = next
        }
        return total + lost
    }

    static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : sum(values) / Double(values.count)
    }

    /// The mean of (x - mean)^power over all values.
    static func centralMoment(_ values: [Double], _ power: Int) -> Double? {
        guard let mean = mean(values) else { return nil }
        return Reference.mean(values.map { pow($0 - mean, Double(power)) })
    }

    /// Standard deviation with ddof 1; `nil` for fewer than two values.
    static func sampleDeviation(_ values: [Double]) -> Double? {
        guard values.count >= 2, let mean = mean(values) else { return nil }
        return (sum(values.map { ($0 - mean) * ($0 - mean) }) / Double(values.count - 1)).squareRoot()
    }

    /// Linear interpolation between order statistics, as numpy's default.
    static func quantile(_ values: [Double], _ share: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let place = Double(sorted.count - 1) * share
        let below = Int(place.rounded(.down))
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }

    /// Quotient, `nil` for a zero divisor or an undefined part (R71).
    static func ratio(_ above: Double?, _ below: Double?) -> Double? {
        guard let above, let below, below != 0 else { return nil }
        return above / below
    }
}
