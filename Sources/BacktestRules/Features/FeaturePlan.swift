/// Which nodes of a graph some variants share, and so are computed up front and kept.
///
/// A node that two or more of the variants use is computed once for all; what one variant alone uses is left to the worker
/// that needs it, so a sweep over thousands of distinct windows keeps no thousands of columns.
public struct FeaturePlan: Sendable {
    /// Nodes to compute, in order of level.
    let order: [Int32]
    /// For each of `order` whether variants read it; the others are steps on the way and dropped.
    let isKept: [Bool]
    /// Bytes of the kept columns.
    public let byteCount: Int
    /// The most bytes at once while the store is made: kept columns, and steps until the last level that reads them.
    public let peakByteCount: Int
    /// For each of `order` the last level that reads it, -1 for none.
    let lastUse: [Int32]

    /// Bytes that the most demanding variant needs for the columns that it shares with none.
    public let largestOwnByteCount: Int

    /// Number of kept columns.
    public var columnCount: Int { isKept.count { $0 } }

    /// Plans for some variants of a graph.
    public init(graph: FeatureGraph, variants: some Sequence<BoundStrategy>) {
        var walk = FeatureWalk(nodeCount: graph.nodeCount)
        var users = [UInt8](repeating: 0, count: graph.nodeCount)
        var all: [BoundStrategy] = []
        for variant in variants {
            all.append(variant)
            walk.visit(variant, graph) { node in
                users[Int(node)] = min(users[Int(node)] + 1, 2)
                return true
            }
        }
        let evaluation = FeatureEvaluation(graph: graph)
        func isShared(_ node: Int32) -> Bool {
            if users[Int(node)] < 2 { return false }
            switch graph.nodes[Int(node)].operation {
            case .constant, .always: return false
            default: return evaluation.tapeColumn(node) == nil
            }
        }
        var kept = [Bool](repeating: false, count: graph.nodeCount)
        var largest = 0
        for variant in all {
            var own = 0
            defer { largest = max(largest, own) }
            walk.visit(variant, graph) { node in
                if !isShared(node) {
                    if evaluation.tapeColumn(node) == nil { own += 8 * graph.length(of: node) }
                    return true
                }
                kept[Int(node)] = true
                return false
            }
        }
        largestOwnByteCount = largest
        let shared = (0..<Int32(graph.nodeCount)).filter(isShared)
        order = shared.sorted { (graph.levels[Int($0)], $0) < (graph.levels[Int($1)], $1) }
        isKept = order.map { kept[Int($0)] }
        byteCount = zip(order, isKept).reduce(0) { $1.1 ? $0 + 8 * graph.length(of: $1.0) : $0 }
        lastUse = FeaturePlan.lastUses(order, graph)
        peakByteCount = FeaturePlan.peak(order, isKept, lastUse, graph)
    }

    private static func lastUses(_ order: [Int32], _ graph: FeatureGraph) -> [Int32] {
        var places = [Int32](repeating: -1, count: graph.nodeCount)
        var lastUse = [Int32](repeating: -1, count: order.count)
        for (place, node) in order.enumerated() {
            places[Int(node)] = Int32(place)
            let value = graph.nodes[Int(node)]
            for operand in [value.a, value.b, value.c] where operand >= 0 && places[Int(operand)] >= 0 {
                let used = Int(places[Int(operand)])
                lastUse[used] = max(lastUse[used], graph.levels[Int(node)])
            }
        }
        return lastUse
    }

    /// What is there at the end of the level at which most is there, before that level's last steps go.
    private static func peak(
        _ order: [Int32],
        _ isKept: [Bool],
        _ lastUse: [Int32],
        _ graph: FeatureGraph
    ) -> Int {
        // Bytes that come with a level, and those that go after it.
        let count = Int(order.last.map { graph.levels[Int($0)] } ?? -1) + 1
        var coming = [Int](repeating: 0, count: count)
        var going = coming
        for (place, node) in order.enumerated() {
            let level = Int(graph.levels[Int(node)])
            coming[level] += 8 * graph.length(of: node)
            if !isKept[place] { going[max(level, Int(lastUse[place]))] += 8 * graph.length(of: node) }
        }
        var bytes = 0
        var most = 0
        for level in 0..<count {
            bytes += coming[level]
            most = max(most, bytes)
            bytes -= going[level]
        }
        return most
    }

    /// Splits variants into consecutive waves whose stores need at most `limit` bytes each while they are made.
    ///
    /// A wave that is too large is halved, down to one variant (which shares nothing and needs no store).
    public static func waves(graph: FeatureGraph, variants: [BoundStrategy], limit: Int) -> [Range<Int>] {
        var waves: [Range<Int>] = []
        var open = variants.isEmpty ? [] : [variants.indices]
        while let range = open.popLast() {
            let plan = FeaturePlan(graph: graph, variants: variants[range])
            if plan.peakByteCount <= limit || range.count == 1 {
                waves.append(range)
            } else {
                let middle = range.lowerBound + range.count / 2
                open.append(middle..<range.upperBound)
                open.append(range.lowerBound..<middle)
            }
        }
        return waves
    }
}

/// Visits each node of a variant once.
struct FeatureWalk {
    private var seen: [Int32]
    private var stamp: Int32 = 0
    private var stack: [Int32] = []

    init(nodeCount: Int) { seen = [Int32](repeating: 0, count: nodeCount) }

    /// Calls `body` with every node that the variant reaches; where it returns false, the node's operands are passed over.
    mutating func visit(_ variant: BoundStrategy, _ graph: FeatureGraph, _ body: (Int32) -> Bool) {
        stamp += 1
        variant.forEachRoot { push($0) }
        while let node = stack.popLast() {
            guard body(node) else { continue }
            let value = graph.nodes[Int(node)]
            if value.a >= 0 { push(value.a) }
            if value.b >= 0 { push(value.b) }
            if value.c >= 0 { push(value.c) }
        }
    }

    private mutating func push(_ node: Int32) {
        if seen[Int(node)] == stamp { return }
        seen[Int(node)] = stamp
        stack.append(node)
    }
}
