/// Returns of many candidates, folded into blocks of time: all that a combinatorial cross-validation needs.
///
/// Two numbers a block and candidate, so it can be filled from the finest returns while a run goes on.
public struct BlockTable: Sendable, Equatable {
    /// What the candidates are ranked by.
    public let metric: BlockMetric
    /// Number of blocks, S: even.
    public let blocks: Int
    /// Returns in each block.
    public let length: Int
    /// Returns at the start that belong to no block.
    public let dropped: Int
    /// Number of candidates.
    public private(set) var count = 0
    /// Candidate after candidate: the first numbers of its blocks, then the second ones.
    var values: [Double] = []

    /// A table without candidates; `nil` unless S is even and each block has two returns or more.
    ///
    /// The oldest n mod S returns are dropped.
    public init?(metric: BlockMetric, blocks: Int, periods: Int) {
        guard blocks >= 2, blocks % 2 == 0, blocks <= 24, periods / blocks >= 1, periods / 2 >= 2 else {
            return nil
        }
        self.metric = metric
        self.blocks = blocks
        length = periods / blocks
        dropped = periods % blocks
    }

    /// The table of columns.
    public init?<Columns: ReturnColumns>(_ columns: Columns, metric: BlockMetric, blocks: Int) {
        self.init(metric: metric, blocks: blocks, periods: columns.periods)
        values.reserveCapacity(columns.count * blocks * 2)
        for index in 0..<columns.count { columns.withColumn(index) { append($0) } }
    }

    /// Adds a candidate by its returns, the oldest first, those to be dropped included.
    public mutating func append(_ returns: Span<Double>) {
        precondition(returns.count == dropped + length * blocks)
        append(
            (0..<blocks).map { block in
                var fold = BlockFold(metric)
                let start = dropped + block * length
                for t in start..<start + length { fold.add(returns[t]) }
                return fold
            }
        )
    }

    /// Adds a candidate by its blocks, the oldest first.
    public mutating func append(_ folds: [BlockFold]) {
        precondition(folds.count == blocks && folds.allSatisfy { $0.count == length })
        values.append(contentsOf: folds.lazy.map(\.first))
        values.append(contentsOf: folds.lazy.map(\.second))
        count += 1
    }
}
