import BacktestModel
import BacktestRules

/// How many signals a parameter set has, and what those that a worker works out ahead would take, told from one set.
struct SignalDemand: Sendable {
    /// Signals of each slot, those of files included.
    private(set) var counts: [Int]
    /// Bytes of the signals of a window of sets, all slots together, and of the rows that they are gathered in.
    private(set) var bytes = 0

    /// Bytes of a signal in a list.
    private static let rowBytes = 5
    /// Bytes in hundredths of a list's that gathering takes: the rows' memory grows by doubling.
    private static let gatheringPercent = 150

    /// The demand of `sets` where so many workers share them.
    ///
    /// The rules do not tell how often they fire, so the set in the middle is evaluated.
    init(_ prepared: PreparedRun, sets: Range<Int>, jobs: Int) {
        counts = prepared.slots.indices.map { prepared.fileSignals[$0]?.count ?? 0 }
        guard !sets.isEmpty else { return }
        let middle = sets.lowerBound + sets.count / 2
        guard let variants = SignalVariants(prepared, sets: middle..<middle + 1, limit: .max, jobs: 1)
        else { return }
        var evaluator = SignalEvaluator(graph: variants.graph)
        let shared = min(SignalWindow.lengthMax, max(1, sets.count / (4 * max(1, jobs))))
        var gathering = 0
        for slot in prepared.slots.indices {
            guard let variant = variants.variant(slot: slot, set: middle) else { continue }
            let list = evaluator.signals(for: variant, store: variants.store)
            counts[slot] = list.count
            let each = max(1, list.count * SignalDemand.rowBytes)
            let fitting = max(1, ContainerWorker.signalBytes / prepared.slots.count / each)
            let window = min(shared, fitting) * each
            bytes += window
            gathering = max(gathering, window * SignalDemand.gatheringPercent / 100)
        }
        bytes += gathering
    }
}
