/// A piece of a JSON Schema: a JSON value whose members keep their order.
indirect enum SchemaNode: Sendable {
    case text(String)
    case number(Double)
    case boolean(Bool)
    case list([SchemaNode])
    case object([(name: String, value: SchemaNode)])

    static func type(_ name: String, _ more: [(name: String, value: SchemaNode)] = []) -> SchemaNode {
        .object([("type", .text(name))] + more)
    }

    static func oneOf(_ choices: [SchemaNode]) -> SchemaNode { .object([("anyOf", .list(choices))]) }

    static func array(of item: SchemaNode, minimum: Int = 0) -> SchemaNode {
        .type("array", [("items", item)] + (minimum > 0 ? [("minItems", .number(Double(minimum)))] : []))
    }

    static func reference(_ name: String) -> SchemaNode { .object([("$ref", .text("#/$defs/\(name)"))]) }

    /// The same with a description.
    func described(_ summary: String) -> SchemaNode {
        guard case .object(let members) = self, !members.contains(where: { $0.name == "description" }) else {
            return self
        }
        return .object([("description", .text(summary))] + members)
    }

    /// JSON text with 2-space indent.
    func json(indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .text(let text): return JSONText.quoted(text)
        case .number(let value): return JSONText.number(value)
        case .boolean(let value): return value ? "true" : "false"
        case .list(let items):
            if items.isEmpty { return "[]" }
            let lines = items.map { inner + $0.json(indent: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let members):
            if members.isEmpty { return "{}" }
            let lines = members.map {
                inner + JSONText.quoted($0.name) + ": " + $0.value.json(indent: inner)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        }
    }
}
