/// An unevaluated sum of two doubles: about 106 bits, enough that window sums taken as differences of running sums are
/// right to the last place (Dekker 1971, Knuth TAOCP 2, 4.2.2).
struct DoubleDouble {
    var high: Double
    var low: Double

    /// The exact sum of two doubles.
    @inline(__always)
    static func sum(_ a: Double, _ b: Double) -> DoubleDouble {
        let high = a + b
        let back = high - a
        return DoubleDouble(high: high, low: (a - (high - back)) + (b - back))
    }

    /// The exact product of two doubles whose magnitude is below about 1e300 (Dekker's split: no fused multiply-add is
    /// assumed of the machine, so results are the same on all).
    @inline(__always)
    static func product(_ a: Double, _ b: Double) -> DoubleDouble {
        let splitA = 134_217_729.0 * a
        let highA = splitA - (splitA - a)
        let lowA = a - highA
        let splitB = 134_217_729.0 * b
        let highB = splitB - (splitB - b)
        let lowB = b - highB
        let high = a * b
        return DoubleDouble(
            high: high,
            low: ((highA * highB - high) + highA * lowB + lowA * highB) + lowA * lowB
        )
    }

    @inline(__always)
    static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let sum = DoubleDouble.sum(a.high, b.high)
        return DoubleDouble.sum(sum.high, sum.low + (a.low + b.low))
    }

    @inline(__always)
    static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let sum = DoubleDouble.sum(a.high, -b.high)
        return DoubleDouble.sum(sum.high, sum.low + (a.low - b.low))
    }

    @inline(__always)
    static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let product = DoubleDouble.product(a.high, b.high)
        return DoubleDouble.sum(product.high, product.low + (a.high * b.low + a.low * b.high))
    }

    @inline(__always)
    static func * (a: Double, b: DoubleDouble) -> DoubleDouble {
        let product = DoubleDouble.product(a, b.high)
        return DoubleDouble.sum(product.high, product.low + a * b.low)
    }

    /// The nearest double.
    @inline(__always) var value: Double { high + low }
}

/// Compensated running sums of a column: entry i is the sum of the elements before i, so a window's sum is a difference.
struct PrefixSum {
    let high: UnsafeMutablePointer<Double>
    let low: UnsafeMutablePointer<Double>

    /// Takes memory for `2 * entries` doubles.
    init(_ memory: UnsafeMutablePointer<Double>, entries: Int) {
        high = memory
        low = memory + entries
    }

    /// Starts a run at an entry.
    @inline(__always)
    func start(_ entry: Int) {
        high[entry] = 0
        low[entry] = 0
    }

    /// Writes the next entry.
    ///
    /// The low parts are summed apart from the high ones (Neumaier), which keeps the chain
    /// of dependent additions one addition long.
    @inline(__always)
    func add(_ value: Double, _ error: Double, after entry: Int) {
        let sum = DoubleDouble.sum(high[entry], value)
        high[entry + 1] = sum.high
        low[entry + 1] = low[entry] + (sum.low + error)
    }

    /// The sum of the elements `from..<upto`.
    @inline(__always)
    func window(_ from: Int, _ upto: Int) -> DoubleDouble {
        let difference = DoubleDouble.sum(high[upto], -high[from])
        return DoubleDouble.sum(difference.high, difference.low + (low[upto] - low[from]))
    }
}
