import BacktestReports
import BacktestResults
import BacktestSweep
import BacktestTracing

/// `admf trace export`.
package struct TraceExportCommand: Command {
    /// What events are exported as.
    package enum Form: String, Sendable, CaseIterable {
        case csv
        case jsonl
    }

    private static let form = Option(
        "format",
        value: "FORMAT",
        "csv or jsonl (one JSON object a line, as stored)",
        default: "jsonl",
        reader: ValueReader<Form>.choice
    )

    package let grammar = CommandGrammar(
        "trace export",
        "write stored events as CSV or JSON lines",
        discussion: [
            "The CSV has a column for each field of an event and the payload as key=value; the JSON lines are the stored records."
        ],
        arguments: [RunArgument.run, TraceArguments.containers],
        options: [form] + TraceArguments.filters,
        examples: [
            Example(
                "admf trace export results/demo/latest --format csv > events.csv",
                "every event of the run"
            ),
            Example(
                "admf trace export results/demo/latest trend_0003 --type FILL > fills.jsonl",
                "the fills of a container"
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
        let head = Table(columns: EventText.columns).render(.csv)
        if form == .csv { context.output.write(head) }
        for trace in try TraceArguments.traces(run, arguments[TraceArguments.containers]) {
            let filter = TraceArguments.filter(arguments, containerID: trace.index.containerID)
            let text = EventText(trace)
            for event in try TraceArguments.events(trace, matching: filter) {
                switch form {
                case .jsonl: context.output.line(text.json(event))
                case .csv:
                    var row = Table(columns: EventText.columns)
                    row.append(text.row(event))
                    context.output.write(String(row.render(.csv).dropFirst(head.count)))
                }
            }
        }
        return .success
    }
}
