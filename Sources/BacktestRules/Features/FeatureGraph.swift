public import BacktestMarketData
import BacktestModel

/// The distinct sub-expressions of all strategy variants of a run, bound to numbers and symbols.
///
/// Equal sub-expressions get one node, so each is computed once however many variants use it. Nodes stand after their
/// operands. Variants are compact; binding allocates nothing but new nodes.
public struct FeatureGraph: Sendable {
    /// The market data that the nodes run on.
    public let tape: Tape
    private(set) var nodes: [FeatureNode] = []
    /// Longest path to a leaf, 0 for leaves.
    private(set) var levels: [Int32] = []
    // Open addressing: node ids by hash, -1 for free; the size is a power of two.
    private var table: [Int32]
    private var steps: [Int32] = []
    /// The symbol on whose bars each step's node runs.
    private var homes: [Int32] = []
    private var scalars: [Double] = []

    /// Makes an empty graph.
    public init(tape: Tape) {
        self.tape = tape
        table = [Int32](repeating: -1, count: 1_024)
    }

    /// Number of distinct sub-expressions.
    public var nodeCount: Int { nodes.count }

    /// Adds a strategy variant on one symbol.
    ///
    /// - Parameters:
    ///   - rules: The strategy, parsed with the tape's symbols in the tape's order.
    ///   - parameters: A value for each parameter, free of `problems`.
    ///   - symbol: Tape index of the symbol to evaluate.
    ///   - strategySymbols: Tape indices of all symbols of the strategy; `other` is the one of two that is not `symbol`.
    /// - Returns: the variant, valid with this graph only.
    public mutating func bind(
        rules: StrategyRules,
        parameters: [Double],
        symbol: Int,
        strategySymbols: [Int]
    ) -> BoundStrategy {
        precondition(tape.series.indices.contains(symbol), "the symbol is not on the tape")
        precondition(parameters.count == rules.parameterNames.count, "one value for each parameter")
        let program = rules.program
        let count = program.instructions.count
        if steps.count < count {
            steps = [Int32](repeating: -1, count: count)
            homes = steps
            scalars = [Double](repeating: 0, count: count)
        }
        let other = strategySymbols.first { $0 != symbol } ?? -1
        let place = Binding(symbol: Int32(symbol), other: Int32(other))
        for index in 0..<count {
            let instruction = program.instructions[index]
            steps[index] = -1
            homes[index] = place.symbol
            if instruction.isScalar {
                scalars[index] = scalar(instruction, parameters)
            } else {
                (steps[index], homes[index]) = bind(instruction, place, program)
            }
        }
        var roots = (Int32(-1), Int32(-1), Int32(-1), Int32(-1))
        roots.0 = node(of: program.condition(of: .enterLong), place, program)
        roots.1 = node(of: program.condition(of: .exitLong), place, program)
        roots.2 = node(of: program.condition(of: .enterShort), place, program)
        roots.3 = node(of: program.condition(of: .exitShort), place, program)
        return BoundStrategy(
            symbolIndex: Int32(symbol),
            enterLong: roots.0,
            exitLong: roots.1,
            enterShort: roots.2,
            exitShort: roots.3,
            strength: node(of: program.strength, place, program),
            trigger: rules.trigger
        )
    }

    private struct Binding {
        var symbol: Int32
        var other: Int32
    }

    @inline(__always)
    private func scalar(_ instruction: RuleInstruction, _ parameters: [Double]) -> Double {
        switch instruction.operation {
        case .constant: return instruction.number
        case .parameter: return parameters[Int(instruction.index)]
        default:
            let y = instruction.b < 0 ? 0 : scalars[Int(instruction.b)]
            return ScalarMath.value(instruction.operation, scalars[Int(instruction.a)], y)
        }
    }

    /// The node of a step on the evaluating symbol's bars; one that is the same on every bar becomes a constant.
    private mutating func node(of step: Int32, _ place: Binding, _ program: StrategyProgram) -> Int32 {
        node(of: step, on: place.symbol, program)
    }

