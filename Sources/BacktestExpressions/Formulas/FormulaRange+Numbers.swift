import Glibc

extension FormulaRange {
    /// The range of a formula that is a number.
    static func range(_ expression: Expression, _ lookup: (String) -> FormulaRange) -> FormulaRange {
        switch expression.kind {
        case .number(let value): return bounded(value, value, false)
        case .name(let name): return lookup(name)
        case .unary(.minus, let operand):
            let inner = range(operand, lookup)
            if inner.isEmpty { return .undefined }
            return FormulaRange(low: -inner.high, high: -inner.low, mayBeUndefined: inner.mayBeUndefined)
        case .binary(let sign, _, let left, let right):
            return combine(sign, range(left, lookup), range(right, lookup))
        case .call(let name, _, let arguments):
            let ranges = arguments.map { range($0, lookup) }
            if ranges.contains(where: \.isEmpty) { return .undefined }
            return call(name, ranges)
        default: return .undefined
        }
    }

    /// Numbers beyond the largest are undefined.
    private static func bounded(_ low: Double, _ high: Double, _ mayBeUndefined: Bool) -> FormulaRange {
        guard low.isFinite, high.isFinite else {
            if low.isNaN || high.isNaN { return .anything }
            let largest = Double.greatestFiniteMagnitude
            return FormulaRange(
                low: max(low, -largest),
                high: min(high, largest),
                mayBeUndefined: true
            )
        }
        return FormulaRange(low: low, high: high, mayBeUndefined: mayBeUndefined)
    }

    private static func combine(
        _ sign: BinaryOperator,
        _ a: FormulaRange,
        _ b: FormulaRange
    ) -> FormulaRange {
        if a.isEmpty || b.isEmpty { return .undefined }
        let isLoose = a.mayBeUndefined || b.mayBeUndefined
        switch sign {
        case .add: return bounded(a.low + b.low, a.high + b.high, isLoose)
        case .subtract: return bounded(a.low - b.high, a.high - b.low, isLoose)
        case .multiply: return corners(a, b, isLoose) { $0 * $1 }
        case .divide:
            if b.low <= 0, b.high >= 0 { return b.low == 0 && b.high == 0 ? .undefined : .anything }
            return corners(a, b, isLoose) { $0 / $1 }
        default: return .undefined
        }
    }

    private static func corners(
        _ a: FormulaRange,
        _ b: FormulaRange,
        _ isLoose: Bool,
        _ operation: (Double, Double) -> Double
    ) -> FormulaRange {
        let first = operation(a.low, b.low)
        let second = operation(a.low, b.high)
        let third = operation(a.high, b.low)
        let fourth = operation(a.high, b.high)
        return bounded(
            min(min(first, second), min(third, fourth)),
            max(max(first, second), max(third, fourth)),
            isLoose
        )
    }

    private static func call(_ name: String, _ ranges: [FormulaRange]) -> FormulaRange {
        guard let first = ranges.first else { return .undefined }
        let isLoose = ranges.contains(where: \.mayBeUndefined)
        switch name {
        case "abs":
            let ends = (abs(first.low), abs(first.high))
            let low = first.low <= 0 && first.high >= 0 ? 0 : min(ends.0, ends.1)
            return bounded(low, max(ends.0, ends.1), isLoose)
        case "min":
            return bounded(
                ranges.dropFirst().reduce(first.low) { min($0, $1.low) },
                ranges.dropFirst().reduce(first.high) { min($0, $1.high) },
                isLoose
            )
        case "max":
            return bounded(
                ranges.dropFirst().reduce(first.low) { max($0, $1.low) },
                ranges.dropFirst().reduce(first.high) { max($0, $1.high) },
                isLoose
            )
        case "sqrt":
            if first.high < 0 { return .undefined }
            return bounded(
                max(first.low, 0).squareRoot(),
                first.high.squareRoot(),
                isLoose || first.low < 0
            )
        case "exp": return widened(exp(first.low), exp(first.high), isLoose)
        case "log":
            if first.high <= 0 { return .undefined }
            return widened(log(max(first.low, 0)), log(first.high), isLoose || first.low <= 0)
        default: return .undefined
        }
    }

    /// The C library's `exp` and `log` err by less than a unit in the last place, and need not keep order.
    private static func widened(_ low: Double, _ high: Double, _ isLoose: Bool) -> FormulaRange {
        bounded(low.nextDown.nextDown, high.nextUp.nextUp, isLoose)
    }
}
