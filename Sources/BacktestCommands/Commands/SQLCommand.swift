import BacktestReports
import BacktestSQL

/// `admf sql`.
package struct SQLCommand: Command {
    static let statement = Argument(
        "SELECT",
        "one SELECT in DuckDB's SQL",
        reader: ValueReader<String> { text throws(InvalidValue) in
            guard text.contains(where: { !$0.isWhitespace }) else {
                throw InvalidValue(expected: "a SELECT such as 'SELECT count(*) FROM containers'")
            }
            return text
        }
    )

    package let grammar = CommandGrammar(
        "sql",
        "ask runs with SQL",
        discussion: [
            "Tables: runs (a row a run), containers (a row a container: parameters and metrics as columns), trades and equity"
                + " (where the run stored them), events (of containers that store a trace). Each has a column run. Names with"
                + " a dot stand in double quotes: \"cross.fast\". SHOW TABLES and DESCRIBE work.",
            "Nothing is ever changed, and no file and no network can be reached from the statement. It needs DuckDB, which"
                + " 'make setup' fetches; see docs/sql.md.",
        ],
        arguments: [RunSelection.runs, statement],
        options: FormatOptions.all,
        examples: [
            Example(
                "admf sql demo 'SELECT container_id, sharpe_ratio FROM containers ORDER BY sharpe_ratio DESC LIMIT 5'",
                "the five best"
            ),
            Example(
                "admf sql demo 'SELECT exit_reason, count(*), avg(net_pnl) FROM trades GROUP BY ALL' --format csv",
                "what each kind of exit earns"
            ),
            Example(
                "admf sql 'SELECT name, run, max(sharpe_ratio) FROM runs JOIN containers USING (run) GROUP BY ALL'",
                "the best of every run in results/"
            ),
        ],
        statuses: [.success, .usage, .storageFailed],
        environment: [SQLCommand.library]
    )

    static let library = EnvironmentVariable(
        "ADMF_DUCKDB",
        "a libduckdb.so, or the folder that holds it (default: the system's, else what make setup fetched)"
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        try SQLCommand.run(
            arguments[RunSelection.runs],
            arguments[SQLCommand.statement],
            as: FormatOptions.chosen(arguments, command: grammar.name),
            context
        )
    }

    /// Asks and prints.
    static func run(
        _ paths: [String],
        _ statement: String,
        as format: OutputFormat,
        _ context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let database = try RunSelection.database(RunSelection.open(paths, context))
        let table = try CommandFailure.ofDatabase { () throws(RunDatabaseError) in
            try database.select(statement)
        }
        for note in database.notes { context.log.warning(note) }
        context.print(table, as: format)
        return .success
    }
}
