import BacktestTracing
import BacktestYAML

/// The JSON Schema of configurations, for editors; made from the tables that configurations are read with.
public enum ConfigurationSchema {
    /// The schema as JSON (draft 2020-12), ended by a line feed.
    public static var json: String { root.json() + "\n" }

    private static var root: SchemaNode {
        guard case .object(let members) = Section<WrittenDocument>.document.schema() else {
            preconditionFailure("the schema of a map is an object")
        }
        var result: [(name: String, value: SchemaNode)] = [
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
            ("title", .text("admf configuration")),
        ]
        for member in members {
            // Any other key is an environment, a map of sections that may be replaced.
            result.append(member.name == "additionalProperties" ? (member.name, .reference("environment")) : member)
        }
        result.append(("required", .list([.text("data"), .text("strategies")])))
        result.append(
            (
                "anyOf",
                .list([
                    .object([("required", .list([.text("portfolios")]))]),
                    .object([("required", .list([.text("containers")]))]),
                ])
            )
        )
        let environment = Section<WrittenDocument>(
            title: "an environment",
            fields: Section<WrittenDocument>.overridable
        )
        result.append(
            (
                "$defs",
                .object([
                    ("trace_setting", Section<TraceDirective>.directive.schema()),
                    ("environment", environment.schema()),
                ])
            )
        )
        return .object(result)
    }
}
