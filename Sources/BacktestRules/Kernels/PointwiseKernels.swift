/// Arithmetic bar by bar.
enum PointwiseKernels {
    /// A column, or a number that stands for a column of itself.
    enum Operand {
        case column(Doubles)
        case number(Double)
    }

    static func binary(
        _ operation: FeatureOperation,
        _ a: Operand,
        _ b: Operand,
        _ count: Int,
        _ out: MutableDoubles
    ) {
        switch operation {
        case .add: map(a, b, count, out) { ScalarMath.defined($0 + $1) }
        case .subtract: map(a, b, count, out) { ScalarMath.defined($0 - $1) }
        case .multiply: map(a, b, count, out) { ScalarMath.defined($0 * $1) }
        case .divide: map(a, b, count, out) { ScalarMath.divide($0, $1) }
        case .minimum: map(a, b, count, out) { ScalarMath.minimum($0, $1) }
        case .maximum: map(a, b, count, out) { ScalarMath.maximum($0, $1) }
        default: preconditionFailure("\(operation) takes no two columns")
        }
    }

    static func unary(_ operation: FeatureOperation, _ x: Doubles, _ count: Int, _ out: MutableDoubles) {
        switch operation {
        case .negate: for i in 0..<count { out[i] = -x[i] }
        case .absolute: for i in 0..<count { out[i] = abs(x[i]) }
        default: for i in 0..<count { out[i] = ScalarMath.value(operation, x[i], 0) }
        }
    }

    static func addScaled(_ a: Doubles, _ b: Doubles, _ k: Double, _ count: Int, _ out: MutableDoubles) {
        for i in 0..<count { out[i] = ScalarMath.defined(a[i] + k * b[i]) }
    }

    static func lag(_ x: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        let start = min(n, count)
        Runs.blank(out, start)
        (out + start).update(from: x, count: count - start)
    }

    static func change(_ x: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        Runs.blank(out, min(n, count))
        if n < count { for i in n..<count { out[i] = ScalarMath.defined(x[i] - x[i - n]) } }
    }

    static func rateOfChange(_ x: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        Runs.blank(out, min(n, count))
        if n < count {
            for i in n..<count { out[i] = ScalarMath.defined((ScalarMath.divide(x[i], x[i - n]) - 1) * 100) }
        }
    }

    /// The first `n - 1` values of each run are taken away.
    static func blankStart(_ x: Doubles, _ n: Int, _ count: Int, _ out: MutableDoubles) {
        Runs.blank(out, count)
        Runs.forEach(x, count) { run in for i in run.dropFirst(n - 1) { out[i] = x[i] } }
    }

    @inline(__always)
    private static func map(
        _ a: Operand,
        _ b: Operand,
        _ count: Int,
        _ out: MutableDoubles,
        _ body: (Double, Double) -> Double
    ) {
        switch (a, b) {
        case (.column(let x), .column(let y)): for i in 0..<count { out[i] = body(x[i], y[i]) }
        case (.column(let x), .number(let y)): for i in 0..<count { out[i] = body(x[i], y) }
        case (.number(let x), .column(let y)): for i in 0..<count { out[i] = body(x, y[i]) }
        case (.number(let x), .number(let y)): out.update(repeating: body(x, y), count: count)
        }
    }
}
