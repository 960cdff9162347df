import BacktestModel

/// The rules of a strategy as one list of steps; operands stand before what uses them, equal steps occur once.
struct StrategyProgram: Sendable, Hashable {
    private(set) var instructions: [RuleInstruction] = []
    /// Step of each action's condition by the action's raw value, -1 for none.
    private(set) var conditions: [Int32] = [-1, -1, -1, -1]
    /// Step of the strength, -1 for none.
    private(set) var strength: Int32 = -1
    /// What parameters must meet, with the action (`nil` for the strength).
    private(set) var requirements: [Requirement] = []

    struct Requirement: Sendable, Hashable {
        var action: SignalAction?
        var requirement: RuleRequirement
    }

    init(conditions written: [(SignalAction, Rule?)], strength strengthRule: Rule?) {
        var known: [RuleInstruction: Int32] = [:]
        for (action, rule) in written {
            guard let rule else { continue }
            conditions[Int(action.rawValue)] = add(rule, for: action, &known)
        }
        if let strengthRule { strength = add(strengthRule, for: nil, &known) }
    }

    private mutating func add(
        _ rule: Rule,
        for action: SignalAction?,
        _ known: inout [RuleInstruction: Int32]
    ) -> Int32 {
        var places: [Int32] = []
        for var instruction in rule.instructions {
            for path in [\RuleInstruction.a, \.b, \.c, \.n, \.m] where instruction[keyPath: path] >= 0 {
                instruction[keyPath: path] = places[Int(instruction[keyPath: path])]
            }
            if let place = known[instruction] {
                places.append(place)
            } else {
                let place = Int32(instructions.count)
                instructions.append(instruction)
                known[instruction] = place
                places.append(place)
            }
        }
        for var requirement in rule.requirements {
            requirement.instruction = places[Int(requirement.instruction)]
            requirements.append(Requirement(action: action, requirement: requirement))
        }
        return places[Int(rule.root)]
    }

    /// Step of an action's condition, -1 for none.
    func condition(of action: SignalAction) -> Int32 { conditions[Int(action.rawValue)] }

    /// The value of a step that is the same on every bar.
    func scalar(_ step: Int32, _ parameters: [Double]) -> Double {
        let instruction = instructions[Int(step)]
        switch instruction.operation {
        case .constant: return instruction.number
        case .parameter: return parameters[Int(instruction.index)]
        default:
            let y = instruction.b < 0 ? 0 : scalar(instruction.b, parameters)
            return ScalarMath.value(instruction.operation, scalar(instruction.a, parameters), y)
        }
    }

    func problems(_ parameters: [Double]) -> [(action: SignalAction?, diagnostic: RuleDiagnostic)] {
        var found: [(action: SignalAction?, diagnostic: RuleDiagnostic)] = []
        for item in requirements {
            let value = scalar(item.requirement.instruction, parameters)
            if let problem = item.requirement.problem(with: value) { found.append((item.action, problem)) }
        }
        return found
    }

    func warmupBars(_ parameters: [Double]) -> Int {
        var warmups = [Int](repeating: 0, count: instructions.count)
        // What is made of one other symbol's series alone runs on that symbol's bars, which may be shorter than these.
        var sources = [RuleInstruction?](repeating: nil, count: instructions.count)
        for (index, instruction) in instructions.enumerated() where !instruction.isScalar {
            var before = 0
            for operand in [instruction.a, instruction.b, instruction.c] where operand >= 0 {
                before = max(before, warmups[Int(operand)])
            }
            sources[index] = source(of: instruction, sources)
            warmups[index] = sources[index] == nil ? before + own(instruction, parameters) : 0
        }
        return max(
            conditions.map { $0 < 0 ? 0 : warmups[Int($0)] }.max() ?? 0,
            strength < 0 ? 0 : warmups[Int(strength)]
        )
    }

    /// The other symbol whose series alone make up a number, as the step that names it; `nil` for everything else.
    private func source(of instruction: RuleInstruction, _ known: [RuleInstruction?]) -> RuleInstruction? {
        switch instruction.operation {
        case .foreign, .other:
            return RuleInstruction(operation: instruction.operation, index: instruction.index)
        case let operation where operation.isCondition: return nil
        default: break
        }
        var found: RuleInstruction?
        for operand in [instruction.a, instruction.b, instruction.c]
        where operand >= 0 && !instructions[Int(operand)].isScalar {
            guard let next = known[Int(operand)], next == found ?? next else { return nil }
            found = next
        }
        return found
    }

    /// The other symbols that the rules name, as indices on the tape; `other` is the pair's other one.
    func namedSymbols(other: Int?) -> Set<Int> {
        var found: Set<Int> = []
        for instruction in instructions {
            switch instruction.operation {
            case .foreign: found.insert(Int(instruction.index))
            case .other: if let other { found.insert(other) }
            default: break
            }
        }
        return found
    }

    // Bars that a step adds to what its operands need.
    private func own(_ instruction: RuleInstruction, _ parameters: [Double]) -> Int {
        func whole(_ step: Int32) -> Int { step < 0 ? 0 : Int(scalar(step, parameters)) }
        return switch instruction.operation {
        case .lag, .lagCondition, .change, .rateOfChange, .relativeStrength, .trueRangeAverage,
            .plusDirectional,
            .minusDirectional, .rising, .falling, .beta:
            whole(instruction.n)
        case .blank, .movingAverage, .weightedAverage, .linearSlope, .standardDeviation, .sampleDeviation,
            .zScore,
            .correlation, .highest, .lowest, .rank, .percentileRank, .exponentialAverage, .commodityChannel:
            whole(instruction.n) - 1
        case .macdLine: max(whole(instruction.n), whole(instruction.m)) - 1
        case .directionalIndex: 2 * whole(instruction.n) - 1
        case .crossesAbove, .crossesBelow: 1
        default: 0
        }
    }
}
