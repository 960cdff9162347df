import BacktestMarketData
import BacktestModel
import BacktestReports

/// `admf cache`.
package struct CacheCommand: Command {
    private static let actions = ["info", "clear"]
    private static let action = OptionalArgument(
        "ACTION",
        "info (the default) or clear",
        reader: ValueReader<String>.word(actions)
    )

    package let grammar = CommandGrammar(
        "cache",
        "show or empty the folder of parsed bar files",
        discussion: [
            "run, resume, plan and validate keep the columns of large bar files, so that the next run need not parse them. A file"
                + " whose bytes have changed is parsed anew. --no-cache does without; verify never uses it.",
            "info: the folder, its bound, entries and bytes. clear: removes every entry.",
        ],
        arguments: [action],
        options: FormatOptions.all,
        examples: [
            Example("admf cache", "where the folder is and what it holds"),
            Example("admf cache clear", "removes everything that it holds"),
        ],
        statuses: [.success, .usage],
        environment: [CacheLocation.folderVariable, CacheLocation.limitVariable]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let clears = arguments[CacheCommand.action] == "clear"
        var table = Table(columns: [
            Table.Column("folder"), Table.Column("limit_bytes", .integer),
            Table.Column(clears ? "removed_entries" : "entries", .integer),
            Table.Column(clears ? "removed_bytes" : "bytes", .integer),
        ])
        if let cache = CacheLocation.standard {
            let size = clears ? cache.clear() : cache.size
            table.append([
                .text(cache.folder), .number(Double(cache.byteLimit)), .number(Double(size.entries)),
                .number(Double(size.bytes)),
            ])
        } else {
            context.log.warning("there is no cache: neither ADMF_CACHE nor HOME names a folder")
        }
        context.print(table, as: format)
        return .success
    }
}
