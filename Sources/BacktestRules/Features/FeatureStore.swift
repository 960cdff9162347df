import BacktestConcurrency
import BacktestMarketData
import BacktestModel

/// The values of the nodes that several variants share: computed once, read by every worker.
public struct FeatureStore: Sendable {
    /// Bytes of the columns that it holds.
    public let byteCount: Int
    private let numbers: [Column<Double>?]
    private let conditions: [Column<UInt64>?]
    // Where a node's value lies, -1 where it is not here.
    private let slots: [Int32]

    /// A store that holds nothing: every node is computed by the worker that needs it.
    public init() {
        byteCount = 0
        numbers = []
        conditions = []
        slots = []
    }

    /// Computes what a plan asks for on `jobs` threads; the values do not depend on `jobs`.
    public init(graph: FeatureGraph, plan: FeaturePlan, jobs: Int) {
        var building = Building(graph: graph, plan: plan)
        var start = 0
        while start < plan.order.count {
            let level = graph.levels[Int(plan.order[start])]
            var end = start
            while end < plan.order.count, graph.levels[Int(plan.order[end])] == level { end += 1 }
            building.compute(start..<end, jobs: jobs)
            start = end
        }
        byteCount = plan.byteCount
        numbers = building.numbers
        conditions = building.conditions
        slots = building.slots
    }

    /// The column of a number node, `nil` where it is not here.
    @inline(__always)
    func numberColumn(_ node: Int32) -> Doubles? {
        guard Int(node) < slots.count, slots[Int(node)] >= 0 else { return nil }
        return numbers[Int(slots[Int(node)])]?.pointer
    }

    /// The bitmap of a condition node, `nil` where it is not here.
    @inline(__always)
    func conditionWords(_ node: Int32) -> Words? {
        guard Int(node) < slots.count, slots[Int(node)] >= 0 else { return nil }
        return conditions[Int(slots[Int(node)])]?.pointer
    }

    private enum Computed: Sendable {
        case number(Column<Double>)
        case condition(Column<UInt64>)
    }

    /// A store on its way: level by level, each level in parallel from the levels below.
    private struct Building: Sendable {
        let graph: FeatureGraph
        let plan: FeaturePlan
        var numbers: [Column<Double>?]
        var conditions: [Column<UInt64>?]
        var slots: [Int32]

        init(graph: FeatureGraph, plan: FeaturePlan) {
            self.graph = graph
            self.plan = plan
            numbers = Array(repeating: nil, count: plan.order.count)
            conditions = Array(repeating: nil, count: plan.order.count)
            slots = [Int32](repeating: -1, count: graph.nodeCount)
            for (slot, node) in plan.order.enumerated() { slots[Int(node)] = Int32(slot) }
        }

        mutating func compute(_ range: Range<Int>, jobs: Int) {
            let snapshot = self
            let bars = range.reduce(0) { $0 + graph.barCount(of: plan.order[$1]) }
            // A thread costs more than a few thousand bars.
            let threads = bars < 50_000 ? 1 : jobs
            let results = WorkerPool.map(range.count, threads: threads) { offset in
                snapshot.value(of: snapshot.plan.order[range.lowerBound + offset])
            }
            for (offset, result) in results.enumerated() {
                switch result {
                case .number(let column): numbers[range.lowerBound + offset] = column
                case .condition(let column): conditions[range.lowerBound + offset] = column
                }
            }
            let level = graph.levels[Int(plan.order[range.lowerBound])]
            for slot in 0..<range.upperBound where !plan.isKept[slot] && plan.lastUse[slot] <= level {
                numbers[slot] = nil
                conditions[slot] = nil
            }
        }

        private func value(of node: Int32) -> Computed {
            let evaluation = FeatureEvaluation(graph: graph)
            // Constants that a window runs over are the only operands that are neither on the tape nor planned.
            let spread = SpreadConstants(graph: graph, node: node)
            func column(_ operand: Int32) -> Doubles {
                if let own = evaluation.tapeColumn(operand) { return own }
                if let own = spread.pointer(operand) { return own }
                guard let shared = numbers[Int(slots[Int(operand)])] else {
                    preconditionFailure("an operand of a shared node is not there")
                }
                return shared.pointer
            }
            func condition(_ operand: Int32) -> Words {
                if let own = spread.words(operand) { return own }
                guard let shared = conditions[Int(slots[Int(operand)])] else {
                    preconditionFailure("an operand of a shared node is not there")
                }
                return shared.pointer
            }
            let length = graph.length(of: node)
            if !graph.nodes[Int(node)].operation.isCondition {
                return .number(
                    Column(count: length) { buffer in
                        guard let out = buffer.baseAddress else { return }
                        evaluation.compute(node, column: column, condition: condition, into: out)
                    }
                )
            }
            return .condition(
                Column(count: length) { buffer in
                    guard let out = buffer.baseAddress else { return }
                    let operation = graph.nodes[Int(node)].operation
                    guard operation == .crossesAbove || operation == .crossesBelow else {
                        return evaluation.compute(node, column: column, condition: condition, into: out)
                    }
                    evaluation.computeCross(node, column: column, into: out)
                }
            )
        }
    }
}

/// Columns of the constant operands of one node.
private struct SpreadConstants {
    private var numbers: [(node: Int32, column: Column<Double>)] = []
    private var conditions: [(node: Int32, column: Column<UInt64>)] = []

    init(graph: FeatureGraph, node: Int32) {
        let value = graph.nodes[Int(node)]
        for operand in [value.a, value.b, value.c] where operand >= 0 {
            let count = graph.barCount(of: operand)
            let constant = graph.nodes[Int(operand)]
            if constant.operation == .constant, !value.operation.isPointwise {
                let column = Column<Double>(count: count) { $0.update(repeating: constant.number) }
                numbers.append((operand, column))
            } else if constant.operation == .always {
                let column = Column<UInt64>(count: (count + 63) / 64) { buffer in
                    guard let out = buffer.baseAddress else { return }
                    ConditionKernels.fill(constant.number != 0, count, out)
                }
                conditions.append((operand, column))
            }
        }
    }

    func pointer(_ node: Int32) -> Doubles? { numbers.first { $0.node == node }?.column.pointer }
    func words(_ node: Int32) -> Words? { conditions.first { $0.node == node }?.column.pointer }
}
