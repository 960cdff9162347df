import Glibc

extension Formula {
    /// The value of the formula where `lookup` gives the value of each name, `nil` where it has none.
    ///
    /// An undefined part makes what is computed from it undefined. `and`, `or` follow Kleene: `false and undefined` is
    /// false, `true or undefined` is true.
    public func evaluate(_ lookup: (String) -> Double?) -> FormulaValue {
        Formula.evaluate(expression, lookup)
    }

    static func evaluate(_ expression: Expression, _ lookup: (String) -> Double?) -> FormulaValue {
        switch expression.kind {
        case .number(let value): return defined(value)
        case .name(let name): return lookup(name).map(defined) ?? .undefined
        case .unary(.minus, let operand):
            guard case .number(let value) = evaluate(operand, lookup) else { return .undefined }
            return defined(-value)
        case .unary(.not, let operand):
            guard case .boolean(let value) = evaluate(operand, lookup) else { return .undefined }
            return .boolean(!value)
        case .binary(let sign, _, let left, let right):
            return combine(sign, evaluate(left, lookup), evaluate(right, lookup))
        case .call(let name, _, let arguments):
            var values: [Double] = []
            for argument in arguments {
                guard case .number(let value) = evaluate(argument, lookup) else { return .undefined }
                values.append(value)
            }
            return call(name, values)
        case .index: return .undefined
        }
    }

    static func combine(_ sign: BinaryOperator, _ a: FormulaValue, _ b: FormulaValue) -> FormulaValue {
        switch sign {
        case .and:
            if a == .boolean(false) || b == .boolean(false) { return .boolean(false) }
            return a == .undefined || b == .undefined ? .undefined : .boolean(true)
        case .or:
            if a == .boolean(true) || b == .boolean(true) { return .boolean(true) }
            return a == .undefined || b == .undefined ? .undefined : .boolean(false)
        default: break
        }
        guard case .number(let x) = a, case .number(let y) = b else { return .undefined }
        switch sign {
        case .less: return .boolean(x < y)
        case .lessOrEqual: return .boolean(x <= y)
        case .greater: return .boolean(x > y)
        case .greaterOrEqual: return .boolean(x >= y)
        case .equal: return .boolean(x == y)
        case .notEqual: return .boolean(x != y)
        case .add: return defined(x + y)
        case .subtract: return defined(x - y)
        case .multiply: return defined(x * y)
        case .divide: return y == 0 ? .undefined : defined(x / y)
        case .and, .or: return .undefined
        }
    }

    static func call(_ name: String, _ values: [Double]) -> FormulaValue {
        guard let first = values.first else { return .undefined }
        switch name {
        case "abs": return defined(abs(first))
        case "min": return defined(values.dropFirst().reduce(first) { $1 < $0 ? $1 : $0 })
        case "max": return defined(values.dropFirst().reduce(first) { $1 > $0 ? $1 : $0 })
        case "log": return first > 0 ? defined(log(first)) : .undefined
        case "exp": return defined(exp(first))
        case "sqrt": return first >= 0 ? defined(first.squareRoot()) : .undefined
        default: return .undefined
        }
    }

    private static func defined(_ value: Double) -> FormulaValue {
        value.isFinite ? .number(value) : .undefined
    }
}
