/// Weights of which only the proportions matter.
package enum Proportions {
    /// The smallest whole numbers in the proportions of some weights: 1, 2, 3 for 0.1, 0.2, 0.3.
    ///
    /// A weight counts as the shortest decimal that reads as its double, which is what people write. So whatever is
    /// proportional in decimals gives the same doubles from there on; 0.1 / 0.6 and 1 / 6 are not the same. Weights that do
    /// not fit, with their sum, into a double's whole numbers stay as they are.
    package static func smallest(_ weights: [Double]) -> [Double] {
        let decimals = weights.compactMap(decimal)
        let least = decimals.map(\.exponent).min() ?? 0
        let whole = decimals.compactMap { scaled($0.mantissa, by: $0.exponent - least) }
        guard whole.count == weights.count else { return weights }
        let divisor = whole.reduce(0, greatestCommonDivisor)
        var sum: Int64 = 0
        for value in whole {
            let (result, overflow) = sum.addingReportingOverflow(value / divisor)
            guard !overflow, result <= 1 << 53 else { return weights }
            sum = result
        }
        return whole.map { Double($0 / divisor) }
    }

    /// The shortest decimal of a positive double as mantissa x 10^exponent.
    private static func decimal(_ weight: Double) -> (mantissa: Int64, exponent: Int)? {
        let parts = weight.description.split(separator: "e")
        guard weight > 0, let first = parts.first else { return nil }
        let digits = first.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = digits.count > 1 && digits[1] != "0" ? digits[1] : ""
        guard let mantissa = Int64("\(digits[0])\(fraction)") else { return nil }
        let exponent = parts.count > 1 ? Int(parts[1]) : 0
        return exponent.map { (mantissa, $0 - fraction.count) }
    }

    private static func scaled(_ mantissa: Int64, by exponent: Int) -> Int64? {
        guard exponent <= 18 else { return nil }
        var value = mantissa
        for _ in 0..<exponent {
            let (result, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = result
        }
        return value
    }

    private static func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}
