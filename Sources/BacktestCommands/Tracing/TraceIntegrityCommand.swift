import BacktestModel
import BacktestReports
import BacktestResults
import BacktestSweep
import BacktestTracing

/// `admf trace integrity`.
package struct TraceIntegrityCommand: Command {
    package let grammar = CommandGrammar(
        "trace integrity",
        "look for damage in stored traces",
        discussion: [
            "Compares each file with the SHA-256 of its index, each event with its neighbours, its cause and its container, and the"
                + " number of events of each type with metrics.json. Ends with status 1 where anything is wrong."
        ],
        arguments: [RunArgument.run, TraceArguments.containers],
        options: FormatOptions.all,
        examples: [
            Example("admf trace integrity results/demo/latest", "every trace of the run"),
            Example(
                "admf trace integrity results/demo/latest trend_0003 --json",
                "one of them, for programs"
            ),
        ],
        statuses: [.success, .unmet, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let run = try RunArgument.open(arguments)
        var table = Table(columns: [
            Table.Column("container_id"), Table.Column("kind"), Table.Column("sequence", .integer),
            Table.Column("message"),
        ])
        var count = 0
        var events = 0
        let traces = try TraceArguments.traces(run, arguments[TraceArguments.containers])
        for trace in traces {
            let integrity = trace.integrity(try? run.record(trace.index.containerID))
            events += integrity.eventCount
            count += integrity.damageCount
            for damage in integrity.damage {
                table.append([
                    .text(trace.index.containerID), .text(damage.kind.rawValue),
                    damage.sequence.map { .number(Double($0)) } ?? .null, .text(damage.message),
                ])
            }
            let unlisted = integrity.damageCount - integrity.damage.count
            if unlisted > 0 {
                context.log.warning("\(trace.index.containerID): \(unlisted) more findings are not listed")
            }
        }
        if format != .table || count > 0 { context.print(table, as: format) }
        if format == .table {
            let checked =
                "\(QuantityText.count(events)) events of \(traces.count) trace\(traces.count == 1 ? "" : "s")"
            context.output.line(
                count == 0 ? "\(checked): no damage" : "\(checked): \(count) finding\(count == 1 ? "" : "s")"
            )
        }
        return count == 0 ? .success : .unmet
    }
}
