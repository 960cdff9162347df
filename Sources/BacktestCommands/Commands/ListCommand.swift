import BacktestModel
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
        var table = PrintedTable([
            "name", "run_id", "status", "containers", "completed", "failed", "started", "latest", "path",
        ])
        let wanted = arguments[ListCommand.name]
        for entry in try entries(in: folder) where wanted == nil || entry.name == wanted {
            table.add(ListCommand.row(entry, context.log))
        }
        if table.rows.isEmpty {
            context.log.info("no runs\(wanted.map { " of '\($0)'" } ?? "") in \(folder)")
        }
        if format != .table || !table.rows.isEmpty { table.print(to: context, as: format) }
        return .success
    }

    private func entries(in folder: String) throws(CommandFailure) -> [RunIndex.Entry] {
        guard PathStatus.exists(folder) else { return [] }
        do throws(RunReadError) {
            return try RunIndex.list(resultsDirectory: folder)
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func row(_ entry: RunIndex.Entry, _ log: Log) -> [Scalar] {
        let head: [Scalar] = [.text(entry.name), .text(entry.runID)]
        let tail: [Scalar] = [.boolean(entry.isLatest), .text(entry.path)]
        switch entry.manifest {
        case .success(let manifest):
            let started = manifest.times.first { $0.name == "started" }?.value
            return head + [
                .text(manifest.status.rawValue), .number(Double(manifest.containers.count)),
                .number(Double(manifest.containers.count(.completed))),
                .number(Double(manifest.containers.count(.failed))), .optional(started),
            ] + tail
        case .failure(let error):
            log.warning("\(error.path): \(error.reason)", hint: error.remedy)
            return head + [.text("unreadable"), .null, .null, .null, .null] + tail
        }
    }
}
