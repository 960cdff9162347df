/// One evaluation of a requirement: looks at containers, and keeps what explains the outcome.
struct RequirementEvaluation {
    let population: Population
    /// What an undefined condition counts as in `count` and `share`.
    let undefinedCountsAsTrue: Bool
    var example: Int?
    var undefinedCount = 0
    var reason: String?

    init(_ population: Population, undefinedCountsAsTrue: Bool) {
        self.population = population
        self.undefinedCountsAsTrue = undefinedCountsAsTrue
    }

    mutating func value(_ expression: Expression) -> FormulaValue {
        switch expression.kind {
        case .number(let number): return .number(number)
        case .name: return best(expression)
        case .unary(.minus, let operand):
            guard case .number(let number) = value(operand) else { return .undefined }
            return .number(-number)
        case .unary(.not, let operand):
            guard case .boolean(let flag) = value(operand) else { return .undefined }
            return .boolean(!flag)
        case .binary(let sign, _, let left, let right):
            if sign.isComparison, let (name, argument) = Self.quantified(left), let limit = number(right) {
                return every(name) { container in
                    Formula.combine(sign, container(argument), .number(limit))
                }
            }
            if sign.isComparison, let (name, argument) = Self.quantified(right), let limit = number(left) {
                return every(name) { container in
                    Formula.combine(sign, .number(limit), container(argument))
                }
            }
            let (a, b) = (value(left), value(right))
            let result = Formula.combine(sign, a, b)
            if result == .undefined, reason == nil { reason = "a quotient or sum in it is undefined" }
            return result
        case .call(let name, _, let arguments): return call(name, arguments)
        case .index: return .undefined
        }
    }

    /// The number of a side of a comparison.
    mutating func number(_ expression: Expression) -> Double? {
        if Self.quantified(expression) != nil { return nil }
        guard case .number(let number) = value(expression) else { return nil }
        return number
    }

    /// `all(x)` or `any(x)` of a number.
    static func quantified(_ expression: Expression) -> (String, Expression)? {
        guard case .call(let name, _, let arguments) = expression.kind, name == "all" || name == "any",
            let argument = arguments.first, (try? Formula.isCondition(argument)) == false
        else { return nil }
        return (name, argument)
    }

    private mutating func call(_ name: String, _ arguments: [Expression]) -> FormulaValue {
        guard let argument = arguments.first else { return .undefined }
        switch name {
        case "best": return best(argument)
        case "all", "any": return every(name) { container in container(argument) }
        case "count", "share": return tally(name, argument)
        case "mean", "median", "quantile": return aggregate(name, arguments)
        case "max" where arguments.count == 1, "min" where arguments.count == 1:
            return aggregate(name, arguments)
        default:
            var values: [Double] = []
            for argument in arguments {
                guard case .number(let number) = value(argument) else { return .undefined }
                values.append(number)
            }
            let result = Formula.call(name, values)
            if result == .undefined, reason == nil { reason = "'\(name)' is undefined there" }
            return result
        }
    }

    private func inContainer(_ index: Int, _ expression: Expression) -> FormulaValue {
        Formula.evaluate(expression) { population.value($0, index) }
    }

    private mutating func best(_ expression: Expression) -> FormulaValue {
        guard let index = population.best else {
            reason = reason ?? population.bestReason
            return .undefined
        }
        let result = inContainer(index, expression)
        example = example ?? index
        if result == .undefined, reason == nil {
            reason = "\(Self.described(expression)) is undefined in the best container"
        }
        return result
    }

    /// `all` and `any` after Kleene: one container may decide, else an undefined one leaves it open.
    private mutating func every(
        _ name: String,
        _ condition: ((Expression) -> FormulaValue) -> FormulaValue
    ) -> FormulaValue {
        guard population.count > 0 else {
            reason = reason ?? "the run has no containers"
            return .undefined
        }
        let deciding = FormulaValue.boolean(name == "any")
        var undefined = 0
        var first: Int?
        for index in 0..<population.count {
            let value = condition { inContainer(index, $0) }
            if value == deciding {
                example = index
                return deciding
            }
            if value == .undefined {
                undefined += 1
                first = first ?? index
            }
        }
        guard undefined > 0 else { return .boolean(name == "all") }
        undefinedCount += undefined
        example = first
        reason = reason ?? "undefined in \(undefined) of \(population.count) containers"
        return .undefined
    }

