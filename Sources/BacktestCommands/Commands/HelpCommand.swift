import BacktestModel

/// `admf help`.
package struct HelpCommand: Command {
    private static let topic = OptionalArgument(
        "COMMAND",
        "the command to explain; without it, all are listed",
        reader: ValueReader<String>(
            completion: .nothing,
            read: { text throws(InvalidValue) in
                let names = CommandTable.all.map(\.grammar.name)
                guard !names.contains(text) else { return text }
                throw InvalidValue(
                    expected: "a command; 'admf help' lists them",
                    suggestion: nearestWord(to: text, among: names)
                )
            }
        )
    )
    private static let man = Flag("man", "print the manual page (roff) of all commands")

    package let grammar = CommandGrammar(
        "help",
        "explain admf or one of its commands",
        arguments: [topic],
        options: [man],
        examples: [
            Example("admf help run", "explains run, as 'admf run --help' does"),
            Example("admf help --man > admf.1", "writes the manual page"),
        ]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        if arguments[HelpCommand.man] {
            context.output.write(ManualPage.text(of: CommandTable.all.map(\.grammar)))
            return .success
        }
        let help = HelpText(width: context.terminal.width)
        if let name = arguments[HelpCommand.topic], let command = CommandTable.command(named: name) {
            context.output.write(help.text(of: command.grammar))
        } else {
            context.output.write(help.overview(of: CommandTable.all.map(\.grammar)))
        }
        return .success
    }
}
