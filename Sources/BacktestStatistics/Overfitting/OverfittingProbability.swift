import Glibc

/// The probability of backtest overfitting, by combinatorially symmetric cross-validation.
///
/// The periods are cut into S blocks; of every choice of S / 2 of them the best candidate is looked up in the others.
/// Source: Bailey, Borwein, Lopez de Prado, Zhu, The probability of backtest overfitting, 2015.
///
/// Conventions: blocks in order of time; ties for the best go to the lower index; ranks out of sample ascend from 1 for
/// the worst, tied ones sharing their mean; w = rank / (N + 1), logit = ln(w / (1 - w)).
public struct OverfittingProbability: Sendable, Equatable {
    /// One choice of blocks.
    public struct Split: Sendable, Equatable {
        /// The best candidate in sample.
        public var selected: Int
        /// Its value in sample.
        public var inSample: Double
        /// Its value out of sample.
        public var outOfSample: Double
        /// The logit of its relative rank out of sample.
        public var logit: Double
    }

    /// Number of blocks.
    public let blocks: Int
    /// Returns used.
    public let rows: Int
    /// Returns left out, the oldest ones.
    public let droppedRows: Int
    /// Every choice, in lexicographic order of its blocks.
    public let splits: [Split]

    /// Goes through all choices; `nil` for fewer than two candidates.
    ///
    /// O(choices x candidates) with a join of two subsets each: 10,000 candidates and 16 blocks take a second or two.
    public init?(_ table: BlockTable) {
        guard table.count > 1 else { return nil }
        blocks = table.blocks
        rows = table.blocks * table.length
        droppedRows = table.dropped
        let masks = OverfittingProbability.masks(blocks: table.blocks)
        var selection = SplitSelection(splits: masks.count)
        var tile = SubsetScores(table, width: SplitSelection.width)
        let all = (1 << table.blocks) - 1
        let tiles = stride(from: 0, to: table.count, by: SplitSelection.width).map { start in
            Array(start..<min(start + SplitSelection.width, table.count))
        }
        for candidates in tiles {
            tile.load(candidates, of: table)
            for (split, mask) in masks.enumerated() {
                tile.withScores(mask) {
                    selection.choose(split, among: $0.prefix(candidates.count), candidates[0])
                }
            }
        }
        var single = SubsetScores(table, width: 1)
        for (candidate, chosen) in selection.splitsBySelected() {
            single.load([candidate], of: table)
            for split in chosen {
                selection.outOfSample[split] = single.withScores(all & ~masks[split]) { $0[0] }
            }
        }
        for candidates in tiles {
            tile.load(candidates, of: table)
            for (split, mask) in masks.enumerated() {
                tile.withScores(all & ~mask) { selection.rank(split, among: $0.prefix(candidates.count)) }
            }
        }
        splits = selection.splits(candidates: table.count)
    }

    /// All choices of half of the blocks as bits, in lexicographic order of the chosen.
    static func masks(blocks: Int) -> [Int] {
        var masks: [Int] = []
        func extend(_ mask: Int, from first: Int, wanted: Int) {
            guard wanted > 0 else { return masks.append(mask) }
            for block in stride(from: first, through: blocks - wanted, by: 1) {
                extend(mask | 1 << block, from: block + 1, wanted: wanted - 1)
            }
        }
        extend(0, from: 0, wanted: blocks / 2)
        return masks
    }
}

extension OverfittingProbability {
    /// Share of the choices whose best is in the lower half out of sample (logit <= 0).
    public var probability: Double { share { $0.logit <= 0 } }
    /// Share of the choices whose best loses out of sample.
    public var probabilityOfLoss: Double { share { $0.outOfSample < 0 } }
    /// Mean logit.
    public var logitMean: Double { splits.reduce(0) { $0 + $1.logit } / Double(splits.count) }
    /// Median logit.
    public var logitMedian: Double { Samples.median(splits.map(\.logit)) ?? 0 }

    /// Line of the best's value out of sample over that in sample: a falling one says that choosing harder gives less.
    ///
    /// `nil` where the values in sample are all the same.
    public var degradation: LeastSquares? {
        LeastSquares(x: splits.map(\.inSample), y: splits.map(\.outOfSample))
    }

    /// Counts of the logits in 21 classes of width 0.5 from -5.25 to 5.25; what lies beyond is in the outer ones.
    public var histogram: [Int] {
        var counts = [Int](repeating: 0, count: 21)
        for split in splits { counts[Int(min(max((split.logit + 5.25) / 0.5, 0), 20))] += 1 }
        return counts
    }

    private func share(_ isMember: (Split) -> Bool) -> Double {
        Double(splits.count(where: isMember)) / Double(splits.count)
    }
}

/// What is known of every choice while tiles of candidates go by.
private struct SplitSelection {
    /// Candidates in a tile: small enough for the second-level cache, wide enough for vectors.
    static let width = 128

    var selected: [Int]
    var inSample: [Double]
    var outOfSample: [Double]
    private var below: [Int]
    private var equal: [Int]

    init(splits: Int) {
        selected = [Int](repeating: -1, count: splits)
        inSample = [Double](repeating: -.infinity, count: splits)
        outOfSample = [Double](repeating: 0, count: splits)
        below = [Int](repeating: 0, count: splits)
        equal = [Int](repeating: 0, count: splits)
    }

    mutating func choose(_ split: Int, among scores: Slice<UnsafeBufferPointer<Double>>, _ first: Int) {
        var best = inSample[split]
        var place = -1
        let scores = UnsafeBufferPointer(rebasing: scores)
        for index in 0..<scores.count where scores[index] > best { (best, place) = (scores[index], index) }
        guard place >= 0 else { return }
        inSample[split] = best
        selected[split] = first + place
    }

    mutating func rank(_ split: Int, among scores: Slice<UnsafeBufferPointer<Double>>) {
        let value = outOfSample[split]
        let scores = UnsafeBufferPointer(rebasing: scores)
        var (less, same) = (0, 0)
        for index in 0..<scores.count {
            less &+= scores[index] < value ? 1 : 0
            same &+= scores[index] == value ? 1 : 0
        }
        below[split] += less
        equal[split] += same
    }

    /// The choices by the candidate they selected, in order.
    func splitsBySelected() -> [(Int, [Int])] {
        let order = selected.indices.sorted { (selected[$0], $0) < (selected[$1], $1) }
        var groups: [(Int, [Int])] = []
        for split in order {
            if groups.last?.0 == selected[split] {
                groups[groups.count - 1].1.append(split)
            } else {
                groups.append((selected[split], [split]))
            }
        }
        return groups
    }

    func splits(candidates: Int) -> [OverfittingProbability.Split] {
        selected.indices.map { split in
            let rank = Double(below[split]) + Double(equal[split] + 1) / 2
            return OverfittingProbability.Split(
                selected: selected[split],
                inSample: inSample[split],
                outOfSample: outOfSample[split],
                // Exactly 0 for the middle rank: w / (1 - w) = rank / (N + 1 - rank).
                logit: log(rank / (Double(candidates + 1) - rank))
            )
        }
    }
}
