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
                schema: {
                    .type(
                        "object",
                        [
                            ("properties", .object([("file", .type("string"))])),
                            ("required", .list([.text("file")])),
                            ("additionalProperties", .boolean(false)),
                        ]
                    )
                },
                "Signals made elsewhere: {file: predictions.csv}, relative to the config file.",
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
        guard let entries = node.entries else {
            findings.error(
                "wrong_type",
                "expected a map with 'file', found \(node.described)",
                hint: node.text.map { "write signals: {file: \($0)}" },
                at: node
            )
            return
        }
        for entry in entries {
            if entry.name == "file" {
                strategy.signals = ValueType<String>.text.located.decode(entry.value, &findings)
            } else {
                let hint = Findings.hint(for: entry.name, among: ["file"], noun: "keys")
                findings.error(
                    "unknown_key",
                    "unknown key '\(entry.name)' in 'signals'",
                    hint: hint,
                    at: entry
                )
            }
        }
        if node.entry("file") == nil {
            findings.error("missing_key", "'signals' lacks 'file'", at: Located((), at: node.start))
        }
    }
}
