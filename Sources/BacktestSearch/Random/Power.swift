import Glibc

/// A non-negative number to a power.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// A draw from the standard Cauchy distribution, from a number in [0, 1).
func tangent(_ u: Double) -> Double { tan(Double.pi * (u - 0.5)) }
