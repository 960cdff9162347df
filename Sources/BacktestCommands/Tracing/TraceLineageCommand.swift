import BacktestModel
import BacktestReports
import BacktestResults
import BacktestTracing

/// `admf trace lineage`.
package struct TraceLineageCommand: Command {
    private static let subject = Argument(
        "EVENT",
        "the sequence or id of an event, such as 120, or a trade, such as T5",
        reader: ValueReader<String>.text
    )

    package let grammar = CommandGrammar(
        "trace lineage",
        "print where an event or trade came from, and what came of it, as a tree",
        discussion: [
            "The first line is the root, a bar or what else has no cause; an event's effects stand below it. What was asked for is"
                + " marked with *."
        ],
        arguments: [RunArgument.run, TraceArguments.container, subject],
        options: FormatOptions.all,
        examples: [
            Example("admf trace lineage results/demo/latest trend_0003 T5", "a trade, from bar to close"),
            Example("admf trace lineage results/demo/latest trend_0003 120 --json", "an event for programs"),
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
        let graph = TraceGraph(try TraceArguments.events(trace))
        let tree = try TraceLineageCommand.tree(arguments[TraceLineageCommand.subject], in: graph)
        let text = EventText(trace)
        switch format {
        case .table:
            for line in tree.lines {
                let indent = String(repeating: "  ", count: line.depth)
                context.output.line("\(line.isSubject ? "*" : " ") \(indent)\(text.line(line.event))")
            }
        case .json:
            var sink = EventSink(format: .json, context: context)
            for line in tree.lines { sink.take(line.event, text) }
            sink.finish()
        case .csv, .markdown:
            var table = Table(columns: [Table.Column("depth", .integer)] + EventText.columns)
            for line in tree.lines {
                table.append([.number(Double(line.depth))] + text.row(line.event, for: format))
            }
            context.print(table, as: format)
        }
        return .success
    }

    /// The tree of what the user named.
    static func tree(_ subject: String, in graph: TraceGraph) throws(CommandFailure) -> LineageTree {
        let last = subject.split(separator: "/").last ?? ""
        if last.first == "T", let trade = TradeReference(subject) {
            guard !graph.trade(trade.number).isEmpty else {
                throw CommandFailure(
                    .usage,
                    "the trace has no trade T\(trade.number)",
                    hint: tradeHint(graph)
                )
            }
            return LineageTree(ofTrade: trade.number, in: graph)
        }
        guard let sequence = subject.split(separator: ":").last.flatMap({ UInt32($0) }) else {
            throw CommandFailure(
                .usage,
                "'\(subject)' is neither an event nor a trade",
                hint: "an event is 120 or trend_0003:120, a trade T5"
            )
        }
        guard let event = graph.event(sequence) else {
            let end = graph.events.last.map { "; the last is \($0.sequence)" } ?? ""
            throw CommandFailure(.usage, "the trace has no event \(sequence)\(end)")
        }
        return LineageTree(of: event, in: graph)
    }

    /// How many trades there are.
    static func tradeHint(_ graph: TraceGraph) -> String {
        guard let last = graph.events.compactMap(\.trade).max() else { return "it has no trade at all" }
        return "its trades are T1 to T\(last)"
    }
}
