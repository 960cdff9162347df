import BacktestEngine
import BacktestModel
import BacktestSweep
import BacktestYAML

extension Resolver {
    /// Resolves `portfolios:` and `containers:`; analyses after portfolios, as they may name them.
    mutating func resolvePortfolios(root: YAMLNode) {
        if root["portfolios"] == nil, root["containers"] == nil {
            missing("portfolios", "portfolios: [{id: main, strategies: [cross]}]", root: root)
            return
        }
        var seen: [String: (noun: String, place: YAMLMark)] = [:]
        for strategy in document.strategies ?? [] {
            if let id = strategy.id, seen[id.value] == nil { seen[id.value] = ("a strategy", id.start) }
        }
        for container in document.containers {
            let isAnalysis = container.kind?.value == .analysis
            let noun = isAnalysis ? "an analysis container" : "a portfolio"
            guard let id = container.id else { continue }
            Identifiers.check(id, of: noun, &findings)
            checkUnique(id, &seen, noun: noun)
            if !isAnalysis { resolve(container, id: id) }
        }
        for container in document.containers where container.kind?.value == .analysis {
            if let id = container.id { resolve(analysis: container, id: id) }
        }
        warnOfUnusedStrategies()
    }

    private mutating func resolve(_ written: WrittenPortfolio, id: Located<String>) {
        if let portfolios = written.portfolios?.first {
            findings.error(
                "conflict",
                "a portfolio does not observe portfolios",
                hint: "write type: analysis, or name strategies",
                at: portfolios
            )
        }
        guard let names = written.strategies else {
            if let entry = written.node.entry("strategies"), entry.value.isNull {
                noStrategies(entry, "the portfolio '\(id.value)'")
            } else if written.node["strategies"] == nil {
                findings.error(
                    "missing_key",
                    "the portfolio '\(id.value)' lacks 'strategies'",
                    hint:
                        "name the strategies whose signals it gets; without a filter it would get none or all",
                    at: id
                )
            }
            return
        }
        let indices = strategyIndices(names)
        var options = written.options
        options.weights = weights(written, names: names, count: indices.count)
        plan.portfolios.append(PortfolioPlan(id: id.value, strategies: indices, options: options))
        portfolios.append(written)
    }

    /// Says that a key which names what is heard has nothing behind it.
    private mutating func noStrategies(_ entry: YAMLEntry, _ who: String) {
        findings.error(
            "missing_value",
            "'\(entry.name)' of \(who) has no value",
            hint: "name at least one; without a filter it would hear none or all",
            at: entry
        )
    }

    private mutating func resolve(analysis written: WrittenPortfolio, id: Located<String>) {
        for name in ["strategies", "portfolios"] {
            guard let entry = written.node.entry(name), entry.value.isNull else { continue }
            noStrategies(entry, "the analysis container '\(id.value)'")
            return
        }
        for entry in written.node.entries ?? []
        where Section<PortfolioOptions>.portfolioOptions.field(entry.name) != nil
            || entry.name == "allocation"
        {
            findings.error(
                "conflict",
                "an analysis container does not trade, '\(entry.name)' means nothing to it",
                at: entry
            )
        }
        if written.node["strategies"] == nil, written.node["portfolios"] == nil {
            findings.error(
                "missing_key",
                "the analysis container '\(id.value)' names nothing to observe",
                hint: "add 'strategies' or 'portfolios'",
                at: id
            )
            return
        }
        var indices = strategyIndices(written.strategies ?? [])
        var observed: [String] = []
        for name in written.portfolios ?? [] {
            guard let portfolio = plan.portfolios.first(where: { $0.id == name.value }) else {
                let isKnown = document.containers.contains {
                    $0.id?.value == name.value && $0.kind?.value != .analysis
                }
                if !isKnown {
                    let ids = plan.portfolios.map(\.id)
                    findings.error(
                        "unknown_reference",
                        "there is no portfolio '\(name.value)'",
                        hint: Findings.hint(for: name.value, among: ids, noun: "portfolios"),
                        at: name
                    )
                }
                continue
            }
            observed.append(portfolio.id)
            for index in portfolio.strategies where !indices.contains(index) { indices.append(index) }
        }
        plan.analyses.append(AnalysisPlan(id: id.value, strategies: indices, portfolios: observed))
    }

    private mutating func strategyIndices(_ names: [Located<String>]) -> [Int] {
        var indices: [Int] = []
        var seen: Set<String> = []
        for name in names {
            guard seen.insert(name.value).inserted else {
                findings.error("duplicate_id", "the strategy '\(name.value)' is named twice", at: name)
                continue
            }
            guard let index = strategyIndices[name.value] else {
                if document.namesItsStrategies {
                    let ids = (document.strategies ?? []).compactMap { $0.id?.value }
                    findings.error(
                        "unknown_reference",
                        "there is no strategy '\(name.value)'",
                        hint: Findings.hint(for: name.value, among: ids, noun: "strategies"),
                        at: name
                    )
                }
                continue
            }
            // -1 stands for a strategy that is wrong itself and has been reported.
            if index >= 0 { indices.append(index) }
        }
        return indices
    }

    private mutating func weights(
        _ written: WrittenPortfolio,
        names: [Located<String>],
        count: Int
    ) -> [Double] {
        guard let allocation = written.allocation else { return [Double](repeating: 1, count: count) }
        let ids = names.map(\.value)
        for weight in allocation where !ids.contains(weight.strategy.value) {
            findings.error(
                "unknown_reference",
                "the portfolio has no strategy '\(weight.strategy.value)'",
                hint: Findings.hint(for: weight.strategy.value, among: ids, noun: "strategies"),
                at: weight.strategy
            )
        }
        return names.map { name in
            if let weight = allocation.first(where: { $0.strategy.value == name.value }) {
                return weight.value
            }
            let place = written.node.entry("allocation").map { Located((), at: $0) } ?? written.place
            findings.error("missing_key", "'allocation' lacks a weight for '\(name.value)'", at: place)
            return 1
        }
    }

    private mutating func warnOfUnusedStrategies() {
        let used = Set(plan.portfolios.flatMap(\.strategies) + plan.analyses.flatMap(\.strategies))
        for (index, strategy) in plan.strategies.enumerated() where !used.contains(index) {
            guard
                let id = (document.strategies ?? []).compactMap(\.id).first(where: { $0.value == strategy.id }
                )
            else { continue }
            findings.warning(
                "unused_strategy",
                "no portfolio listens to the strategy '\(strategy.id)'",
                at: id
            )
        }
    }
}
