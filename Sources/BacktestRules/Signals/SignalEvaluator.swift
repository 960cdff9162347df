import BacktestMarketData
public import BacktestModel

/// Turns strategy variants into signals; one per worker, because it keeps memory between variants.
///
/// What the store holds is read from there, everything else is computed into scratch memory, each sub-expression once per
/// variant. Nothing here is shared, so workers need no lock.
public struct SignalEvaluator: ~Copyable {
    private let evaluation: FeatureEvaluation
    private var scratch = ScratchMemory()
    private var numbers: [(node: Int32, pointer: Doubles)] = []
    private var conditions: [(node: Int32, pointer: Words)] = []
    private var crosses: [(a: Int32, b: Int32, above: Words, below: Words)] = []
    private var extraction = SignalExtraction()
    private var tiles = SignalTiles()

    /// Makes an evaluator for variants of one graph.
    public init(graph: FeatureGraph) { evaluation = FeatureEvaluation(graph: graph) }

    /// The signals of a variant on every bar of its symbol, warm-up bars included.
    ///
    /// - Parameters:
    ///   - variant: A variant that this evaluator's graph bound.
    ///   - store: Shared columns of the same graph; what is not in it is computed here.
    /// - Returns: one row per bar on which an action fires: where its condition turns true (`edge`) or holds (`level`).
    /// - Complexity: O(bars) for each sub-expression that is not in the store.
    public mutating func signals(for variant: BoundStrategy, store: FeatureStore) -> SignalList {
        forget()
        if variant.enterLong >= 0 { extraction.add(condition(variant.enterLong, store), .enterLong) }
        if variant.exitLong >= 0 { extraction.add(condition(variant.exitLong, store), .exitLong) }
        if variant.enterShort >= 0 { extraction.add(condition(variant.enterShort, store), .enterShort) }
        if variant.exitShort >= 0 { extraction.add(condition(variant.exitShort, store), .exitShort) }
        let count = evaluation.graph.tape.series[variant.symbol].count
        var list = extraction.list(count, isEdge: variant.trigger == .edge)
        if variant.strength >= 0, list.count > 0 {
            list.strengths = strengths(variant.strength, list.bars, store)
        }
        return list
    }

    /// The signals of several variants of one symbol: what `signals(for:store:)` gives for each, and faster.
    ///
    /// - Complexity: as for each by itself, but columns that several variants compare come from memory once.
    public mutating func signals(for variants: [BoundStrategy], store: FeatureStore) -> [SignalList] {
        var lists: [SignalList?] = []
        var programs: [TileProgram] = []
        for variant in variants {
            if let program = TileProgram(variant, evaluation, store) {
                precondition(program.barCount == programs.first?.barCount ?? program.barCount)
                programs.append(program)
                lists.append(nil)
            } else {
                lists.append(signals(for: variant, store: store))
            }
        }
        var tiled = tiles.signals(of: programs).makeIterator()
        return lists.map { $0 ?? tiled.next() ?? SignalList() }
    }

    /// The number that a variant's strength is before it is clamped, on every bar of its symbol; NaN where undefined.
    package mutating func strengthColumn(of variant: BoundStrategy, store: FeatureStore) -> [Double] {
        forget()
        precondition(variant.strength >= 0, "the variant has no strength")
        let count = evaluation.graph.barCount(of: variant.strength)
        return Array(UnsafeBufferPointer(start: column(variant.strength, store), count: count))
    }

    private mutating func forget() {
        scratch.reset()
        numbers.removeAll(keepingCapacity: true)
        conditions.removeAll(keepingCapacity: true)
        crosses.removeAll(keepingCapacity: true)
        extraction.reset()
    }

    private mutating func strengths(_ node: Int32, _ bars: [Int32], _ store: FeatureStore) -> [Double] {
        let column = column(node, store)
        return bars.map { bar in
            let value = column[Int(bar)]
            return value > 0 ? min(value, 1) : 0
        }
    }

