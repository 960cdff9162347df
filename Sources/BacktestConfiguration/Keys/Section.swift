import BacktestModel
import BacktestYAML

/// The keys of one kind of map: the only place that says what may be written there.
struct Section<Target: Sendable>: Sendable {
    /// Where the map stands, for messages: `'risk'`, `a strategy`.
    var title: String
    /// The keys, in the order of the documentation.
    var fields: [Field<Target>]
    /// Keys that are refused with a reason of their own.
    var refused: [String: String] = [:]
    /// Checks that concern several keys, after all of them have been read.
    var check: (@Sendable (YAMLNode, inout Target, inout Findings) -> Void)?

    /// The key of a name.
    func field(_ name: String) -> Field<Target>? { fields.first { $0.name == name } }

    /// Reads a map; every unknown key and wrong value is added to the findings, the others are taken over.
    func decode(_ node: YAMLNode, into target: inout Target, _ findings: inout Findings) {
        let node = corrected(node, &findings)
        if node.isNull { return decode(entries: [], of: node, into: &target, &findings) }
        guard let entries = node.entries else {
            findings.error(
                "wrong_type",
                "expected a map in \(title), found \(node.described)",
                hint: "keys: \(fields.map(\.name).joined(separator: ", "))",
                at: node
            )
            return
        }
        decode(entries: entries, of: node, into: &target, &findings)
    }

    private func decode(
        entries: [YAMLEntry],
        of node: YAMLNode,
        into target: inout Target,
        _ findings: inout Findings
    ) {
        for entry in entries {
            if let field = field(entry.name) {
                if field.isRequired, entry.value.isNull {
                    lacksValue(entry, field, &findings)
                    continue
                }
                field.decode(entry.value, &target, &findings)
            } else {
                refuse(entry, &findings)
            }
        }
        for field in fields where field.isRequired && !entries.contains(where: { $0.name == field.name }) {
            findings.error(
                "missing_key",
                "\(title) lacks '\(field.name)'",
                hint: "\(field.name): \(field.summary)",
                at: Located((), at: node.start)
            )
        }
        check?(node, &target, &findings)
    }

    /// Says that a key which must be there has nothing behind it.
    private func lacksValue(_ entry: YAMLEntry, _ field: Field<Target>, _ findings: inout Findings) {
        findings.error(
            "missing_value",
            "'\(field.name)' of \(title) has no value",
            hint: "\(field.name): \(field.summary)",
            at: entry
        )
    }

    /// The map with each misspelt key, which is an error, under the name that it is near to unless that is there as well.
    ///
    /// So one slip is one error: a mandatory key is not missed too, what stands under it is checked, and what refers to
    /// that is found.
    func corrected(_ node: YAMLNode, _ findings: inout Findings) -> YAMLNode {
        guard var entries = node.entries else { return node }
        var names = Set(entries.map(\.name))
        for index in entries.indices where refused[entries[index].name] == nil {
            let entry = entries[index]
            guard field(entry.name) == nil,
                let meant = nearestWord(to: entry.name, among: fields.map(\.name)),
                names.insert(meant).inserted
            else { continue }
            refuse(entry, &findings)
            entries[index].name = meant
        }
        var corrected = node
        corrected.content = .mapping(entries)
        return corrected
    }

    private func refuse(_ entry: YAMLEntry, _ findings: inout Findings) {
        if let reason = refused[entry.name] {
            findings.error(
                "unknown_key",
                "'\(entry.name)' does not belong into \(title)",
                hint: reason,
                at: entry
            )
            return
        }
        var hint = Findings.hint(for: entry.name, among: fields.map(\.name), noun: "keys")
        // A comma inside a flow map cuts a formula or a range into pieces.
        if entry.name.contains(where: { "()<>".contains($0) }) {
            hint = "quote a value that contains a comma inside { }"
        }
        findings.error("unknown_key", "unknown key '\(entry.name)' in \(title)", hint: hint, at: entry)
    }

    /// The value at the end of a path of keys.
    func leaf(_ names: ArraySlice<String>) -> Leaf<Target>? {
        guard let first = names.first, let field = field(first) else { return nil }
        return field.leaf(names.dropFirst())
    }

    /// The paths that lead to values, in the order of the keys.
    func paths() -> [String] { fields.flatMap { $0.paths() } }

    /// The JSON Schema of the map.
    func schema() -> SchemaNode {
        var members: [(name: String, value: SchemaNode)] = [
            ("properties", .object(fields.map { ($0.name, $0.schema().described($0.summary)) })),
            ("additionalProperties", .boolean(false)),
        ]
        let required = fields.filter(\.isRequired).map { SchemaNode.text($0.name) }
        if !required.isEmpty { members.append(("required", .list(required))) }
        return .type("object", members)
    }
}

extension Located where Value == Void {
    /// A point.
    init(_ value: Void, at mark: YAMLMark) {
        self.value = value
        start = mark
        end = mark
    }
}
