import BacktestMarketData
import BacktestRules

/// What the features of some parameter sets would take, told without computing any.
struct FeatureDemand: Sendable {
    /// Bytes of the shared columns while they are made.
    var sharedBytes = 0
    /// Bytes of those that stay.
    var keptBytes = 0
    /// Bytes that a worker needs for the columns of its own, at most.
    var ownBytes = 0

    /// Nothing.
    init() {}

    /// The demand of the sets of a range, bound as `SignalVariants` binds them.
    init(_ prepared: PreparedRun, sets: Range<Int>) {
        var graph = FeatureGraph(tape: prepared.loaded.tape)
        var variants: [BoundStrategy] = []
        for set in sets {
            let parameters = prepared.plan.settings(ofPortfolio: -1, set: set).parameters
            for slot in prepared.slots {
                let strategy = prepared.plan.strategies[slot.strategy]
                guard case .rules(let rules) = strategy.source else { continue }
                let end = strategy.parameterOffset + rules.parameterNames.count
                let variant = graph.bind(
                    rules: rules,
                    parameters: Array(parameters[strategy.parameterOffset..<end]),
                    symbol: slot.symbol,
                    strategySymbols: strategy.symbols
                )
                variants.append(variant)
            }
        }
        let plan = FeaturePlan(graph: graph, variants: variants)
        sharedBytes = plan.peakByteCount
        keptBytes = plan.byteCount
        ownBytes = plan.largestOwnByteCount
    }
}
