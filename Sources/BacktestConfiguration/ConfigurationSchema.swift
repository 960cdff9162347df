import BacktestTracing
import BacktestYAML

/// The JSON Schema of configurations, for editors; made from the tables that configurations are read with.
public enum ConfigurationSchema {
    /// The schema as JSON (draft 2020-12), ended by a line feed.
    public static var json: String { root.json() + "\n" }

    private static let overridable = Section<WrittenDocument>.overridable

    private static var root: SchemaNode {
        let fields = Section<WrittenDocument>.document.fields
        let names = Set(overridable.map(\.name))
        let properties = fields.map { field in
            (
                field.name,
                names.contains(field.name) ? section(field) : field.schema().described(field.summary)
            )
        }
        return .object([
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
            ("title", .text("admf configuration")),
            ("type", .text("object")),
            ("properties", .object(properties)),
            // Any other key is an environment, a map of sections that it replaces.
            ("additionalProperties", .reference("environment")),
            ("required", .list([.text("data"), .text("strategies")])),
            (
                "anyOf",
                .list([
                    .object([("required", .list([.text("portfolios")]))]),
                    .object([("required", .list([.text("containers")]))]),
                ])
            ),
            ("$defs", .object(definitions)),
        ])
    }

    private static var definitions: [(name: String, value: SchemaNode)] {
        let environment = SchemaNode.type(
            "object",
            [
                (
                    "description",
                    .text("An environment for --environment: sections that replace those above.")
                ),
                ("properties", .object(overridable.map { ($0.name, section($0)) })),
                ("additionalProperties", .boolean(false)),
                ("minProperties", .number(1)),
            ]
        )
        return overridable.map { ($0.name, $0.schema()) } + [
            ("portfolio", Section<WrittenPortfolio>.portfolio.schema()),
            ("trace_setting", Section<TraceDirective>.directive.schema()),
            ("environment", environment),
        ]
    }

    /// A section that stands at the top and in every environment is written once and referred to.
    private static func section(_ field: Field<WrittenDocument>) -> SchemaNode {
        .object([("description", .text(field.summary)), ("$ref", .text("#/$defs/\(field.name)"))])
    }
}
