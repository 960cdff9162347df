import BacktestMarketData
import BacktestModel
import BacktestRules

/// The strategy variants of a run of parameter sets, bound to one graph, with the columns that several of them share.
struct SignalVariants: Sendable {
    let graph: FeatureGraph
    let store: FeatureStore
    private let variants: [BoundStrategy]
    private let first: Int
    /// Place of each slot among the slots that rules feed, -1 for signal files.
    private let places: [Int]
    private let width: Int

    /// Binds the sets of a range; `nil` where the shared columns would take more than `limit` bytes and it can be halved.
    init?(_ prepared: PreparedRun, sets: Range<Int>, limit: Int, jobs: Int) {
        var graph = FeatureGraph(tape: prepared.loaded.tape)
        var places = [Int](repeating: -1, count: prepared.slots.count)
        var width = 0
        for (index, slot) in prepared.slots.enumerated() {
            guard case .rules = prepared.plan.strategies[slot.strategy].source else { continue }
            places[index] = width
            width += 1
        }
        var variants: [BoundStrategy] = []
        variants.reserveCapacity(sets.count * width)
        for set in sets {
            let parameters = prepared.plan.settings(ofPortfolio: -1, set: set).parameters
            for (index, slot) in prepared.slots.enumerated() where places[index] >= 0 {
                let strategy = prepared.plan.strategies[slot.strategy]
                guard case .rules(let rules) = strategy.source else { continue }
                let own = parameters[
                    strategy.parameterOffset..<strategy.parameterOffset + rules.parameterNames.count
                ]
                variants.append(
                    graph.bind(
                        rules: rules,
                        parameters: Array(own),
                        symbol: slot.symbol,
                        strategySymbols: strategy.symbols
                    )
                )
            }
        }
        let plan = FeaturePlan(graph: graph, variants: variants)
        guard plan.peakByteCount <= limit || sets.count == 1 else { return nil }
        self.graph = graph
        self.variants = variants
        self.places = places
        self.width = width
        first = sets.lowerBound
        store = FeatureStore(graph: graph, plan: plan, jobs: jobs)
    }

    /// The variant of a slot in a set, `nil` where the slot's signals come from a file.
    func variant(slot: Int, set: Int) -> BoundStrategy? {
        places[slot] < 0 ? nil : variants[(set - first) * width + places[slot]]
    }
}
