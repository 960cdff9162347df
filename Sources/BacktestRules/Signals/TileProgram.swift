import BacktestMarketData
import BacktestModel

/// The conditions of one variant as straight steps over a tile of bars; `nil` where one of them needs more than a tile.
///
/// Comparisons, crosses and logic of columns that are there already look at each bar once, so they can be worked out for
/// any run of bars by themselves, given which side a cross was on before it.
struct TileProgram {
    /// A bitmap of the tile: part of a shared one, or what a step has written.
    enum Source {
        case shared(Words)
        case slot(Int)
    }

    /// A step that writes the bitmap of a slot; a cross writes its slot (above) and the next one (below).
    enum Step {
        case compare(FeatureOperation, PointwiseKernels.Operand, PointwiseKernels.Operand, slot: Int)
        case cross(PointwiseKernels.Operand, PointwiseKernels.Operand, slot: Int, state: Int)
        case and(Source, Source, slot: Int)
        case or(Source, Source, slot: Int)
        case not(Source, slot: Int)
        case constant(Bool, slot: Int)
    }

    private(set) var steps: [Step] = []
    /// The bitmaps that fire actions, at most four: actions with one bitmap are one group.
    private(set) var groups: [(source: Source, mask: UInt8)] = []
    private(set) var slotCount = 0
    private(set) var crossCount = 0
    let isEdge: Bool
    /// Bars of the variant's symbol.
    let barCount: Int
    /// The columns that the steps read.
    private(set) var columns: [Doubles] = []

    private var known: [(node: Int32, source: Source)] = []
    private var groupNodes: [Int32] = []

    init?(_ variant: BoundStrategy, _ evaluation: FeatureEvaluation, _ store: FeatureStore) {
        guard variant.strength < 0 else { return nil }
        isEdge = variant.trigger == .edge
        barCount = evaluation.graph.tape.series[variant.symbol].count
        let roots: [(Int32, SignalAction)] = [
            (variant.enterLong, .enterLong), (variant.exitLong, .exitLong),
            (variant.enterShort, .enterShort), (variant.exitShort, .exitShort),
        ]
        for (node, action) in roots where node >= 0 {
            if let place = groupNodes.firstIndex(of: node) {
                groups[place].mask |= action.mask
                continue
            }
            guard let source = condition(node, evaluation, store) else { return nil }
            groupNodes.append(node)
            groups.append((source, action.mask))
        }
        // Without an action there is nothing to work out.
        if groups.isEmpty { return nil }
    }

    private mutating func takeSlot() -> Int {
        slotCount += 1
        return slotCount - 1
    }

    private mutating func condition(
        _ node: Int32,
        _ evaluation: FeatureEvaluation,
        _ store: FeatureStore
    ) -> Source? {
        if let shared = store.conditionWords(node) { return .shared(shared) }
        for entry in known where entry.node == node { return entry.source }
        let value = evaluation.graph.nodes[Int(node)]
        let source: Source
        switch value.operation {
        case .always:
            let slot = takeSlot()
            steps.append(.constant(value.number != 0, slot: slot))
            source = .slot(slot)
        case .greater, .greaterOrEqual, .equal, .notEqual:
            guard let a = operand(value.a, evaluation, store), let b = operand(value.b, evaluation, store)
            else { return nil }
            let slot = takeSlot()
            steps.append(.compare(value.operation, a, b, slot: slot))
            source = .slot(slot)
        case .crossesAbove, .crossesBelow:
            guard let slot = cross(value, evaluation, store) else { return nil }
            return .slot(value.operation == .crossesAbove ? slot : slot + 1)
        case .and, .or:
            guard let a = condition(value.a, evaluation, store),
                let b = condition(value.b, evaluation, store)
            else { return nil }
            let slot = takeSlot()
            steps.append(value.operation == .and ? .and(a, b, slot: slot) : .or(a, b, slot: slot))
            source = .slot(slot)
        case .not:
            guard let a = condition(value.a, evaluation, store) else { return nil }
            let slot = takeSlot()
            steps.append(.not(a, slot: slot))
            source = .slot(slot)
        default:
            return nil
        }
        known.append((node, source))
        return source
    }

    /// Both crosses of a pair come from one step.
    private mutating func cross(
        _ value: FeatureNode,
        _ evaluation: FeatureEvaluation,
        _ store: FeatureStore
    ) -> Int? {
        for entry in crosses where entry.a == value.a && entry.b == value.b { return entry.slot }
        guard let a = operand(value.a, evaluation, store), let b = operand(value.b, evaluation, store) else {
            return nil
        }
        let slot = takeSlot()
        _ = takeSlot()
        steps.append(.cross(a, b, slot: slot, state: crossCount))
        crossCount += 1
        crosses.append((value.a, value.b, slot))
        return slot
    }

    private var crosses: [(a: Int32, b: Int32, slot: Int)] = []

    private mutating func operand(
        _ node: Int32,
        _ evaluation: FeatureEvaluation,
        _ store: FeatureStore
    ) -> PointwiseKernels.Operand? {
        let value = evaluation.graph.nodes[Int(node)]
        if value.operation == .constant { return .number(value.number) }
        guard let column = store.numberColumn(node) ?? evaluation.tapeColumn(node) else { return nil }
        if !columns.contains(column) { columns.append(column) }
        return .column(column)
    }
}

extension TileProgram.Source {
    /// The words of a tile that begins at a word.
    @inline(__always)
    func words(_ slots: MutableWords, _ stride: Int, at word: Int) -> Words {
        switch self {
        case .shared(let words): words + word
        case .slot(let slot): Words(slots + slot * stride)
        }
    }
}

extension PointwiseKernels.Operand {
    /// The operand from a bar on.
    @inline(__always)
    func from(_ bar: Int) -> PointwiseKernels.Operand {
        switch self {
        case .column(let column): .column(column + bar)
        case .number: self
        }
    }
}
