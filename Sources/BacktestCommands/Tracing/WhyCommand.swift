import BacktestModel
import BacktestReports
import BacktestResults
import BacktestSweep
import BacktestTracing

/// `admf why`.
package struct WhyCommand: Command {
    private static let trade = Argument(
        "TRADE",
        "the trade's number in trades.csv, such as 5 or T5",
        reader: ValueReader<TradeReference>.trade
    )

    package let grammar = CommandGrammar(
        "why",
        "explain a trade: the bar, the rule, the order and the fill behind it",
        discussion: [
            "Reads the container's stored trace ('mode: full'). 'admf trace lineage' prints the same as a tree of events."
        ],
        arguments: [RunArgument.run, TraceArguments.container, trade],
        options: FormatOptions.all,
        examples: [Example("admf why results/demo/latest trend_0003 T5", "what led to a trade and ended it")],
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
        let graph = TraceGraph(try TraceArguments.events(trace))
        let number = arguments[WhyCommand.trade].number
        guard !graph.trade(number).isEmpty else {
            throw CommandFailure(
                .usage,
                "the trace has no trade T\(number)",
                hint: TraceLineageCommand.tradeHint(graph)
            )
        }
        let story = TradeStory(trade: number, graph, trace)
        context.print(steps: story.steps, as: format)
        return .success
    }
}

/// One step of an explanation.
struct StoryStep {
    var time: String
    var step: String
    var text: String
    var sequence: UInt32?
}

extension CommandContext {
    /// Prints an explanation: sentences for people, a row a step for programs.
    func print(steps: [StoryStep], as format: OutputFormat) {
        var table = Table(columns: [
            Table.Column("time"), Table.Column("step"), Table.Column("explanation"),
            Table.Column("sequence", .integer),
        ])
        for step in steps {
            table.append([
                .text(step.time), .text(step.step), .text(step.text),
                step.sequence.map { .number(Double($0)) } ?? .null,
            ])
        }
        guard format == .table else {
            print(table, as: format)
            return
        }
        let width = steps.reduce(0) { max($0, $1.step.count) }
        for step in steps {
            let padding = String(repeating: " ", count: width - step.step.count)
            output.line("\(step.time)  \(step.step)\(padding)  \(step.text)")
        }
    }
}
