import BacktestResults
import BacktestSQL
import Glibc

/// `admf export`.
package struct ExportCommand: Command {
    private static let form = Option(
        "format",
        value: "FORMAT",
        "parquet, csv or jsonl (one JSON object a line)",
        default: "parquet",
        reader: ValueReader<RunExport.Form>.choice
    )
    private static let output = Option(
        "output",
        short: "o",
        value: "DIR",
        "the folder of the files, made where it is missing",
        default: "the run's own",
        reader: ValueReader<String>.folder
    )
    private static let tables = OptionList(
        "table",
        value: "TABLE",
        "write this table: summary, trades, equity or events; may be repeated (default: summary, and trades where stored)",
        reader: ValueReader<String>.word(["summary", "trades", "equity", "events"])
    )

    package let grammar = CommandGrammar(
        "export",
        "write a run's summary and trades as Parquet, CSV or JSON lines",
        discussion: [
            "summary has a row per container: parameters as whole numbers, numbers, booleans or texts, metrics as numbers, NULL"
                + " where undefined. trades, equity and events have the rows of all containers, each with its container_id."
                + " Times are timestamps in Parquet and ISO-8601 in text.",
            "A file appears whole or not at all and replaces one of its name. It needs DuckDB, which 'make setup' fetches.",
        ],
        arguments: [RunArgument.run],
        options: [form, tables, output],
        examples: [
            Example(
                "admf export results/demo/latest",
                "writes summary.parquet, and trades.parquet, into its folder"
            ),
            Example(
                "admf export demo --format csv --table trades --output for_excel",
                "every trade of the run in one CSV file"
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
        let form = arguments[ExportCommand.form] ?? .parquet
        let reader = try RunArgument.open(arguments)
        let folder = arguments[ExportCommand.output] ?? reader.path
        try AtomicFile.check(folder: folder)
        let named = arguments[ExportCommand.tables]
        var tables = (named.isEmpty ? ["summary", "trades"] : named).map { name in
            RunDatabase.TableName(rawValue: name) ?? .containers
        }
        // The run's own summary.csv is that table already, and what the run wrote stays as it is.
        if form == .csv, ExportCommand.isSame(folder, reader.path), tables.contains(.containers) {
            guard named.isEmpty else {
                throw CommandFailure(
                    .usage,
                    "summary.csv is there already: \(reader.path)/\(SummaryWriter.fileName)",
                    hint: "name another folder with --output"
                )
            }
            tables.removeAll { $0 == .containers }
        }
        let database = try RunSelection.database(SelectedRun.label([reader]))
        try ExportCommand.makeFolder(folder)
        for table in tables {
            let path = "\(folder)/\(RunExport.fileName(of: table, as: form))"
            try CommandFailure.ofDatabase { () throws(RunDatabaseError) in try database.make(table) }
            if database.stored[table] == 0 {
                guard named.isEmpty else {
                    throw CommandFailure(
                        .usage,
                        RunDatabase.absence(of: table),
                        hint: "then run the config again"
                    )
                }
                continue
            }
            let written = try CommandFailure.ofDatabase { () throws(RunDatabaseError) in
                try RunExport.write(table, of: database, as: form, to: path)
            }
            context.output.line("\(written.path)  \(written.rowCount) rows, \(written.byteCount) bytes")
        }
        for note in database.notes { context.log.warning(note) }
        return .success
    }

    private static func isSame(_ a: String, _ b: String) -> Bool {
        var (first, second) = (stat(), stat())
        return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_ino == second.st_ino
            && first.st_dev == second.st_dev
    }

    /// Makes a folder, with those above it.
    private static func makeFolder(_ path: String) throws(CommandFailure) {
        if mkdir(path, 0o777) == 0 { return }
        let number = errno
        if number == EEXIST { return }
        if number == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeFolder(String(path[..<slash]))
            if mkdir(path, 0o777) == 0 || errno == EEXIST { return }
        }
        throw CommandFailure(StorageError("create the folder", path, systemError: number))
    }
}
