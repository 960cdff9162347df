internal import Glibc

/// base to the power of exponent, for a positive base.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// The natural logarithm of a positive number.
func logarithm(_ value: Double) -> Double { log(value) }
