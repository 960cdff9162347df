import BacktestExpressions
import BacktestRules

/// Rules R20 to R26 once more, bar by bar and as plainly as they read: what the column evaluator must agree with.
///
/// `nil` is undefined. Windows are looked at afresh on every bar.
struct SlowEvaluator {
    typealias Numbers = [Double?]
    typealias Conditions = [Bool]

    let bars: SampleBars
    let parameters: [String: Double]
    /// Columns that names stand for, beside those of the bars.
    var columns: [String: Numbers] = [:]
    /// How many comparisons lay so close together that rounding decides them.
    var uncertain = 0

    init(bars: SampleBars, parameters: [String: Double]) {
        self.bars = bars
        self.parameters = parameters
    }

    mutating func numbers(_ expression: BacktestExpressions.Expression) -> Numbers {
        switch expression.kind {
        case .number(let value): return Array(repeating: value, count: bars.count)
        case .name(let name): return series(name)
        case .unary(_, let operand): return numbers(operand).map { $0.map { -$0 } }
        case .binary(let sign, _, let left, let right):
            return zip(numbers(left), numbers(right)).map { x, y in
                guard let x, let y else { return nil }
                let value =
                    switch sign {
                    case .add: x + y
                    case .subtract: x - y
                    case .multiply: x * y
                    default: y == 0 ? Double.nan : x / y
                    }
                return value.isFinite ? value : nil
            }
        case .index(let base, let back):
            let values = numbers(base)
            let n = Int(scalar(back))
            return values.indices.map { $0 >= n ? values[$0 - n] : nil }
        case .call(let name, _, let arguments): return call(name, arguments)
        }
    }

    mutating func conditions(_ expression: BacktestExpressions.Expression) -> Conditions {
        switch expression.kind {
        case .unary(_, let operand): return conditions(operand).map { !$0 }
        case .binary(.and, _, let left, let right):
            return zip(conditions(left), conditions(right)).map { $0 && $1 }
        case .binary(.or, _, let left, let right):
            return zip(conditions(left), conditions(right)).map { $0 || $1 }
        case .binary(let sign, _, let left, let right):
            let (x, y) = (numbers(left), numbers(right))
            note(x, y, isExact(left) && isExact(right))
            return zip(x, y).map { x, y in
                guard let x, let y else { return false }
                return switch sign {
                case .less: x < y
                case .lessOrEqual: x <= y
                case .greater: x > y
                case .greaterOrEqual: x >= y
                case .equal: x == y
                default: x != y
                }
            }
        case .index(let base, let back):
            let values = conditions(base)
            let n = Int(scalar(back))
            return values.indices.map { $0 >= n ? values[$0 - n] : false }
        case .call(let name, _, let arguments): return conditionCall(name, arguments)
        default: return []
        }
    }

    private mutating func conditionCall(
        _ name: String,
        _ arguments: [BacktestExpressions.Expression]
    ) -> Conditions {
        let x = numbers(arguments[0])
        if name == "rising" || name == "falling" {
            let n = arguments.count > 1 ? Int(scalar(arguments[1])) : 1
            note(x.dropLast() + [], Numbers(x.dropFirst()), isExact(arguments[0]))
            return x.indices.map { t in
                guard t >= n else { return false }
                return (t - n + 1...t).allSatisfy { i in
                    guard let now = x[i], let before = x[i - 1] else { return false }
                    return name == "rising" ? now > before : now < before
                }
            }
        }
        let y = numbers(arguments[1])
        note(x, y, isExact(arguments[0]) && isExact(arguments[1]))
        return x.indices.map { t in
            guard let a = x[t], let b = y[t], name == "crosses_above" ? a > b : a < b else { return false }
            for i in stride(from: t - 1, through: 0, by: -1) {
                if let a = x[i], let b = y[i], a != b { return name == "crosses_above" ? a < b : a > b }
            }
            return false
        }
    }

    mutating func scalar(_ expression: BacktestExpressions.Expression) -> Double {
        switch expression.kind {
        case .number(let value): value
        case .name(let name): parameters[name] ?? .nan
        default: .nan
        }
    }

    private func series(_ name: String) -> Numbers {
        switch name {
        case "open": bars.open
        case "high": bars.high
        case "low": bars.low
        case "close": bars.close
        case "volume": bars.volume
        case "hl2": zip(bars.high, bars.low).map { ($0 + $1) / 2 }
        case "hlc3": bars.close.indices.map { (bars.high[$0] + bars.low[$0] + bars.close[$0]) / 3 }
        case "minute": bars.timestamps.map { Double($0 / 60_000_000_000 % 60) }
        case "hour": bars.timestamps.map { Double($0 / 3_600_000_000_000 % 24) }
        // 1970-01-01 was a Thursday.
        case "day_of_week": bars.timestamps.map { Double(($0 / 86_400_000_000_000 + 3) % 7) }
        default: columns[name] ?? Array(repeating: parameters[name], count: bars.count)
        }
    }

    // Counts pairs that rounding may put in either order.
    private mutating func note(_ x: Numbers, _ y: Numbers, _ exact: Bool) {
        if exact { return }
        for case (let x?, let y?) in zip(x, y) where abs(x - y) <= 1e-9 * max(1, abs(x), abs(y)) {
            uncertain += 1
        }
    }

    // Whether both evaluators do the same few roundings, so that even ties agree.
    func isExact(_ expression: BacktestExpressions.Expression) -> Bool {
        switch expression.kind {
        case .number, .name: true
        case .unary(_, let operand): isExact(operand)
        case .binary(_, _, let left, let right): isExact(left) && isExact(right)
        case .index(let base, _): isExact(base)
        case .call(let name, _, let arguments):
            [
                "sma", "highest", "lowest", "change", "momentum", "min", "max", "abs", "sign", "rank",
                "bars_since", "log",
            ]
            .contains(name) && (name == "bars_since" || arguments.allSatisfy(isExact))
        }
    }
}
