import BacktestModel
import BacktestReports
import BacktestRules

/// `admf indicators`.
package struct IndicatorsCommand: Command {
    private static let name = OptionalArgument(
        "NAME",
        "an indicator, helper or series; without it, all are listed",
        reader: ValueReader<String>.word(Indicators.all.map(\.name))
    )

    package let grammar = CommandGrammar(
        "indicators",
        "list what the rule language can compute, with formulas",
        discussion: [
            "Series, indicators, helpers and time, with the bars before the first defined value. Comparisons,"
                + " + - * /, and, or, not, parentheses and history such as close[1] need no name."
        ],
        arguments: [name],
        options: FormatOptions.all,
        examples: [
            Example("admf indicators", "lists them"),
            Example("admf indicators rsi --json", "one of them for programs"),
        ]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let wanted = arguments[IndicatorsCommand.name]
        var table = Table(columns: [
            Table.Column("name"), Table.Column("signature"), Table.Column("gives"), Table.Column("warm_up"),
            Table.Column("formula"), Table.Column("summary"),
        ])
        for indicator in Indicators.all where wanted == nil || indicator.name == wanted {
            table.append([
                .text(indicator.name), .text(indicator.signature),
                .text(indicator.isCondition ? "condition" : "number"), .text(indicator.warmUp),
                .text(indicator.formula), .text(indicator.summary),
            ])
        }
        context.print(table, as: format)
        return .success
    }
}
