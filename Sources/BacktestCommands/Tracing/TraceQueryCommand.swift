import BacktestReports
import BacktestResults
import BacktestSweep
import BacktestTracing

/// `admf trace query`.
package struct TraceQueryCommand: Command {
    private static let limit = Option(
        "limit",
        value: "N",
        "at most N events",
        default: "all",
        reader: .wholeNumber(1...Int.max)
    )
    private static let also = OptionList(
        "also",
        value: "RUN",
        "another run to look into, its containers by the same names",
        reader: ValueReader<String>.folder
    )

    package let grammar = CommandGrammar(
        "trace query",
        "list stored events by type, trade, strategy, symbol and time",
        discussion: [
            "Every option narrows the choice; an option given twice lets both values pass. --format json prints each event as it is"
                + " stored; the tables have times both as ISO-8601 and in nanoseconds."
        ],
        arguments: [RunArgument.run, TraceArguments.containers],
        options: TraceArguments.filters + [limit, also] + FormatOptions.all,
        examples: [
            Example(
                "admf trace query results/demo/latest trend_0003 --type FILL --limit 5",
                "its first five fills"
            ),
            Example(
                "admf trace query results/demo/latest --correlation trend_0003/T5 --json",
                "all of a trade"
            ),
            Example(
                "admf trace query results/demo/latest 'trend_*' --type SIGNAL --since 2023-01-01 --format csv",
                "signals since then for a spreadsheet"
            ),
        ],
        statuses: [.success, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        var runs = [try RunArgument.open(arguments)]
        for path in arguments[TraceQueryCommand.also] {
            runs.append(try RunArgument.read { () throws(RunReadError) in try RunArgument.open(path: path) })
        }
        var sink = EventSink(format: format, context: context)
        let limit = arguments[TraceQueryCommand.limit] ?? Int.max
        for run in runs {
            for trace in try TraceArguments.traces(run, arguments[TraceArguments.containers]) {
                let filter = TraceArguments.filter(arguments, containerID: trace.index.containerID)
                let text = EventText(trace)
                for event in try TraceArguments.events(trace, matching: filter) where sink.count < limit {
                    sink.take(event, text)
                }
            }
        }
        sink.finish()
        return .success
    }
}

/// Prints events as they come, or gathers them for a table.
struct EventSink: ~Copyable {
    private let format: OutputFormat
    private let context: CommandContext
    private var table = Table(columns: EventText.columns)
    private(set) var count = 0

    init(format: OutputFormat, context: CommandContext) {
        self.format = format
        self.context = context
    }

    mutating func take(_ event: TracedEvent, _ text: EventText) {
        if format == .json {
            context.output.write((count == 0 ? "[\n" : ",\n") + text.json(event))
        } else {
            table.append(text.row(event, for: format))
        }
        count += 1
    }

    consuming func finish() {
        switch format {
        case .json: context.output.write(count == 0 ? "[]\n" : "\n]\n")
        case .csv: context.print(table, as: format)
        case .table, .markdown: context.print(table.without(["timestamp", "causation_id"]), as: format)
        }
    }
}

extension Table {
    /// The table without some columns, which only programs want.
    fileprivate func without(_ names: Set<String>) -> Table {
        let kept = columns.indices.filter { !names.contains(columns[$0].name) }
        var table = Table(columns: kept.map { columns[$0] })
        for row in rows { table.append(kept.map { row[$0] }) }
        return table
    }
}
