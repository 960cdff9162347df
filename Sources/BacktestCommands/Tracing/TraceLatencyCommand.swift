import BacktestEvents
import BacktestModel
import BacktestReports
import BacktestResults
import BacktestSweep
import BacktestTracing

/// `admf trace latency`.
package struct TraceLatencyCommand: Command {
    package let grammar = CommandGrammar(
        "trace latency",
        "print how long events took from their creation until they were stored",
        discussion: [LatencyTable.note],
        arguments: [RunArgument.run, TraceArguments.containers],
        options: FormatOptions.all,
        examples: [
            Example(
                "admf trace latency results/demo/latest",
                "mean, median, p95, p99 and maximum by event type"
            ),
            Example("admf trace latency results/demo/latest trend_0003 --json", "of one container"),
        ],
        statuses: [.success, .unmet, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let recorder = try LatencyTable.recorder(arguments)
        var table = Table(columns: [
            Table.Column("event_type"), Table.Column("count", .integer), Table.Column("mean_ns", .integer),
            Table.Column("median_ns", .integer), Table.Column("p95_ns", .integer),
            Table.Column("p99_ns", .integer), Table.Column("max_ns", .integer),
        ])
        func add(_ name: String, _ found: LatencyStatistics?) {
            guard let found else { return }
            let numbers = [
                Double(found.count), found.mean, found.median, found.p95, found.p99, Double(found.max),
            ]
            table.append([.text(name)] + numbers.map { .number($0) })
        }
        for type in EventType.allCases { add(type.name, recorder.statistics(of: type)) }
        add("ALL", recorder.overall)
        context.print(table, as: format)
        return .success
    }
}

/// `admf trace bottlenecks`.
package struct TraceBottlenecksCommand: Command {
    private static let percentile = Option(
        "percentile",
        value: "P",
        "order by this percentile of an event type's latencies, 1 to 100",
        default: "99",
        reader: .wholeNumber(1...100)
    )

    package let grammar = CommandGrammar(
        "trace bottlenecks",
        "list event types by a percentile of their latency, the slowest first",
        discussion: [LatencyTable.note],
        arguments: [RunArgument.run, TraceArguments.containers],
        options: [percentile] + FormatOptions.all,
        examples: [
            Example("admf trace bottlenecks results/demo/latest --percentile 99", "where to look first")
        ],
        statuses: [.success, .unmet, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let percentile = arguments[TraceBottlenecksCommand.percentile] ?? 99
        let recorder = try LatencyTable.recorder(arguments)
        var table = Table(columns: [Table.Column("event_type"), Table.Column("p\(percentile)_ns", .integer)])
        for found in recorder.bottlenecks(percentile: Double(percentile) / 100) {
            table.append([.text(found.type.name), .number(found.nanoseconds)])
        }
        context.print(table, as: format)
        return .success
    }
}

/// `admf trace spikes`.
package struct TraceSpikesCommand: Command {
    private static let threshold = Option<Double>(
        "threshold-ms",
        value: "MS",
        "list events that took longer than this many milliseconds",
        default: "10",
        reader: ValueReader { text throws(InvalidValue) in
            guard let number = Double(text), number >= 0, number.isFinite else {
                throw InvalidValue(expected: "a number of milliseconds, 0 or more")
            }
            return number
        }
    )

    package let grammar = CommandGrammar(
        "trace spikes",
        "list events that took unusually long",
        discussion: [LatencyTable.note],
        arguments: [RunArgument.run, TraceArguments.containers],
        options: [threshold] + FormatOptions.all,
        examples: [Example("admf trace spikes results/demo/latest --threshold-ms 10", "events over 10 ms")],
        statuses: [.success, .unmet, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let limit = arguments[TraceSpikesCommand.threshold] ?? 10
        var table = Table(columns: [
            Table.Column("event_id"), Table.Column("event_type"), Table.Column("time"),
            Table.Column("latency_ms", .number(.decimals(3))),
        ])
        try LatencyTable.forEachStamped(arguments) { event, stamps in
            let milliseconds = Double(stamps.latencyNanoseconds) / 1_000_000
            guard milliseconds > limit else { return }
            table.append([
                .text(event.eventID), .text(event.type.name), .text(event.timestamp.iso8601),
                .number(milliseconds),
            ])
        }
        context.print(table, as: format)
        return .success
    }
}

/// What the commands about latency have in common.
enum LatencyTable {
    static let note =
        "Only traces with clock stamps tell times: set 'latency: true' in the container's trace settings. Ends with status 1"
        + " where no event has any."

    /// Calls `body` with every event that has clock stamps; refuses traces that have none.
    static func forEachStamped(
        _ arguments: ParsedArguments,
        _ body: (TracedEvent, EventStamps) -> Void
    ) throws(CommandFailure) {
        let run = try RunArgument.open(arguments)
        var hasStamps = false
        for trace in try TraceArguments.traces(run, arguments[TraceArguments.containers]) {
            for event in try TraceArguments.events(trace) {
                guard let stamps = event.stamps else { continue }
                hasStamps = true
                body(event, stamps)
            }
        }
        guard !hasStamps else { return }
        throw CommandFailure(
            .unmet,
            "the traces have no clock stamps, so no latency is known",
            hint: "run again with 'latency: true' in the trace settings, or --set tracing.latency=true"
        )
    }

    static func recorder(_ arguments: ParsedArguments) throws(CommandFailure) -> LatencyRecorder {
        var recorder = LatencyRecorder()
        try forEachStamped(arguments) { event, stamps in recorder.record(event.type, stamps) }
        return recorder
    }
}
