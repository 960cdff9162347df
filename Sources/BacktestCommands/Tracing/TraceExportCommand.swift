import BacktestReports
import BacktestResults
import BacktestSQL
import BacktestSweep
import BacktestTracing
import Glibc

/// `admf trace export`.
package struct TraceExportCommand: Command {
    /// What events are exported as.
    package enum Form: String, Sendable, CaseIterable {
        case csv
        case jsonl
        case parquet
    }

    private static let form = Option(
        "format",
        value: "FORMAT",
        "csv, jsonl (one JSON object a line, as stored) or parquet",
        default: "jsonl",
        reader: ValueReader<Form>.choice
    )
    private static let output = Option(
        "output",
        short: "o",
        value: "FILE",
        "where the events go",
        default: "standard output; parquet needs a file",
        reader: ValueReader<String>.file([".csv", ".jsonl", ".parquet"])
    )

    package let grammar = CommandGrammar(
        "trace export",
        "write stored events as CSV, JSON lines or Parquet",
        discussion: [
            "The CSV has a column for each field of an event and the payload as key=value; the JSON lines are the stored records; Parquet has"
                + " the columns of the table events of 'admf trace sql', and needs DuckDB."
        ],
        arguments: [RunArgument.run, TraceArguments.containers],
        options: [form, output] + TraceArguments.filters,
        examples: [
            Example(
                "admf trace export results/demo/latest --format csv > events.csv",
                "every event of the run"
            ),
            Example(
                "admf trace export results/demo/latest trend_0003 --type FILL > fills.jsonl",
                "the fills of a container"
            ),
            Example(
                "admf trace export demo --format parquet --output events.parquet",
                "every event, for pandas and the like"
            ),
        ],
        statuses: [.success, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let form = arguments[TraceExportCommand.form] ?? .jsonl
        let run = try RunArgument.open(arguments)
        let place = arguments[TraceExportCommand.output].flatMap { $0 == "-" ? nil : $0 }
        if let place { try AtomicFile.check(place) }
        if form == .parquet { return try exportParquet(run, arguments, to: place, context) }
        guard let place else {
            try export(run, arguments, form, to: context.output)
            return .success
        }
        let temporary = "\(place).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw CommandFailure(StorageError("write", place, systemError: errno))
        }
        let file = StandardOutput(descriptor: descriptor)
        do throws(CommandFailure) {
            try export(run, arguments, form, to: file)
            try file.finish()
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error
        }
        guard close(descriptor) == 0, rename(temporary, place) == 0 else {
            let number = errno
            unlink(temporary)
            throw CommandFailure(StorageError("write", place, systemError: number))
        }
        context.output.line(place)
        return .success
    }

    private func export(
        _ run: RunReader,
        _ arguments: ParsedArguments,
        _ form: Form,
        to output: StandardOutput
    ) throws(CommandFailure) {
        let head = Table(columns: EventText.columns).render(.csv)
        if form == .csv { output.write(head) }
        for trace in try TraceArguments.traces(run, arguments[TraceArguments.containers]) {
            let filter = TraceArguments.filter(arguments, containerID: trace.index.containerID)
            let text = EventText(trace)
            for event in try TraceArguments.events(trace, matching: filter) {
                switch form {
                case .parquet: break
                case .jsonl: output.line(text.json(event))
                case .csv:
                    var row = Table(columns: EventText.columns)
                    row.append(text.row(event, for: .csv))
                    output.write(String(row.render(.csv).dropFirst(head.count)))
                }
            }
        }
    }

    private func exportParquet(
        _ run: RunReader,
        _ arguments: ParsedArguments,
        to place: String?,
        _ context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        guard let place else {
            throw CommandFailure(.usage, "Parquet goes to a file", hint: "name it with --output FILE")
        }
        var selections: [TraceSelection] = []
        for trace in try TraceArguments.traces(run, arguments[TraceArguments.containers]) {
            let filter = TraceArguments.filter(arguments, containerID: trace.index.containerID)
            selections.append(TraceSelection(trace, filter))
        }
        let database = try RunSelection.database(SelectedRun.label([run]))
        let written = try CommandFailure.ofDatabase { () throws(RunDatabaseError) in
            try database.makeEvents(selections)
            return try RunExport.write(.events, of: database, as: .parquet, to: place)
        }
        context.output.line("\(written.path)  \(written.rowCount) rows, \(written.byteCount) bytes")
        return .success
    }
}
