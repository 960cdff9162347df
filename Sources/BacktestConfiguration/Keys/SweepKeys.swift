import BacktestYAML

extension Section<WrittenSweep> {
    /// The map `sweep:`.
    static let sweep = Section(
        title: "'sweep'",
        fields: [
            Field(
                "method",
                schema: { .object([("enum", .list([.text("grid")]))]) },
                "How sets are chosen: grid.",
                decode: { node, _, findings in
                    guard node.text != "grid" else { return }
                    let planned = ["random", "latin_hypercube", "sobol", "tpe"].contains(node.text ?? "")
                    findings.error(
                        planned ? "not_supported" : "unknown_value",
                        planned
                            ? "the sweep method \(node.described) is not supported yet"
                            : "expected a sweep method, found \(node.described)",
                        hint: "write method: grid",
                        at: node
                    )
                }
            ),
            Field(
                "parameters",
                schema: {
                    .type(
                        "object",
                        [
                            (
                                "additionalProperties",
                                .oneOf([.type("string"), .array(of: .object([]), minimum: 1)])
                            )
                        ]
                    )
                },
                "Path: list of values or range(from, to, step), both ends included; the last path varies fastest.",
                decode: { node, sweep, findings in
                    sweep.parameters = parameters(node, of: "parameters", &findings)
                }
            ),
            Field(
                "constraints",
                schema: { .oneOf([.array(of: .type("string")), .type("string")]) },
                "Conditions over paths that a set must meet.",
                decode: { node, sweep, findings in
                    let items = node.items ?? (node.isNull ? [] : [node])
                    sweep.constraints = items.filter { ValueType.text.decode($0, &findings) != nil }
                }
            ),
            Field(
                "zip",
                schema: { .array(of: .array(of: .type("string"), minimum: 2)) },
                "Groups of paths whose lists are walked together.",
                decode: { node, sweep, findings in
                    sweep.zips = node.decodedList(of: "zip", &findings) { item, findings in
                        ValueType<String>.text.list.decode(item, &findings)
                    }
                }
            ),
            Field(
                "cases",
                schema: { .array(of: .type("object"), minimum: 1) },
                "Explicit sets: a list of {path: value}.",
                decode: { node, sweep, findings in
                    sweep.casesPlace = Located((), at: node)
                    sweep.cases = node.decodedList(of: "cases", &findings) { item, findings in
                        parameters(item, of: "a case", &findings)
                    }
                }
            ),
            Field(
                "objective",
                schema: { Section<WrittenSweep.Objective>.objective.schema() },
                "What the leaderboard is ordered by: {maximize: metric, where: condition}.",
                decode: { node, sweep, findings in
                    sweep.objectivePlace = Located((), at: node)
                    Section<WrittenSweep.Objective>.objective.decode(node, into: &sweep.objective, &findings)
                }
            ),
        ]
    )

    private static func parameters(
        _ node: YAMLNode,
        of name: String,
        _ findings: inout Findings
    ) -> [WrittenSweep.Parameter] {
        guard let entries = node.entries else {
            findings.wrongType(expected: "a map from paths to values in '\(name)'", at: node)
            return []
        }
        if entries.isEmpty {
            findings.error("empty", "'\(name)' is empty", hint: "name at least one path", at: node)
        }
        return entries.map { WrittenSweep.Parameter(path: Located($0.name, at: $0), node: $0.value) }
    }
}

extension Section<WrittenSweep.Objective> {
    /// The map `sweep.objective`.
    static let objective = Section(
        title: "'objective'",
        fields: [
            Field(
                "maximize",
                ValueType<String>.text.located.optional,
                \.maximize,
                "A metric of which more is better."
            ),
            Field(
                "minimize",
                ValueType<String>.text.located.optional,
                \.minimize,
                "A metric of which less is better."
            ),
            Field(
                "where",
                ValueType<String>.text.located.optional,
                \.condition,
                "Condition on metrics to be ranked."
            ),
        ],
        check: { node, objective, findings in
            guard (objective.maximize == nil) == (objective.minimize == nil), node.entries != nil else {
                return
            }
            findings.error(
                objective.maximize == nil ? "missing_key" : "conflict",
                "an objective has one metric, in 'maximize' or in 'minimize'",
                at: node
            )
        }
    )
}
