import BacktestModel
import BacktestReports
import BacktestResults
import BacktestRules

/// `admf strategies`.
package struct StrategiesCommand: Command {
    private static let name = OptionalArgument(
        "NAME",
        "a strategy; its rules are printed as YAML to copy and change",
        reader: ValueReader<String>.word(BuiltinStrategies.all.map(\.name))
    )

    package let grammar = CommandGrammar(
        "strategies",
        "list the built-in strategies, or print one as rules to copy",
        discussion: ["Every built-in strategy is written in the rule language that a config can use itself."],
        arguments: [name],
        options: FormatOptions.all,
        examples: [
            Example("admf strategies", "lists the strategies with their parameters"),
            Example("admf strategies sma_cross", "prints its rules as an entry of a config's strategies"),
            Example("admf strategies --json", "everything for programs: parameters, bounds, rules"),
        ]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let wanted = arguments[StrategiesCommand.name]
        let strategies = BuiltinStrategies.all.filter { wanted == nil || $0.name == wanted }
        if format == .json {
            context.output.write(StrategiesCommand.json(strategies))
        } else if wanted != nil, arguments[FormatOptions.format] == nil {
            for strategy in strategies { context.output.write(StrategiesCommand.yaml(strategy)) }
        } else {
            var table = Table(columns: [
                Table.Column("name"), Table.Column("parameters"), Table.Column("symbols"),
                Table.Column("summary"),
            ])
            for strategy in strategies {
                table.append([
                    .text(strategy.name), .text(StrategiesCommand.parameters(strategy)),
                    .text(strategy.symbolCount.map { "\($0)" } ?? "any"), .text(strategy.summary),
                ])
            }
            context.print(table, as: format)
        }
        return .success
    }

    private static func parameters(_ strategy: BuiltinStrategy) -> String {
        strategy.parameters.map { "\($0.name): \(numberText($0.defaultValue))" }.joined(separator: ", ")
    }

    private static func yaml(_ strategy: BuiltinStrategy) -> String {
        var text = "# \(strategy.name): \(strategy.summary)\n"
        for parameter in strategy.parameters { text += "#   \(parameter.name): \(parameter.summary)\n" }
        if strategy.symbolCount == 2 {
            text += "#   other: the second symbol for the first, and the first for the second\n"
        }
        text += "- id: my_\(strategy.name)\n"
        if !strategy.parameters.isEmpty { text += "  params: {\(parameters(strategy))}\n" }
        text += "  rules:\n"
        for rule in strategy.rules { text += "    \(rule.action.name): \(rule.text)\n" }
        return text
    }

    private static func json(_ strategies: [BuiltinStrategy]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for strategy in strategies {
            writer.element()
            writer.beginObject()
            writer.key("name")
            writer.string(strategy.name)
            writer.key("summary")
            writer.string(strategy.summary)
            writer.key("symbol_count")
            writer.number(strategy.symbolCount.map { Double($0) })
            writer.key("parameters")
            writer.beginArray()
            for parameter in strategy.parameters { write(parameter, to: &writer) }
            writer.endArray()
            writer.key("rules")
            writer.beginObject()
            for rule in strategy.rules {
                writer.key(text: rule.action.name)
                writer.string(rule.text)
            }
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
        return writer.out.text + "\n"
    }

    private static func write(_ parameter: BuiltinParameter, to writer: inout JSONWriter) {
        writer.element()
        writer.beginObject()
        writer.key("name")
        writer.string(parameter.name)
        writer.key("default")
        writer.number(parameter.defaultValue)
        writer.key("minimum")
        writer.number(parameter.minimum)
        writer.key("maximum")
        writer.number(parameter.maximum)
        writer.key("whole")
        writer.boolean(parameter.isWhole)
        writer.key("summary")
        writer.string(parameter.summary)
        writer.endObject()
    }
}
