import BacktestModel
import BacktestRules
import BacktestSweep
import BacktestYAML

extension Resolver {
    mutating func builtin(
        _ written: WrittenStrategy,
        type: Located<String>,
        _ indices: [Int],
        into resolved: inout ResolvedStrategy
    ) -> StrategyPlan.Source? {
        guard let strategy = BuiltinStrategies.named(type.value) else {
            findings.error(
                "unknown_reference",
                "there is no built-in strategy '\(type.value)'",
                hint: Findings.hint(
                    for: type.value,
                    among: BuiltinStrategies.all.map(\.name),
                    noun: "built in"
                ),
                at: type
            )
            return nil
        }
        if let count = strategy.symbolCount, indices.count != count, !symbols.isEmpty {
            findings.error(
                "conflict",
                "'\(strategy.name)' needs \(count) symbols, not \(indices.count)",
                hint: "name them: symbols: [KO, PEP]",
                at: written.symbols?.first.map { Located((), at: $0) } ?? Located((), at: type)
            )
        }
        let names = strategy.parameters.map(\.name)
        for parameter in written.parameters where !names.contains(parameter.name.value) {
            findings.error(
                "unknown_key",
                "'\(strategy.name)' has no parameter '\(parameter.name.value)'",
                hint: Findings.hint(for: parameter.name.value, among: names, noun: "parameters"),
                at: parameter.name
            )
        }
        for parameter in strategy.parameters {
            let type = ValueType<Double>.parameter(parameter)
            let node = written.parameters.first { $0.name.value == parameter.name }?.node
            // Everything random follows the run's seed unless the strategy has one of its own.
            let isSeed = parameter.name == "seed"
            let fallback = isSeed ? Double(document.seed % (1 << 53)) : parameter.defaultValue
            add(parameter.name, type, node: node, fallback: fallback, to: &resolved)
        }
        var rules = strategy.strategyRules(symbols: symbols)
        if written.trigger != nil || written.strength != nil {
            let context = RuleContext(
                parameters: names,
                symbols: symbols,
                other: indices.count == 2 ? "other" : nil
            )
            rules = StrategyRules(
                parameterNames: names,
                trigger: written.signalTrigger,
                enterLong: rules.enterLong,
                exitLong: rules.exitLong,
                enterShort: rules.enterShort,
                exitShort: rules.exitShort,
                strength: written.strength.flatMap { rule($0, as: .number, context) }
            )
        }
        resolved.rules = rules
        return .rules(rules)
    }

    mutating func rules(
        _ written: WrittenStrategy,
        _ indices: [Int],
        into resolved: inout ResolvedStrategy
    ) -> StrategyPlan.Source? {
        for parameter in written.parameters {
            if Identifiers.isParameterName(parameter.name.value) {
                add(parameter.name.value, .rate(), node: parameter.node, fallback: 0, to: &resolved)
            } else {
                findings.error(
                    "invalid_id",
                    "'\(parameter.name.value)' cannot be the name of a parameter",
                    hint: "use letters, digits and '_', the first no digit",
                    at: parameter.name
                )
            }
        }
        let context = RuleContext(
            parameters: resolved.parameters.map(\.name),
            symbols: symbols,
            other: indices.count == 2 ? "other" : nil
        )
        var parsed: [String: Rule] = [:]
        for written in written.rules ?? [] {
            resolved.ruleNodes[written.action] = written.node
            parsed[written.action] = rule(written.node, as: .condition, context)
        }
        let strength = written.strength.flatMap { rule($0, as: .number, context) }
        if let node = written.strength { resolved.ruleNodes["strength"] = node }
        if let place = written.rulesPlace, let rules = written.rules, !rules.isEmpty,
            !rules.contains(where: { $0.action.hasPrefix("enter") })
        {
            findings.warning(
                "no_entry",
                "no rule ever enters a position",
                hint: "add enter_long or enter_short",
                at: place
            )
        }
        warnOfUnusedParameters(written, rules: Array(parsed.values) + (strength.map { [$0] } ?? []))
        let rules = StrategyRules(
            parameterNames: context.parameters,
            trigger: written.signalTrigger,
            enterLong: parsed["enter_long"],
            exitLong: parsed["exit_long"],
            enterShort: parsed["enter_short"],
            exitShort: parsed["exit_short"],
            strength: strength
        )
        resolved.rules = rules
        return .rules(rules)
    }

    mutating func signals(
        _ written: WrittenStrategy,
        into resolved: inout ResolvedStrategy
    ) -> StrategyPlan.Source? {
        for parameter in written.parameters {
            findings.error(
                "unknown_key",
                "a strategy with a signal file has no parameters",
                hint: "leave 'params' out",
                at: parameter.name
            )
        }
        if let strength = written.strength {
            findings.error(
                "conflict",
                "the strength of a signal file is its column 'strength'",
                hint: "leave 'strength' out",
                at: strength
            )
        }
        if let trigger = written.trigger {
            findings.error(
                "conflict",
                "'trigger' does not apply to a signal file",
                hint: "leave 'trigger' out",
                at: trigger
            )
        }
        resolved.isSignalFile = true
        guard let file = written.signals.file else { return nil }
        let path = FilePaths.joined(folder, file.value)
        checkFile(path, at: file)
        return .file(path: path, timeFormat: written.signals.timeFormat)
    }
}
