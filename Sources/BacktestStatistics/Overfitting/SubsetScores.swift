/// Scores of a tile of candidates over any choice of blocks.
///
/// Every subset of the older half of the blocks and of the younger half is joined once; a choice of blocks is a subset of
/// each, so that it costs one join a candidate however many blocks there are.
struct SubsetScores {
    private let metric: BlockMetric
    private let half: Int
    private let length: Double
    private let width: Int
    /// Subset after subset, each with the first numbers of all candidates, then the second ones; older half first.
    private var table: [Double]
    private var scores: [Double]

    init(_ table: BlockTable, width: Int) {
        metric = table.metric
        half = table.blocks / 2
        length = Double(table.length)
        self.width = width
        self.table = [Double](repeating: 0, count: 2 * (1 << half) * 2 * width)
        scores = [Double](repeating: 0, count: width)
    }

    /// Turns to other candidates, `width` of them at most.
    mutating func load(_ candidates: [Int], of blocks: BlockTable) {
        let neutral = metric == .totalReturn ? 1.0 : 0
        for side in 0..<2 {
            let base = side << half
            for place in 0..<width { table[base * 2 * width + place] = neutral }
            for place in 0..<width { table[(base * 2 + 1) * width + place] = 0 }
            for subset in 1..<(1 << half) {
                // The lowest block joins the rest, so a subset is joined in the same order whoever its candidates are.
                let rest = subset & (subset - 1)
                let block = side * half + subset.trailingZeroBitCount
                let joint = metric.joint(of: Double(rest.nonzeroBitCount) * length, and: length)
                let (from, to) = ((base + rest) * 2 * width, (base + subset) * 2 * width)
                for (place, candidate) in candidates.enumerated() {
                    let source = candidate * blocks.blocks * 2 + block
                    let (first, second) = (blocks.values[source], blocks.values[source + blocks.blocks])
                    let mean = table[from + place]
                    table[to + place] = joint.first(mean, first)
                    table[to + width + place] = joint.second(
                        table[from + width + place],
                        second,
                        means: mean,
                        first
                    )
                }
            }
        }
    }

    /// Lends the scores of all candidates of the tile over the blocks of a mask, the oldest block in the lowest bit.
    mutating func withScores<Result>(_ mask: Int, _ body: (UnsafeBufferPointer<Double>) -> Result) -> Result {
        let (old, young) = (mask & ((1 << half) - 1), mask >> half)
        let (a, b) = (Double(old.nonzeroBitCount) * length, Double(young.nonzeroBitCount) * length)
        let joint = metric.joint(of: a, and: b)
        let (left, right) = (old * 2 * width, ((1 << half) + young) * 2 * width)
        let (metric, width) = (metric, width)
        table.withUnsafeBufferPointer { table in
            scores.withUnsafeMutableBufferPointer { scores in
                // The switch stands outside of the loop: each loop is a straight line.
                switch metric {
                case .sharpeRatio: Self.fill(.sharpeRatio, scores, table, left, right, joint, a + b, width)
                case .sortinoRatio: Self.fill(.sortinoRatio, scores, table, left, right, joint, a + b, width)
                case .totalReturn: Self.fill(.totalReturn, scores, table, left, right, joint, a + b, width)
                case .meanReturn: Self.fill(.meanReturn, scores, table, left, right, joint, a + b, width)
                }
            }
        }
        return scores.withUnsafeBufferPointer(body)
    }

    @inline(__always) private static func fill(
        _ metric: BlockMetric,
        _ scores: UnsafeMutableBufferPointer<Double>,
        _ table: UnsafeBufferPointer<Double>,
        _ left: Int,
        _ right: Int,
        _ joint: BlockJoint,
        _ count: Double,
        _ width: Int
    ) {
        for place in 0..<width {
            let (m, n) = (table[left + place], table[right + place])
            scores[place] = metric.value(
                first: joint.first(m, n),
                second: joint.second(table[left + width + place], table[right + width + place], means: m, n),
                count: count
            )
        }
    }
}
