import BacktestEngine
import BacktestEvents
import BacktestMarketData
import BacktestModel
import BacktestRules
import BacktestTracing

/// What a container's windows are cut from: named columns over each sleeve's bars.
struct FeatureTable {
    /// Texts of the features, in the order of the columns.
    var names: [String] = []
    /// By strategy x symbol of the container, as its events count them, then by feature; `nil` where the feature means
    /// nothing to the strategy.
    var columns: [[Column<Double>?]] = []
}

/// Makes the feature tables of a worker's containers; keeps columns from container to container.
struct FeatureTableMaker {
    private struct Key: Hashable {
        var slot: Int
        var text: String
        var parameters: [Double]
    }

    /// Columns that are kept: neighbouring parameter sets share most of theirs.
    private static let keptMax = 128

    private let prepared: PreparedRun
    private var kept: [Key: Column<Double>] = [:]

    init(_ prepared: PreparedRun) { self.prepared = prepared }

    /// The table of a container.
    mutating func table(
        _ template: ContainerTemplate,
        _ settings: ContainerSettings,
        _ options: FeatureExtractionOptions
    ) -> FeatureTable {
        var table = FeatureTable()
        let laneCount = prepared.frames[template.frame].lanes.count
        let sleeves = template.filter.strategies.count * laneCount
        var rules: [(place: Int, sleeve: ContainerTemplate.Sleeve, rules: [Rule])] = []
        for sleeve in template.sleeves {
            guard let strategy = template.filter.strategies.firstIndex(of: sleeve.strategyID) else {
                continue
            }
            let found = self.rules(sleeve, options)
            for rule in found where !table.names.contains(rule.text) { table.names.append(rule.text) }
            rules.append((strategy * laneCount + sleeve.lane, sleeve, found))
        }
        // In the order in which the config asks for them, where it does.
        if !options.features.isEmpty {
            table.names = options.features.filter { table.names.contains($0) }
        }
        table.columns = [[Column<Double>?]](
            repeating: [Column<Double>?](repeating: nil, count: table.names.count),
            count: sleeves
        )
        for (place, sleeve, found) in rules {
            for rule in found {
                guard let index = table.names.firstIndex(of: rule.text) else { continue }
                table.columns[place][index] = column(rule, sleeve, settings)
            }
        }
        return table
    }

    /// The features of a sleeve: those chosen that mean something to its strategy, or the close and what its rules compare.
    private func rules(_ sleeve: ContainerTemplate.Sleeve, _ options: FeatureExtractionOptions) -> [Rule] {
        let strategy = prepared.plan.strategies[prepared.slots[sleeve.slot].strategy]
        var context = RuleContext(
            symbols: prepared.plan.data.bars.map(\.symbol),
            other: strategy.symbols.count == 2 ? "other" : nil
        )
        var own: [Rule] = []
        if case .rules(let rules) = strategy.source {
            context.parameters = rules.parameterNames
            if options.features.isEmpty { own = rules.features(in: context) }
        }
        let texts = options.features.isEmpty ? ["close"] : options.features
        return texts.compactMap { Rule.parse($0, as: .number, in: context).rule } + own
    }

    private mutating func column(
        _ rule: Rule,
        _ sleeve: ContainerTemplate.Sleeve,
        _ settings: ContainerSettings
    ) -> Column<Double>? {
        let slot = prepared.slots[sleeve.slot]
        let strategy = prepared.plan.strategies[slot.strategy]
        var names: [String] = []
        if case .rules(let rules) = strategy.source { names = rules.parameterNames }
        let first = strategy.parameterOffset
        let parameters = Array(settings.parameters[first..<first + names.count])
        let used = zip(names, parameters).filter { rule.usedParameters.contains($0.0) }.map(\.1)
        let key = Key(slot: sleeve.slot, text: rule.text, parameters: used)
        if let column = kept[key] { return column }
        // A swept value may make a window of a chosen feature impossible: then it is undefined.
        let alone = StrategyRules(parameterNames: names, strength: rule)
        guard alone.problems(parameters: parameters).isEmpty else { return nil }
        let column = Column(
            rule.numbers(
                tape: prepared.loaded.tape,
                symbol: slot.symbol,
                strategySymbols: strategy.symbols,
                parameterNames: names,
                parameters: parameters
            )
        )
        if kept.count >= FeatureTableMaker.keptMax { kept.removeAll(keepingCapacity: true) }
        kept[key] = column
        return column
    }
}
