import BacktestMarketData
import BacktestModel
import BacktestYAML

extension Section<WrittenStrategy> {
    /// An entry of `strategies:`.
    static let strategy = Section(
        title: "a strategy",
        fields: [
            Field(
                "id",
                ValueType<String>.text.located.optional,
                \.id,
                isRequired: true,
                "The strategy's name."
            ),
            Field(
                "type",
                ValueType<String>.text.located.optional,
                \.type,
                "A built-in strategy; see `admf strategies`."
            ),
            Field(
                "symbols",
                ValueType<String>.text.list.optional,
                \.symbols,
                "Symbols that it trades; all by default."
            ),
            Field(
                "params",
                schema: { .type("object", [("additionalProperties", ValueType<Double>.rate().schema)]) },
                "Parameters of the rules: numbers, also with % or bps.",
                decode: { node, strategy, findings in
                    if node.isNull { return }
                    guard let entries = node.entries else {
                        findings.wrongType(expected: "a map in 'params'", at: node)
                        return
                    }
                    strategy.parameters = entries.map {
                        WrittenStrategy.Parameter(name: Located($0.name, at: $0), node: $0.value)
                    }
                }
            ),
            Field(
                "rules",
                schema: {
                    let names = SignalAction.allCases.map(\.name)
                    return .type(
                        "object",
                        [
                            ("properties", .object(names.map { ($0, .type("string")) })),
                            ("additionalProperties", .boolean(false)),
                        ]
                    )
                },
                "Conditions in the rule language: enter_long, exit_long, enter_short, exit_short.",
                decode: decodeRules
            ),
            Field(
                "signals",
                schema: { Section<WrittenStrategy.Signals>.signals.schema() },
                "Signals made elsewhere: {file: predictions.csv, time_format: iso}.",
                decode: decodeSignals
            ),
            Field(
                "trigger",
                ValueType<String>.word(ofEach: [("edge", "edge"), ("level", "level")], printed: { $0 })
                    .located.optional,
                \.trigger,
                "edge: a signal when a condition becomes true; level: on every bar on which it holds."
            ),
            Field(
                "strength",
                schema: { .oneOf([.type("string"), .type("number")]) },
                "A rule for the strength of a signal, in [0, 1].",
                decode: { node, strategy, _ in strategy.strength = node }
            ),
        ],
        refused: Dictionary(
            uniqueKeysWithValues: SignalAction.allCases.map { ($0.name, "put it under 'rules:'") }
        )
    )

    private static let decodeRules: @Sendable (YAMLNode, inout WrittenStrategy, inout Findings) -> Void = {
        node,
        strategy,
        findings in
        strategy.rulesPlace = Located((), at: node)
        guard let entries = node.entries, !entries.isEmpty else {
            findings.error(
                node.entries == nil && !node.isNull ? "wrong_type" : "empty",
                "expected a map of rules, found \(node.described)",
                hint: "keys: \(SignalAction.allCases.map(\.name).joined(separator: ", "))",
                at: node
            )
            strategy.rules = []
            return
        }
        let names = SignalAction.allCases.map(\.name)
        strategy.rules = entries.compactMap { entry in
            guard names.contains(entry.name) else {
                var hint = Findings.hint(for: entry.name, among: names, noun: "keys")
                if entry.name.contains(where: { "()<>".contains($0) }) {
                    hint = "quote a rule that contains a comma inside { }"
                }
                findings.error("unknown_key", "unknown key '\(entry.name)' in 'rules'", hint: hint, at: entry)
                return nil
            }
            guard ValueType<String>.text.decode(entry.value, &findings) != nil else { return nil }
            return WrittenStrategy.Rule(action: entry.name, node: entry.value)
        }
    }

    private static let decodeSignals: @Sendable (YAMLNode, inout WrittenStrategy, inout Findings) -> Void = {
        node,
        strategy,
        findings in
        strategy.signalsPlace = Located((), at: node)
        guard node.entries != nil else {
            findings.error(
                "wrong_type",
                "expected a map with 'file', found \(node.described)",
                hint: node.text.map { "write signals: {file: \($0)}" },
                at: node
            )
            return
        }
        Section<WrittenStrategy.Signals>.signals.decode(node, into: &strategy.signals, &findings)
    }
}

extension Section<WrittenStrategy.Signals> {
    /// The map `signals` of a strategy.
    static let signals = Section(
        title: "'signals'",
        fields: [
            Field(
                "file",
                ValueType<String>.text.located.optional,
                \.file,
                isRequired: true,
                "A .csv file of signals, relative to the config file."
            ),
            Field(
                "time_format",
                ValueType<TimeFormat>.timeFormat.optional,
                \.timeFormat,
                "How its stamps are written, where the file does not tell."
            ),
        ]
    )
}
