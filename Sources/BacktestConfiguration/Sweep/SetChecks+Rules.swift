import BacktestEngine
import BacktestModel
import BacktestRules
import BacktestSweep
import BacktestYAML

extension SetChecks {
    mutating func check(strategy index: Int) {
        let strategy = sweep.table.strategies[index]
        guard let rules = strategy.rules, rules.parameterNames.count == strategy.parameters.count else {
            return
        }
        let axes = axes { $0 == .strategy(index) }
        for rows in combinations(of: axes) {
            let settings = settings(portfolio: -1, axes: axes, rows: rows)
            let values = strategy.parameters.map { settings.parameters[$0.index] }
            for (action, diagnostic) in rules.problems(parameters: values) {
                report(diagnostic, action, strategy, values, axes: axes, rows: rows)
            }
        }
    }

    mutating func report(
        _ diagnostic: RuleDiagnostic,
        _ action: SignalAction?,
        _ strategy: ResolvedStrategy,
        _ values: [Double],
        axes: [Int],
        rows: [Int]
    ) {
        let name = action?.name ?? "strength"
        let rule = action.map { strategy.rules?.rule(for: $0) } ?? strategy.rules?.strength
        let used = strategy.parameters.indices.filter { index in
            rule?.usedParameters.contains(strategy.parameters[index].name) ?? false
        }
        let text = rule.map { Array($0.text.utf8).dropFirst(diagnostic.offset).prefix(diagnostic.length) }
        let part = String(decoding: text ?? [], as: UTF8.self)
        let named = used.filter { part.mentions(strategy.parameters[$0].name) }
        let blamed = named.isEmpty ? used : named
        let given = blamed.map { "\(strategy.parameters[$0].name) = \(JSONText.number(values[$0]))" }
        let suffix = given.isEmpty ? "" : " (\(given.joined(separator: ", ")))"
        let message = "\(name) of '\(strategy.id)': \(diagnostic.message)\(suffix)"
        guard reported.insert(message).inserted else { return }
        let swept = blamed.compactMap { parameter in
            sweptValue("\(strategy.id).\(strategy.parameters[parameter].name)", axes: axes, rows: rows)
        }.first
        if let swept {
            findings.error("rule", message, hint: diagnostic.hint, at: swept)
        } else if let node = blamed.compactMap({ strategy.parameters[$0].node }).first {
            findings.error("rule", message, hint: diagnostic.hint, at: node)
        } else if let node = strategy.ruleNodes[name] {
            let place = node.place(offset: diagnostic.offset, length: diagnostic.length)
            findings.error("rule", message, hint: diagnostic.hint, at: place)
        } else {
            findings.error("rule", message, hint: diagnostic.hint, at: Located((), at: strategy.place.start))
        }
    }
}

extension String {
    /// Whether a name occurs as a whole word.
    fileprivate func mentions(_ name: String) -> Bool {
        split { !($0 == "_" || $0.isLetter || $0.isNumber) }.contains { $0 == name }
    }
}
