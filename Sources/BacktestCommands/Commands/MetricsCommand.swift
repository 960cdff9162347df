import BacktestMetrics
import BacktestModel
import BacktestReports

/// `admf metrics`.
package struct MetricsCommand: Command {
    private static let name = OptionalArgument(
        "NAME",
        "a metric; without it, all are listed",
        reader: ValueReader<String>.word(MetricName.names)
    )

    package let grammar = CommandGrammar(
        "metrics",
        "list the metrics with their formulas",
        discussion: [
            "In the formulas r is the return of a bar, E_t the equity at close t, P the periods a year, rf the risk-free"
                + " rate of a period, N the number of closed trades and x the net profit of one."
        ],
        arguments: [name],
        options: FormatOptions.all,
        examples: [
            Example("admf metrics", "lists the metrics"),
            Example("admf metrics sharpe_ratio --json", "one of them for programs"),
        ]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let wanted = arguments[MetricsCommand.name]
        var table = Table(columns: [
            Table.Column("name"), Table.Column("better"), Table.Column("unit"), Table.Column("formula"),
            Table.Column("summary"),
        ])
        for metric in MetricName.allCases where wanted == nil || metric.name == wanted {
            table.append([
                .text(metric.name), .optional(metric.higherIsBetter.map { $0 ? "higher" : "lower" }),
                .text(metric.unit.rawValue), .text(metric.formula), .text(metric.summary),
            ])
        }
        context.print(table, as: format)
        return .success
    }
}
