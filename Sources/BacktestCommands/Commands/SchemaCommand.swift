import BacktestConfiguration

/// `admf schema`.
package struct SchemaCommand: Command {
    package let grammar = CommandGrammar(
        "schema",
        "print the JSON Schema of configs, for editors",
        discussion: [
            "An editor with a YAML language server completes and checks a config that begins with"
                + " '# yaml-language-server: $schema=admf.schema.json'."
        ],
        examples: [Example("admf schema > admf.schema.json", "writes the schema")]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        context.output.write(ConfigurationSchema.json)
        return .success
    }
}
