import BacktestResults
import BacktestSweep
import BacktestTracing

/// `admf why-not`.
package struct WhyNotCommand: Command {
    private static let symbol = Argument("SYMBOL", "the symbol", reader: ValueReader<String>.text)
    private static let time = Argument(
        "TIME",
        "the market time, such as 2024-04-01 or 2024-04-01T13:30:00Z; the last bar up to it counts",
        reader: ValueReader<TimeBound>.time
    )

    package let grammar = CommandGrammar(
        "why-not",
        "explain why no trade began on a bar: rule, filter, limit or cash",
        discussion: [
            "For every strategy of the container on the symbol: the numbers that its rules compared on the bar, its signals, and what"
                + " became of each. Reads the container's stored trace ('mode: full')."
        ],
        arguments: [RunArgument.run, TraceArguments.container, symbol, time],
        options: FormatOptions.all,
        examples: [
            Example(
                "admf why-not results/demo/latest trend_0003 DEMO 2021-03-01",
                "what kept it from trading"
            )
        ],
        statuses: [.success, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let run = try RunArgument.open(arguments)
        let trace = try TraceArguments.trace(run, arguments[TraceArguments.container])
        let symbol = arguments[WhyNotCommand.symbol]
        guard trace.index.symbols.contains(symbol) else {
            throw CommandFailure(
                .usage,
                "the container has no symbol '\(symbol)'",
                hint: "its symbols are \(trace.index.symbols.joined(separator: ", "))"
            )
        }
        let graph = TraceGraph(try TraceArguments.events(trace))
        let time = arguments[WhyNotCommand.time].last
        guard let story = RefusalStory(symbol, time, graph, trace) else {
            throw CommandFailure(
                .usage,
                "the trace has no bar of \(symbol) up to that time",
                hint: "it needs BAR, FEATURES or SIGNAL events of \(symbol); run again with 'mode: full'"
            )
        }
        context.print(steps: story.steps, as: format)
        return .success
    }
}
