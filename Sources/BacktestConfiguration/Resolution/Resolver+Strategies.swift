import BacktestModel
import BacktestRules
import BacktestSweep
import BacktestYAML

extension Resolver {
    /// Resolves `strategies:` in config order.
    mutating func resolveStrategies(root: YAMLNode) {
        guard let written = document.strategies else {
            missing("strategies", "strategies: [{id: cross, type: sma_cross}]", root: root)
            return
        }
        var seen: [String: (noun: String, place: YAMLMark)] = [:]
        for strategy in written {
            guard let id = strategy.id else { continue }
            Identifiers.check(id, of: "a strategy", &findings)
            checkUnique(id, &seen, noun: "a strategy")
            resolve(strategy, id: id)
        }
    }

    mutating func resolve(_ written: WrittenStrategy, id: Located<String>) {
        let sources = [written.type != nil, written.rules != nil, written.signalsPlace != nil].filter { $0 }
            .count
        guard sources == 1 else {
            findings.error(
                sources == 0 ? "missing_key" : "conflict",
                sources == 0
                    ? "the strategy '\(id.value)' has no signals"
                    : "the strategy '\(id.value)' has more than one source of signals",
                hint: "write one of 'type' (built in), 'rules' and 'signals'",
                at: id
            )
            // The strategy exists all the same, so that what refers to it is not reported too.
            if strategyIndices[id.value] == nil { strategyIndices[id.value] = -1 }
            return
        }
        var resolved = ResolvedStrategy(id: id.value, place: written.place)
        let offset = plan.parameters.count
        let indices = symbolIndices(written)
        var source: StrategyPlan.Source?
        if let type = written.type {
            source = builtin(written, type: type, indices, into: &resolved)
        } else if written.rules != nil {
            source = rules(written, indices, into: &resolved)
        } else {
            source = signals(written, into: &resolved)
        }
        if strategyIndices[id.value] == nil {
            strategyIndices[id.value] = source == nil ? -1 : plan.strategies.count
        }
        guard let source else { return }
        plan.strategies.append(
            StrategyPlan(id: id.value, source: source, symbols: indices, parameterOffset: offset)
        )
        strategies.append(resolved)
    }

    mutating func symbolIndices(_ written: WrittenStrategy) -> [Int] {
        guard let names = written.symbols else { return Array(symbols.indices) }
        var indices: [Int] = []
        for name in names {
            guard let index = symbols.firstIndex(of: name.value) else {
                if !symbols.isEmpty {
                    findings.error(
                        "unknown_reference",
                        "there is no symbol '\(name.value)' in 'data.bars'",
                        hint: Findings.hint(for: name.value, among: symbols, noun: "symbols"),
                        at: name
                    )
                }
                continue
            }
            if indices.contains(index) {
                findings.error("duplicate_id", "the symbol '\(name.value)' is named twice", at: name)
            } else {
                indices.append(index)
            }
        }
        return indices.sorted()
    }

    mutating func add(
        _ name: String,
        _ type: ValueType<Double>,
        node: YAMLNode?,
        fallback: Double,
        to resolved: inout ResolvedStrategy
    ) {
        let index = plan.parameters.count
        plan.parameters.append(node.flatMap { type.decode($0, &findings) } ?? fallback)
        resolved.parameters.append(
            ResolvedStrategy.Parameter(name: name, type: type, index: index, node: node)
        )
    }

    mutating func warnOfUnusedParameters(_ written: WrittenStrategy, rules: [Rule]) {
        guard rules.count == (written.rules?.count ?? 0) + (written.strength == nil ? 0 : 1) else { return }
        for parameter in written.parameters {
            let isUsed = rules.contains { $0.usedParameters.contains(parameter.name.value) }
            if !isUsed {
                findings.warning(
                    "unused_parameter",
                    "no rule reads the parameter '\(parameter.name.value)'",
                    at: parameter.name
                )
            }
        }
    }

    /// Parses a rule and moves its diagnostics to where the YAML has its text.
    mutating func rule(_ node: YAMLNode, as kind: RuleKind, _ context: RuleContext) -> Rule? {
        guard let text = ValueType.text.decode(node, &findings) else { return nil }
        let (rule, diagnostics) = Rule.parse(text, as: kind, in: context)
        for diagnostic in diagnostics {
            findings.error(
                "rule",
                diagnostic.message,
                hint: diagnostic.hint,
                at: node.place(offset: diagnostic.offset, length: diagnostic.length)
            )
        }
        return rule
    }
}

extension WrittenStrategy {
    var signalTrigger: SignalTrigger {
        trigger.flatMap { SignalTrigger(rawValue: $0.value) } ?? .edge
    }
}

extension Identifiers {
    /// Whether a text can name a parameter in a rule: letters, digits and `_`, the first no digit.
    static func isParameterName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return isWellFormed(text) && !text.utf8.contains(UInt8(ascii: "."))
            && !text.utf8.contains(UInt8(ascii: "-"))
    }
}

extension YAMLNode {
    /// Where a piece of a scalar's text stands: exactly for a plain or quoted text on one line, else the whole scalar.
    func place(offset: Int, length: Int) -> Located<Void> {
        guard case .scalar(let text, let style) = content, start.line == end.line, style != .block else {
            return Located((), at: self)
        }
        let width = end.column - start.column
        let count = text.unicodeScalars.count
        // Quotes add one column in front; with escapes inside the columns no longer match.
        let lead = style == .quoted ? 1 : 0
        guard width == count + 2 * lead else { return Located((), at: self) }
        let utf8 = Array(text.utf8)
        let from = String(decoding: utf8.prefix(offset), as: UTF8.self).unicodeScalars.count
        let to = String(decoding: utf8.prefix(offset + max(length, 1)), as: UTF8.self).unicodeScalars.count
        var place = Located((), at: start)
        place.start.column += lead + from
        place.end = start
        place.end.column += lead + max(to, from + 1)
        return place
    }
}

extension ValueType<Double> {
    /// A parameter of a built-in strategy.
    static func parameter(_ parameter: BuiltinParameter) -> ValueType {
        let range = NumberRange(low: parameter.minimum, high: parameter.maximum ?? .infinity)
        guard parameter.isWhole else { return .rate(range) }
        let high = parameter.maximum.flatMap { Int(exactly: $0) } ?? Int(Int32.max)
        return ValueType<Int>.whole((Int(exactly: parameter.minimum) ?? 0)...high)
            .map({ Double($0) }, back: { Int(exactly: $0) ?? 0 })
    }
}
