import Glibc

/// Arithmetic on single numbers, the same as on columns: what has no finite result is undefined (NaN).
enum ScalarMath {
    /// The value of a pointwise operation; conditions give 1 or 0.
    static func value(_ operation: FeatureOperation, _ x: Double, _ y: Double) -> Double {
        switch operation {
        case .add: defined(x + y)
        case .subtract: defined(x - y)
        case .multiply: defined(x * y)
        case .divide: divide(x, y)
        case .negate: -x
        case .minimum: minimum(x, y)
        case .maximum: maximum(x, y)
        case .absolute: abs(x)
        case .logarithm: logarithm(x)
        case .exponential: defined(exp(x))
        case .squareRoot: defined(x.squareRoot())
        case .sign: sign(x)
        case .greater: x > y ? 1 : 0
        case .greaterOrEqual: x >= y ? 1 : 0
        case .equal: x == y ? 1 : 0
        case .notEqual: x < y || x > y ? 1 : 0
        case .and: x != 0 && y != 0 ? 1 : 0
        case .or: x != 0 || y != 0 ? 1 : 0
        case .not: x == 0 ? 1 : 0
        default: preconditionFailure("\(operation) is not pointwise")
        }
    }

    @inline(__always) static func defined(_ value: Double) -> Double { value.isFinite ? value : .nan }
    @inline(__always) static func divide(_ x: Double, _ y: Double) -> Double {
        y == 0 ? .nan : defined(x / y)
    }
    @inline(__always) static func logarithm(_ x: Double) -> Double { x > 0 ? log(x) : .nan }
    @inline(__always) static func sign(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : .nan }
    // The sum of both is NaN where either is.
    @inline(__always) static func minimum(_ x: Double, _ y: Double) -> Double {
        x < y ? x : y <= x ? y : .nan
    }
    @inline(__always) static func maximum(_ x: Double, _ y: Double) -> Double {
        x > y ? x : y >= x ? y : .nan
    }
}

extension FeatureOperation {
    /// Whether the value on a bar depends on the operands' values on that bar alone.
    var isPointwise: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .negate, .minimum, .maximum, .absolute, .logarithm,
            .exponential,
            .squareRoot, .sign, .greater, .greaterOrEqual, .equal, .notEqual, .and, .or, .not:
            true
        default: false
        }
    }
}
