import BacktestReports
import BacktestResults

/// `admf show`.
package struct ShowCommand: Command {
    private static let container = OptionalArgument(
        "CONTAINER",
        "the id of a container of the run, to see that one in full",
        reader: ValueReader<String>.text
    )

    package let grammar = CommandGrammar(
        "show",
        "show a run, or one of its containers, in full",
        discussion: [
            "The folder of a container may stand for RUN too. The equity curve is drawn where the run stored it"
                + " (results.store_equity_curve)."
        ],
        arguments: [RunArgument.run, container],
        options: FormatOptions.all,
        examples: [
            Example("admf show results/demo/latest", "what ran, how it went, and its best containers"),
            Example(
                "admf show results/demo/latest trend_0003",
                "one container: metrics, trades by strategy, equity"
            ),
            Example("admf show results/demo/latest trend_0003 --json", "its metrics.json in an array"),
        ],
        statuses: [.success, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let reader = try RunArgument.open(arguments)
        let text: String
        if let id = arguments[ShowCommand.container] ?? reader.containerID {
            let report = try RunArgument.read { () throws(RunReadError) in
                try ContainerReport(reader, containerID: id)
            }
            text = report.render(format, style: context.style)
        } else {
            let report = try RunArgument.read { () throws(RunReadError) in try RunReport(reader) }
            text = report.render(format, style: context.style)
        }
        context.output.write(text)
        return .success
    }
}