    private mutating func tally(_ name: String, _ argument: Expression) -> FormulaValue {
        var (holding, undefined) = (0, 0)
        for index in 0..<population.count {
            switch inContainer(index, argument) {
            case .boolean(true): holding += 1
            case .boolean(false): break
            default: undefined += 1
            }
        }
        undefinedCount += undefined
        if undefined > 0, reason == nil {
            reason = "undefined in \(undefined) of \(population.count) containers"
        }
        let count = Double(holding + (undefinedCountsAsTrue ? undefined : 0))
        if name == "count" { return .number(count) }
        guard population.count > 0 else {
            reason = reason ?? "the run has no containers"
            return .undefined
        }
        return .number(count / Double(population.count))
    }

    private mutating func aggregate(_ name: String, _ arguments: [Expression]) -> FormulaValue {
        var values: [Double] = []
        values.reserveCapacity(population.count)
        // The best value of a run is none of a container that has been ruined.
        let wantsBest = name == "max" || name == "min"
        var ruined = 0
        for index in 0..<population.count {
            if wantsBest, population.isInsolvent(index) {
                ruined += 1
                continue
            }
            guard case .number(let number) = inContainer(index, arguments[0]) else { continue }
            values.append(number)
        }
        undefinedCount += population.count - values.count - ruined
        guard !values.isEmpty else {
            reason =
                reason
                ?? (ruined == population.count
                    ? "every container is insolvent"
                    : "\(Self.described(arguments[0])) is undefined in every container")
            return .undefined
        }
        values.sort()
        switch name {
        case "max": return .number(values[values.count - 1])
        case "min": return .number(values[0])
        case "mean": return .number(Self.mean(values))
        case "median": return .number(Self.quantile(values, 0.5))
        default:
            guard case .number(let q) = arguments[1].kind else { return .undefined }
            return .number(Self.quantile(values, q))
        }
    }

    private static func described(_ expression: Expression) -> String {
        if case .name(let name) = expression.kind { return name }
        return "a value"
    }

    /// The mean of sorted values, so that it does not depend on their order in the run.
    private static func mean(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 / Double(values.count) }
    }

    /// Linear interpolation, as numpy has it by default.
    private static func quantile(_ sorted: [Double], _ q: Double) -> Double {
        let position = q * Double(sorted.count - 1)
        let index = Int(position)
        guard index + 1 < sorted.count else { return sorted[sorted.count - 1] }
        return sorted[index] + (sorted[index + 1] - sorted[index]) * (position - Double(index))
    }
}

extension Requirement {
    /// Decides the requirement; what cannot be evaluated never passes.
    ///
    /// Where a condition is undefined in some containers, `count` and `share` are tried with them counted in and left out;
    /// if that makes a difference, it cannot be told. Numbers that are undefined are left out of `max min mean median
    /// quantile`, and counted in the result.
    public func evaluate(_ population: Population) -> RequirementResult {
        var low = RequirementEvaluation(population, undefinedCountsAsTrue: false)
        var high = RequirementEvaluation(population, undefinedCountsAsTrue: true)
        let value = low.value(expression)
        let other = low.undefinedCount > 0 ? high.value(expression) : value
        var result = RequirementResult(outcome: .cannotTell)
        result.undefinedCount = low.undefinedCount
        result.example = low.example
        switch (value, other) {
        case (.boolean(true), .boolean(true)): result.outcome = .pass
        case (.boolean(false), .boolean(false)): result.outcome = .fail
        default: result.reason = low.reason ?? high.reason ?? "a value in it is undefined"
        }
        if case .binary(let sign, _, let left, let right) = expression.kind, sign.isComparison {
            var again = RequirementEvaluation(population, undefinedCountsAsTrue: false)
            result.observed = again.number(left)
            if let (name, argument) = RequirementEvaluation.quantified(left),
                let (number, index) = extreme(
                    argument,
                    population,
                    wantsHighest: (name == "all") == sign.isBelow
                )
            {
                result.observed = number
                if result.outcome == .fail { result.example = index }
            }
            result.threshold = again.number(right)
        }
        return result
    }

    /// The number that decides `all(x) <= limit`: the highest x, and whose it is.
    private func extreme(
        _ argument: Expression,
        _ population: Population,
        wantsHighest: Bool
    ) -> (Double, Int)? {
        var found: (Double, Int)?
        for index in 0..<population.count {
            guard case .number(let number) = Formula.evaluate(argument, { population.value($0, index) })
            else {
                continue
            }
            guard let (best, _) = found, wantsHighest ? number <= best : number >= best else {
                found = (number, index)
                continue
            }
        }
        return found
    }
}

extension BinaryOperator {
    /// Whether the left side should be small.
    fileprivate var isBelow: Bool { self == .less || self == .lessOrEqual }
}
