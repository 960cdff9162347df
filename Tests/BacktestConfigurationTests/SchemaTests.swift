import BacktestConfiguration
import BacktestYAML
import Foundation
import Testing

/// The part of JSON Schema that the configuration's schema uses.
private struct SchemaChecker {
    let root: [String: Any]

    /// Paths at which a node breaks a schema.
    func problems(_ node: YAMLNode, _ schema: [String: Any], path: String = "") -> [String] {
        if let reference = schema["$ref"] as? String {
            let definitions = root["$defs"] as? [String: Any]
            let name = String(reference.dropFirst("#/$defs/".count))
            guard let target = definitions?[name] as? [String: Any] else {
                return ["\(path): no \(reference)"]
            }
            return problems(node, target, path: path)
        }
        var found: [String] = []
        if let choices = schema["anyOf"] as? [[String: Any]] {
            if !choices.contains(where: { problems(node, $0, path: path).isEmpty }) {
                found.append("\(path): anyOf")
            }
        }
        if let words = schema["enum"] as? [String], !words.contains(node.text ?? "\u{0}") {
            found.append("\(path): enum")
        }
        if let type = schema["type"] as? String, !matches(node, type) { return found + ["\(path): \(type)"] }
        if let pattern = schema["pattern"] as? String,
            node.text?.range(of: pattern, options: .regularExpression) == nil
        {
            found.append("\(path): pattern")
        }
        found += bounds(node, schema, path: path)
        for (index, item) in (node.items ?? []).enumerated() {
            if let schema = schema["items"] as? [String: Any] {
                found += problems(item, schema, path: "\(path)/\(index)")
            }
        }
        return found + members(node, schema, path: path)
    }

    private func members(_ node: YAMLNode, _ schema: [String: Any], path: String) -> [String] {
        guard let entries = node.entries else { return [] }
        var found: [String] = []
        let properties = schema["properties"] as? [String: Any] ?? [:]
        for entry in entries {
            if let property = properties[entry.name] as? [String: Any] {
                found += problems(entry.value, property, path: "\(path)/\(entry.name)")
            } else if let other = schema["additionalProperties"] as? [String: Any] {
                found += problems(entry.value, other, path: "\(path)/\(entry.name)")
            } else if schema["additionalProperties"] as? Bool == false {
                found.append("\(path)/\(entry.name): unknown")
            }
        }
        for name in schema["required"] as? [String] ?? [] where node[name] == nil {
            found.append("\(path): lacks \(name)")
        }
        return found
    }

    private func bounds(_ node: YAMLNode, _ schema: [String: Any], path: String) -> [String] {
        var isSound = true
        if case .number(let value) = node.scalar {
            if let low = schema["minimum"] as? Double, value < low { isSound = false }
            if let high = schema["maximum"] as? Double, value > high { isSound = false }
            if let low = schema["exclusiveMinimum"] as? Double, value <= low { isSound = false }
            if let high = schema["exclusiveMaximum"] as? Double, value >= high { isSound = false }
        }
        if let count = node.items?.count, let least = schema["minItems"] as? Int, count < least {
            isSound = false
        }
        return isSound ? [] : ["\(path): bounds"]
    }

    private func matches(_ node: YAMLNode, _ type: String) -> Bool {
        switch (type, node.scalar) {
        case ("object", nil): node.entries != nil
        case ("array", nil): node.items != nil
        case ("string", .text), ("number", .number), ("boolean", .boolean), ("null", .null): true
        case ("integer", .number(let value)): value == value.rounded()
        default: false
        }
    }
}

@Suite("The JSON Schema")
struct SchemaTests {
    private func checker() throws -> SchemaChecker {
        let value = try JSONSerialization.jsonObject(with: Data(ConfigurationSchema.json.utf8))
        return SchemaChecker(root: try #require(value as? [String: Any]))
    }

    private func problems(_ text: String) throws -> [String] {
        let checker = try checker()
        let node = try #require(YAMLDocument(parsing: Array(text.utf8)).root)
        return checker.problems(node, checker.root)
    }

    @Test func acceptsTheCanonicalForm() throws { #expect(try problems(fixture("canonical.yaml")) == []) }

    @Test(arguments: SeedTests.sound)
    func acceptsTheSeeds(name: String) throws {
        #expect(try problems(minimal + fixture("Seeds/\(name).yaml")) == [])
    }

    @Test(arguments: [
        "exection: {fill: close}", "execution: {fil: close}", "execution: {fill: never}",
        "execution: {latency_bars: 1.5}",
        "execution: {latency_bars: -1}", "execution: {commission: 2}", "execution: {commission: abc}",
        "metrics: {periods_per_year: 0}", "tracing: {level: loud}",
        "trace_settings: {events_to_trace: [FILS]}",
        "sweep: {method: random}", "results: {store_trades: yes}", "dev: {strategies: []}",
    ])
    func refusesWhatTheLoaderRefuses(text: String) throws {
        #expect(!(try problems(minimal + text + "\n").isEmpty))
        #expect(load(minimal + text + "\n").hasErrors)
    }

    @Test(arguments: [
        "portfolios: [{strategies: [cross]}]", "portfolios: [{id: p, strategies: []}]",
        "portfolios: [{id: p, risk: {stop_los: 1%}}]", "portfolios: [{id: p, risk: {stop_loss: {atr: 0}}}]",
        "portfolios: [{id: p, type: strategy}]", "portfolios: []",
    ])
    func refusesPortfolios(text: String) throws {
        #expect(!(try problems(minimalData + minimalStrategies + text + "\n").isEmpty))
    }

    @Test func needsTheSections() throws { #expect(try problems("name: x\n").count == 3) }

    @Test func describesEveryKey() throws {
        let properties = try #require(checker().root["properties"] as? [String: [String: Any]])
        for (name, property) in properties { #expect(property["description"] != nil, "\(name)") }
    }
}