    /// The node of a step on the bars of a symbol: of another one its last known value there (rule R25).
    private mutating func node(of step: Int32, on symbol: Int32, _ program: StrategyProgram) -> Int32 {
        if step < 0 { return -1 }
        let index = Int(step)
        if !program.instructions[index].isScalar {
            return homes[index] == symbol
                ? steps[index] : intern(FeatureNode(operation: .foreign, symbol: symbol, a: steps[index]))
        }
        if steps[index] < 0 || homes[index] != symbol {
            let isCondition = program.instructions[index].operation.isCondition
            steps[index] = intern(
                FeatureNode(
                    operation: isCondition ? .always : .constant,
                    symbol: symbol,
                    bits: scalars[index].bitPattern
                )
            )
            homes[index] = symbol
        }
        return steps[index]
    }

    private mutating func bind(
        _ instruction: RuleInstruction,
        _ place: Binding,
        _ program: StrategyProgram
    ) -> (node: Int32, home: Int32) {
        switch instruction.operation {
        case .foreign: return leaf(instruction.field, of: instruction.index)
        case .other:
            precondition(place.other >= 0, "'other' needs a strategy of two symbols")
            return leaf(instruction.field, of: place.other)
        default: break
        }
        let home = home(of: instruction, place, program)
        var node = FeatureNode(operation: instruction.operation, symbol: home)
        switch instruction.operation {
        case .addScaled: node.bits = scalars[Int(instruction.n)].bitPattern
        case .random:
            node.bits = scalars[Int(instruction.n)].bitPattern
            node.n = Int32(scalars[Int(instruction.m)])
        default:
            if instruction.n >= 0 { node.n = Int32(scalars[Int(instruction.n)]) }
            if instruction.m >= 0 { node.m = Int32(scalars[Int(instruction.m)]) }
        }
        node.a = self.node(of: instruction.a, on: home, program)
        node.b = self.node(of: instruction.b, on: home, program)
        node.c = self.node(of: instruction.c, on: home, program)
        let isLag = instruction.operation == .lag || instruction.operation == .lagCondition
        return (isLag && node.n == 0 ? node.a : intern(node), home)
    }

    /// On whose bars a step runs: a number made of one other symbol's series alone on that symbol's, everything else on those
    /// of the symbol that is evaluated (rule R25).
    private func home(
        of instruction: RuleInstruction,
        _ place: Binding,
        _ program: StrategyProgram
    ) -> Int32 {
        if instruction.operation.isCondition { return place.symbol }
        var found: Int32?
        for operand in [instruction.a, instruction.b, instruction.c]
        where operand >= 0 && !program.instructions[Int(operand)].isScalar {
            let home = homes[Int(operand)]
            if program.instructions[Int(operand)].operation.isCondition || home != found ?? home {
                return place.symbol
            }
            found = home
        }
        return found ?? place.symbol
    }

    private mutating func leaf(_ field: SeriesField, of symbol: Int32) -> (node: Int32, home: Int32) {
        precondition(
            tape.series.indices.contains(Int(symbol)),
            "the rule names a symbol that is not on the tape"
        )
        return (intern(FeatureNode(operation: field.operation, symbol: symbol)), symbol)
    }

    private mutating func intern(_ node: FeatureNode) -> Int32 {
        var slot = node.hash & (table.count - 1)
        while table[slot] >= 0 {
            if nodes[Int(table[slot])] == node { return table[slot] }
            slot = (slot + 1) & (table.count - 1)
        }
        let id = Int32(nodes.count)
        table[slot] = id
        var level: Int32 = -1
        for operand in [node.a, node.b, node.c] where operand >= 0 {
            level = max(level, levels[Int(operand)])
        }
        nodes.append(node)
        levels.append(level + 1)
        if nodes.count * 2 > table.count { grow() }
        return id
    }

    private mutating func grow() {
        let size = table.count * 4
        table = [Int32](repeating: -1, count: size)
        for id in nodes.indices {
            var slot = nodes[id].hash & (size - 1)
            while table[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            table[slot] = Int32(id)
        }
    }

    /// Number of bars that a node runs on.
    func barCount(of node: Int32) -> Int { tape.series[Int(nodes[Int(node)].symbol)].count }

    /// Number of doubles (or, for a condition, of 64-bit words) that a node's value takes.
    func length(of node: Int32) -> Int {
        let bars = barCount(of: node)
        return switch nodes[Int(node)].operation {
        case .prefixSum: 2 * (bars + 1)
        case .prefixMoments: 4 * (bars + 1)
        case let operation where operation.isCondition: (bars + 63) / 64
        default: bars
        }
    }
}
