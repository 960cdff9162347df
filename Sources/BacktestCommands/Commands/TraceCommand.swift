/// `admf trace`: everything that reads stored traces, each in a command of its own.
package struct TraceCommand: CommandGroup {
    package let members: [any Command] = [
        TraceQueryCommand(),
        TraceLineageCommand(),
        TraceIntegrityCommand(),
        TraceReplayCommand(),
        TraceExplainCommand(),
        TraceLatencyCommand(),
        TraceBottlenecksCommand(),
        TraceSpikesCommand(),
        TraceExportCommand(),
        TraceCompactCommand(),
        TraceSQLCommand(),
    ]

    private static let action = Argument(
        "ACTION",
        "query, lineage, integrity, replay, explain, latency, bottlenecks, spikes, export, compact or sql",
        reader: ValueReader<String>.word([
            "query", "lineage", "integrity", "replay", "explain", "latency", "bottlenecks", "spikes",
            "export", "compact", "sql",
        ])
    )
    private static let rest = OptionalArgumentList(
        "ARGUMENT",
        "what the action takes, such as a run and a container; see 'admf trace ACTION --help'",
        reader: ValueReader<String>.folder
    )

    package let grammar = CommandGrammar(
        "trace",
        "query, check and replay the events that containers have stored",
        discussion: [
            "A container stores its events where its trace settings say so: 'mode: full' with 'storage_backend: file'"
                + " writes events.jsonl.gz into its folder. 'admf trace ACTION --help' explains an action.",
            "query: events by type, trade, strategy, symbol and time. lineage: where an event or trade came from, and what"
                + " came of it. integrity: gaps, orphans, duplicates and files that were changed. replay: metrics.json"
                + " from the events alone. explain: which rule set what for a container. latency, bottlenecks, spikes:"
                + " times between an event's clock stamps. export: CSV, JSON lines or Parquet. compact: smaller files."
                + " sql: one SELECT over them.",
        ],
        arguments: [action, rest],
        options: [],
        examples: [
            Example("admf trace query results/demo/latest trend_0003", "every event of a container"),
            Example("admf trace lineage results/demo/latest trend_0003 T5", "what a trade came from"),
            Example("admf trace integrity results/demo/latest", "whether the traces of a run are whole"),
        ],
        statuses: [.success, .unmet, .usage, .storageFailed]
    )

    package init() {}

    /// Reached only where something stands before the action.
    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let action = arguments[TraceCommand.action]
        throw CommandFailure(
            .usage,
            "'\(action)' must stand right behind 'trace'",
            hint: "write 'admf trace \(action) …'; see 'admf trace \(action) --help'"
        )
    }
}
