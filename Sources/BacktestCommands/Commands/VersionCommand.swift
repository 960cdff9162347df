import BacktestModel

/// `admf version`.
package struct VersionCommand: Command {
    private static let json = Flag("json", "print JSON")

    package let grammar = CommandGrammar(
        "version",
        "print the version of admf and of its engine",
        discussion: [
            "The engine version grows whenever the same config and data may give other numbers; runs of different"
                + " engine versions are told apart by compare."
        ],
        options: [json],
        examples: [Example("admf version", "prints the versions")]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        if arguments[VersionCommand.json] {
            context.output.line(
                #"{"schema_version": 1, "version": "\#(Version.program)", "engine_version": "\#(Version.engine)"}"#
            )
        } else {
            context.output.line("admf \(Version.program) (engine \(Version.engine))")
        }
        return .success
    }
}
