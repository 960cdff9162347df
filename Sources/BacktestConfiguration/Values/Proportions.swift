/// Weights of which only the proportions matter.
enum Proportions {
    /// The smallest whole numbers in the proportions of some decimals: 1, 2, 3 for .1, .2, .3 and for 10%, 20%, 30%.
    ///
    /// Exact in the decimals as written, so that whatever is proportional gives the same doubles; 0.1 / 0.6 and 1 / 6 are not
    /// the same. `nil` where the numbers or their sum do not fit into a double's whole numbers.
    static func smallest(_ decimals: [DecimalText]) -> [Double]? {
        let fixed = decimals.compactMap { decimal in
            FixedPoint(decimal.digits).map {
                FixedPoint(mantissa: $0.mantissa, scale: $0.scale - decimal.unit.exponent)
            }
        }
        let scale = fixed.map(\.scale).max() ?? 0
        let whole = fixed.compactMap { $0.rescaled(to: scale) }
        guard whole.count == decimals.count, whole.allSatisfy({ $0 > 0 }) else { return nil }
        let divisor = whole.reduce(0, greatestCommonDivisor)
        var sum: Int64 = 0
        for value in whole {
            let (result, overflow) = sum.addingReportingOverflow(value / divisor)
            guard !overflow, result <= 1 << 53 else { return nil }
            sum = result
        }
        return whole.map { Double($0 / divisor) }
    }

    private static func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}
