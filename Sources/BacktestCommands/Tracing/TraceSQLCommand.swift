import BacktestReports

/// `admf trace sql`.
package struct TraceSQLCommand: Command {
    package let grammar = CommandGrammar(
        "trace sql",
        "ask stored events with SQL",
        discussion: [
            "The table events has a row per event: event_id, event_type, timestamp, correlation_id, causation_id,"
                + " container_id, portfolio_id, strategy_id, symbol, sequence, and the keys of the payloads as columns, NULL"
                + " where a type has no such key. The tables of 'admf sql' are there too.",
            "Nothing is ever changed, and no file and no network can be reached from the statement.",
        ],
        arguments: [RunArgument.run, SQLCommand.statement],
        options: FormatOptions.all,
        examples: [
            Example(
                "admf trace sql demo 'SELECT event_type, count(*) FROM events GROUP BY ALL ORDER BY ALL'",
                "how many of each type"
            ),
            Example(
                "admf trace sql demo 'SELECT symbol, sum(commission) FROM events GROUP BY ALL' --json",
                "commission by symbol"
            ),
        ],
        statuses: [.success, .usage, .storageFailed],
        environment: [SQLCommand.library]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        try SQLCommand.run(
            [arguments[RunArgument.run]],
            arguments[SQLCommand.statement],
            as: FormatOptions.chosen(arguments, command: grammar.name),
            context
        )
    }
}
