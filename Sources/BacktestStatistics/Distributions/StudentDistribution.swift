import Glibc

/// Student's t distribution.
public struct StudentDistribution: Sendable {
    /// Degrees of freedom, above 0.
    public let degrees: Double

    /// The distribution of a number of degrees of freedom.
    public init(degrees: Double) {
        precondition(degrees > 0)
        self.degrees = degrees
    }

    /// P(|T| >= |t|): the two-sided p-value.
    public func twoSided(_ t: Double) -> Double {
        guard t.isFinite else { return t.isNaN ? .nan : 0 }
        let squared = t * t
        return StudentDistribution.incompleteBeta(
            degrees / (degrees + squared),
            complement: squared / (degrees + squared),
            degrees / 2,
            0.5
        )
    }

    /// The t >= 0 with P(|T| >= t) = p: 0 for 1 and more, infinity for 0.
    ///
    /// Bisection on the bits: as exact as `twoSided`.
    public func twoSidedQuantile(_ p: Double) -> Double {
        guard p < 1 else { return 0 }
        guard p > 0 else { return .infinity }
        var (low, high) = (0.0.bitPattern, Double.greatestFiniteMagnitude.squareRoot().bitPattern)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if twoSided(Double(bitPattern: middle)) > p { low = middle } else { high = middle }
        }
        return Double(bitPattern: high)
    }

    /// The regularised incomplete beta function I_x(a, b), by Lentz's continued fraction.
    ///
    /// 1 - x comes apart, so that nothing is lost where x is near 1.
    /// Source: Press et al., Numerical Recipes, 3rd ed., section 6.4.
    static func incompleteBeta(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard complement > 0 else { return 1 }
        let front = exp(
            lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(complement)
        )
        if x < (a + 1) / (a + b + 2) { return front * fraction(x, a, b) / a }
        return 1 - front * fraction(complement, b, a) / b
    }

    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        func guarded(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
        var c = 1.0
        var d = 1 / guarded(1 - (a + b) * x / (a + 1))
        var result = d
        var m = 1.0
        while m < 100_000 {
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / guarded(1 + even * d)
            c = guarded(1 + even / c)
            result *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / guarded(1 + odd * d)
            c = guarded(1 + odd / c)
            let step = d * c
            result *= step
            if abs(step - 1) < 1e-16 { break }
            m += 1
        }
        return result
    }
}
