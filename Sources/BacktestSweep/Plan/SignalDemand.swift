import BacktestModel
import BacktestRules

/// How many signals a parameter set has, and what those that a worker works out ahead would take, told from one set.
struct SignalDemand: Sendable {
    /// Signals of each slot, those of files included.
    private(set) var counts: [Int]
    /// Whether each is worked out of rules.
    private let isWorkedOut: [Bool]

    /// Bytes of a signal in a list.
    private static let rowBytes = 5
    /// Bytes in hundredths of a list's that gathering takes: the rows' memory grows by doubling.
    private static let gatheringPercent = 150

    /// The demand of `sets`.
    ///
    /// The rules do not tell how often they fire, so the set in the middle is evaluated.
    init(_ prepared: PreparedRun, sets: Range<Int>) {
        var counts = prepared.slots.indices.map { prepared.fileSignals[$0]?.count ?? 0 }
        var isWorkedOut = counts.map { _ in false }
        let middle = sets.lowerBound + sets.count / 2
        if !sets.isEmpty,
            let variants = SignalVariants(prepared, sets: middle..<middle + 1, limit: .max, jobs: 1)
        {
            var evaluator = SignalEvaluator(graph: variants.graph)
            for slot in counts.indices {
                guard let variant = variants.variant(slot: slot, set: middle) else { continue }
                counts[slot] = evaluator.signals(for: variant, store: variants.store).count
                isWorkedOut[slot] = true
            }
        }
        self.counts = counts
        self.isWorkedOut = isWorkedOut
    }

    /// Bytes of one more set in every window.
    var bytesPerSet: Int { bytes(ofSets: { _ in 1 }) }

    /// Bytes where a worker takes so many sets at once.
    func bytes(_ budget: SignalBudget, sets: Int) -> Int {
        bytes { each in min(sets, budget.sets, max(1, budget.bytes / counts.count / each)) }
    }

    /// The lists of all slots, and the rows that those of one slot are gathered in; `sets` is told the bytes of one set's list.
    private func bytes(ofSets sets: (Int) -> Int) -> Int {
        var bytes = 0
        var gathering = 0
        for (count, _) in zip(counts, isWorkedOut).filter(\.1) {
            let each = max(1, count * SignalDemand.rowBytes)
            let window = sets(each) * each
            bytes += window
            gathering = max(gathering, window * SignalDemand.gatheringPercent / 100)
        }
        return bytes + gathering
    }
}
