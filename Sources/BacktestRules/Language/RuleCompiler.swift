import BacktestExpressions
import BacktestModel

/// Turns a parsed expression into a program, and collects every name and type that is wrong.
///
/// Equal sub-expressions become one step; what does not depend on bars or parameters becomes a constant.
struct RuleCompiler {
    let context: RuleContext
    private(set) var instructions: [RuleInstruction] = []
    private(set) var requirements: [RuleRequirement] = []
    private(set) var usedParameters: [String] = []
    private(set) var diagnostics: [RuleDiagnostic] = []
    private var steps: [RuleInstruction: Int32] = [:]

    init(context: RuleContext) { self.context = context }

    /// The step of an expression of the wanted kind, `nil` where something is wrong (which is then reported).
    mutating func compile(_ expression: Expression, as kind: RuleKind, for user: String) -> Int32? {
        guard let step = compile(expression) else { return nil }
        let found = instructions[Int(step)].operation.isCondition ? RuleKind.condition : .number
        if found == kind { return step }
        let hint =
            kind == .condition
            ? "compare it with something, such as '> 0'"
            : "a condition can only be joined with 'and', 'or', 'not', or given to bars_since"
        report(expression.place, "\(user) needs \(kind.name), this is \(found.name)", hint: hint)
        return nil
    }

    mutating func report(_ place: TextPlace, _ message: String, hint: String? = nil) {
        diagnostics.append(RuleDiagnostic(place, message, hint: hint))
    }

    private mutating func compile(_ expression: Expression) -> Int32? {
        switch expression.kind {
        case .number(let value): return constant(value)
        case .name(let name): return self.name(name, expression.place)
        case .call(let name, let place, let arguments):
            return call(name, place, arguments, expression.place)
        case .index(let base, let back): return index(base, back)
        case .unary(.minus, let operand):
            guard let a = compile(operand, as: .number, for: "'-'") else { return nil }
            return emit(.negate, a)
        case .unary(.not, let operand):
            guard let a = compile(operand, as: .condition, for: "'not'") else { return nil }
            return emit(.not, a)
        case .binary(let sign, _, let left, let right): return binary(sign, left, right)
        }
    }

    private mutating func binary(_ sign: BinaryOperator, _ left: Expression, _ right: Expression) -> Int32? {
        let kind: RuleKind = sign.isLogical ? .condition : .number
        let a = compile(left, as: kind, for: "'\(sign.rawValue)'")
        let b = compile(right, as: kind, for: "'\(sign.rawValue)'")
        guard let a, let b else { return nil }
        return switch sign {
        case .or: emit(.or, a, b)
        case .and: emit(.and, a, b)
        case .less: emit(.greater, b, a)
        case .lessOrEqual: emit(.greaterOrEqual, b, a)
        case .greater: emit(.greater, a, b)
        case .greaterOrEqual: emit(.greaterOrEqual, a, b)
        case .equal: emit(.equal, a, b)
        case .notEqual: emit(.notEqual, a, b)
        case .add: emit(.add, a, b)
        case .subtract: emit(.subtract, a, b)
        case .multiply: emit(.multiply, a, b)
        case .divide: emit(.divide, a, b)
        }
    }

    private mutating func index(_ base: Expression, _ back: Expression) -> Int32? {
        let a = compile(base)
        if case .unary(.minus, let inner) = back.kind, case .number(let value) = inner.kind, value != 0 {
            report(
                back.place,
                "an index looks back and cannot be negative",
                hint: "no rule can see the future"
            )
            return nil
        }
        let n = whole(back, atLeast: 0, subject: "an index")
        guard let a, let n else { return nil }
        if instructions[Int(n)].operation == .constant, instructions[Int(n)].number == 0 { return a }
        let isCondition = instructions[Int(a)].operation.isCondition
        return emit(isCondition ? .lagCondition : .lag, a, n: n)
    }

    /// The step of a number that does not change from bar to bar.
    mutating func scalar(_ expression: Expression, subject: String) -> Int32? {
        guard let step = compile(expression, as: .number, for: subject) else { return nil }
        if instructions[Int(step)].isScalar { return step }
        report(
            expression.place,
            "\(subject) must be a number or a parameter, this changes from bar to bar"
        )
        return nil
    }

    /// The step of a whole number; what parameters decide is checked once they have values.
    mutating func whole(_ expression: Expression, atLeast minimum: Int, subject: String) -> Int32? {
        guard let step = scalar(expression, subject: subject) else { return nil }
        let requirement = RuleRequirement(
            instruction: step,
            minimum: minimum,
            subject: subject,
            place: expression.place
        )
        let instruction = instructions[Int(step)]
        guard instruction.operation == .constant else {
            requirements.append(requirement)
            return step
        }
        guard let problem = requirement.problem(with: instruction.number) else { return step }
        diagnostics.append(problem)
        return nil
    }

    mutating func constant(_ value: Double) -> Int32 {
        append(RuleInstruction(operation: .constant, number: value, isScalar: true))
    }

    mutating func parameter(_ index: Int) -> Int32 {
        let name = context.parameters[index]
        if !usedParameters.contains(name) { usedParameters.append(name) }
        return append(RuleInstruction(operation: .parameter, index: Int32(index), isScalar: true))
    }

    /// Adds a step, folding what is constant.
    mutating func emit(
        _ operation: FeatureOperation,
        _ a: Int32 = -1,
        _ b: Int32 = -1,
        _ c: Int32 = -1,
        n: Int32 = -1,
        m: Int32 = -1
    ) -> Int32 {
        var instruction = RuleInstruction(operation: operation, a: a, b: b, c: c, n: n, m: m)
        guard operation.isPointwise, isScalar(a), b < 0 || isScalar(b) else { return append(instruction) }
        instruction.isScalar = true
        if let x = constantValue(a), let y = b < 0 ? 0 : constantValue(b), !operation.isCondition {
            return constant(ScalarMath.value(operation, x, y))
        }
        return append(instruction)
    }

    mutating func append(_ instruction: RuleInstruction) -> Int32 {
        if let known = steps[instruction] { return known }
        let step = Int32(instructions.count)
        instructions.append(instruction)
        steps[instruction] = step
        return step
    }

    private func isScalar(_ step: Int32) -> Bool { instructions[Int(step)].isScalar }

    private func constantValue(_ step: Int32) -> Double? {
        let instruction = instructions[Int(step)]
        return instruction.operation == .constant ? instruction.number : nil
    }
}