    /// The column of a number node.
    private mutating func column(_ node: Int32, _ store: FeatureStore) -> Doubles {
        if let shared = store.numberColumn(node) { return shared }
        if let own = evaluation.tapeColumn(node) { return own }
        for known in numbers where known.node == node { return known.pointer }
        let operands = prepare(node, store)
        let out = scratch.doubles(evaluation.graph.length(of: node))
        evaluation.compute(node, column: operands.column, condition: operands.condition, into: out)
        numbers.append((node, Doubles(out)))
        return Doubles(out)
    }

    /// The bitmap of a condition node.
    private mutating func condition(_ node: Int32, _ store: FeatureStore) -> Words {
        if let shared = store.conditionWords(node) { return shared }
        for known in conditions where known.node == node { return known.pointer }
        let value = evaluation.graph.nodes[Int(node)]
        let isCross = value.operation == .crossesAbove || value.operation == .crossesBelow
        if isCross {
            let pair = cross(value, node, store)
            return value.operation == .crossesAbove ? pair.above : pair.below
        }
        let operands = prepare(node, store)
        let out = scratch.words(evaluation.graph.length(of: node))
        evaluation.compute(node, column: operands.column, condition: operands.condition, into: out)
        conditions.append((node, Words(out)))
        return Words(out)
    }

    // Both crosses of a pair come from the same pass, and strategies mostly use both.
    private mutating func cross(
        _ value: FeatureNode,
        _ node: Int32,
        _ store: FeatureStore
    ) -> (above: Words, below: Words) {
        for known in crosses where known.a == value.a && known.b == value.b {
            return (known.above, known.below)
        }
        let operands = prepare(node, store)
        let length = evaluation.graph.length(of: node)
        let above = scratch.words(length)
        let below = scratch.words(length)
        let count = evaluation.graph.barCount(of: node)
        ConditionKernels.sides(
            evaluation.operand(value.a, operands.column),
            evaluation.operand(value.b, operands.column),
            count,
            above: above,
            below: below
        )
        ConditionKernels.crosses(above: above, below: below, count)
        crosses.append((value.a, value.b, Words(above), Words(below)))
        return (Words(above), Words(below))
    }

    /// The values of a node's operands, computed first so that the node itself can be computed without this evaluator.
    private struct Operands {
        var ids: (Int32, Int32, Int32) = (-1, -1, -1)
        var columns: (Doubles?, Doubles?, Doubles?) = (nil, nil, nil)
        var words: (Words?, Words?) = (nil, nil)

        func column(_ id: Int32) -> Doubles {
            let found = id == ids.0 ? columns.0 : id == ids.1 ? columns.1 : columns.2
            guard let found else { preconditionFailure("an operand was not prepared") }
            return found
        }

        func condition(_ id: Int32) -> Words {
            guard let found = id == ids.0 ? words.0 : words.1 else {
                preconditionFailure("an operand was not prepared")
            }
            return found
        }
    }

    private mutating func prepare(_ node: Int32, _ store: FeatureStore) -> Operands {
        let value = evaluation.graph.nodes[Int(node)]
        var operands = Operands(ids: (value.a, value.b, value.c))
        let passesNumbers = value.operation.takesNumbers
        if value.a >= 0 {
            if isCondition(value.a) {
                operands.words.0 = condition(value.a, store)
            } else if !(passesNumbers && isConstant(value.a)) {
                operands.columns.0 = column(value.a, store)
            }
        }
        if value.b >= 0 {
            if isCondition(value.b) {
                operands.words.1 = condition(value.b, store)
            } else if !(passesNumbers && isConstant(value.b)) {
                operands.columns.1 = column(value.b, store)
            }
        }
        if value.c >= 0 { operands.columns.2 = column(value.c, store) }
        return operands
    }

    private func isCondition(_ node: Int32) -> Bool {
        evaluation.graph.nodes[Int(node)].operation.isCondition
    }

    private func isConstant(_ node: Int32) -> Bool {
        evaluation.graph.nodes[Int(node)].operation == .constant
    }
}

extension FeatureOperation {
    /// Whether a constant operand stays a number instead of being spread over a column.
    var takesNumbers: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .minimum, .maximum, .greater, .greaterOrEqual, .equal,
            .notEqual,
            .crossesAbove, .crossesBelow:
            true
        default: false
        }
    }
}
