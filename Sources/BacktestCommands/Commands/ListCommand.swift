import BacktestReports
import BacktestResults

/// `admf list`.
package struct ListCommand: Command {
    private static let name = OptionalArgument(
        "NAME",
        "list only the runs of the config with this name",
        reader: ValueReader<String>.text
    )
    private static let output = Option(
        "output",
        value: "DIR",
        "the results folder",
        default: "results",
        reader: ValueReader<String>.folder
    )

    package let grammar = CommandGrammar(
        "list",
        "list the runs in a results folder, the oldest first",
        arguments: [name],
        options: [output] + FormatOptions.all,
        examples: [
            Example("admf list", "lists the runs in results/"),
            Example("admf list demo --format csv", "the runs of one config, for a spreadsheet"),
        ],
        statuses: [.success, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let folder = arguments[ListCommand.output] ?? "results"
        let wanted = arguments[ListCommand.name]
        let entries = try entries(in: folder).filter { wanted == nil || $0.name == wanted }
        for entry in entries {
            guard case .failure(let error) = entry.manifest else { continue }
            context.log.warning("\(error.path): \(error.reason)", hint: error.remedy)
        }
        context.output.write(RunList(entries).render(format, style: context.style))
        return .success
    }

    private func entries(in folder: String) throws(CommandFailure) -> [RunIndex.Entry] {
        guard PathStatus.exists(folder) else { return [] }
        return try RunArgument.read { () throws(RunReadError) in try RunIndex.list(resultsDirectory: folder) }
    }
}
