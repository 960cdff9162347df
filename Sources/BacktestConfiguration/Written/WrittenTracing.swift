import BacktestTracing
import BacktestYAML

/// Reads the places of a configuration that say something about tracing into trace rules.
enum WrittenTracing {
    /// `tracing:`, a bare level or a map with `overrides:`.
    static func rules(tracing node: YAMLNode, _ findings: inout Findings) -> [TraceRule] {
        rules(of: node, name: "tracing", &findings)
    }

    /// `trace_settings:` with `container_settings:`, `default:` and `overrides:`.
    static func rules(traceSettings node: YAMLNode, _ findings: inout Findings) -> [TraceRule] {
        rules(of: node, name: "trace_settings", &findings)
    }

    /// A container's own `event_tracing:`: a map, or the event types alone.
    static func directive(eventTracing node: YAMLNode, _ findings: inout Findings) -> TraceDirective {
        var directive = TraceDirective()
        if case .boolean(let value) = node.scalar {
            directive.enabled = value
        } else if node.entries != nil || node.isNull {
            Section<TraceDirective>.directive.decode(node, into: &directive, &findings)
        } else {
            directive.eventTypes = .some(ValueType.eventTypes.decode(node, &findings)) ?? nil
        }
        return directive
    }

    private static func rules(
        of node: YAMLNode,
        name: String,
        _ findings: inout Findings
    ) -> [TraceRule] {
        if node.isNull { return [] }
        guard let entries = node.entries else {
            guard name == "tracing", let level = ValueType<TraceLevel>.word.decode(node, &findings) else {
                if name != "tracing" { findings.wrongType(expected: "a map in '\(name)'", at: node) }
                return []
            }
            var directive = TraceDirective()
            directive.level = level
            return [TraceRule(origin: origin(name, node.start), scope: .everything, directive: directive)]
        }
        let places = ["default", "container_settings", "overrides"]
        var rules: [TraceRule] = []
        let own = entries.filter { !places.contains($0.name) }
        if !own.isEmpty {
            let rest = YAMLNode(content: .mapping(own), start: node.start, end: node.end)
            rules.append(rule(rest, scope: .everything, origin: origin(name, node.start), &findings))
        }
        for entry in entries where places.contains(entry.name) {
            let path = "\(name).\(entry.name)"
            switch (entry.name, entry.value.content) {
            case ("default", _):
                rules.append(
                    rule(entry.value, scope: .everything, origin: origin(path, entry.start), &findings)
                )
            case ("overrides", .sequence(let items)):
                rules += items.compactMap { patternRule($0, path: path, &findings) }
            case (_, .mapping(let patterns)):
                for pattern in patterns {
                    let origin = origin("\(path).\(pattern.name)", pattern.start)
                    let scope = TraceScope(key: pattern.name)
                    note(scope, origin, at: Located((), at: pattern), &findings)
                    rules.append(rule(pattern.value, scope: scope, origin: origin, &findings))
                }
            case (_, _):
                if entry.value.isNull { continue }
                let form =
                    entry.name == "overrides" ? "a list of {pattern: ...} or a map" : "a map from patterns"
                findings.wrongType(expected: "\(form) in '\(path)'", at: entry.value)
            }
        }
        return rules
    }

    private static func rule(
        _ node: YAMLNode,
        scope: TraceScope,
        origin: String,
        _ findings: inout Findings
    ) -> TraceRule {
        var directive = TraceDirective()
        Section<TraceDirective>.directive.decode(node, into: &directive, &findings)
        return TraceRule(origin: origin, scope: scope, directive: directive)
    }

    /// `{pattern: ..., ...}`, an item of `trace_settings.overrides`.
    private static func patternRule(
        _ node: YAMLNode,
        path: String,
        _ findings: inout Findings
    ) -> TraceRule? {
        guard let entries = node.entries else {
            findings.wrongType(expected: "a map with 'pattern'", at: node)
            return nil
        }
        guard let entry = node.entry("pattern") else {
            findings.error(
                "missing_key",
                "an override lacks 'pattern'",
                hint: "write - pattern: \"portfolio_*\"",
                at: Located((), at: node.start)
            )
            return nil
        }
        let rest = YAMLNode(
            content: .mapping(entries.filter { $0.name != "pattern" }),
            start: node.start,
            end: node.end
        )
        let origin = origin("\(path).\(entry.value.text ?? "")", entry.start)
        guard let pattern = ValueType.text.decode(entry.value, &findings) else { return nil }
        let scope = TraceScope(key: pattern)
        note(scope, origin, at: Located((), at: entry.value), &findings)
        return rule(rest, scope: scope, origin: origin, &findings)
    }

    /// Remembers whom a rule concerns, to be held against the containers once they are known.
    private static func note(
        _ scope: TraceScope,
        _ origin: String,
        at place: Located<Void>,
        _ findings: inout Findings
    ) {
        let node = YAMLNode(content: .scalar("", style: .plain), start: place.start, end: place.end)
        findings.unresolved.append(UnresolvedText(kind: .scope(scope, origin: origin), node: node))
    }

    static func origin(_ path: String, _ mark: YAMLMark) -> String {
        mark.source == 0 ? "\(path), line \(mark.line)" : "\(path), --set"
    }

    /// The schema of `tracing:` or `trace_settings:`.
    static func schema(bareLevel: Bool) -> SchemaNode {
        let setting = SchemaNode.reference("trace_setting")
        let patterns = SchemaNode.type("object", [("additionalProperties", setting)])
        var fields: [(name: String, value: SchemaNode)] = Section<TraceDirective>.directive.fields.map {
            ($0.name, $0.schema().described($0.summary))
        }
        fields.append(("default", setting))
        fields.append(("container_settings", patterns))
        let patternItem = SchemaNode.type(
            "object",
            [
                ("properties", .object([("pattern", .type("string"))])),
                ("required", .list([.text("pattern")])),
            ]
        )
        fields.append(("overrides", .oneOf([patterns, .array(of: patternItem)])))
        let map = SchemaNode.type(
            "object",
            [("properties", .object(fields)), ("additionalProperties", .boolean(false))]
        )
        return bareLevel ? .oneOf([ValueType<TraceLevel>.word.schema, map]) : map
    }

    /// The schema of `event_tracing:`.
    static var eventTracingSchema: SchemaNode {
        .oneOf([.reference("trace_setting"), ValueType.eventTypes.schema, .type("boolean")])
    }
}
