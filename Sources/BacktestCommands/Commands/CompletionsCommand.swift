/// `admf completions`.
package struct CompletionsCommand: Command {
    private static let shell = Argument("SHELL", "bash, zsh or fish", reader: ValueReader<Shell>.choice)

    package let grammar = CommandGrammar(
        "completions",
        "print the completion script of a shell",
        arguments: [shell],
        examples: [
            Example("source <(admf completions bash)", "completions in this bash"),
            Example(
                "admf completions zsh > ~/.zfunc/_admf",
                "completions in every new zsh with ~/.zfunc in fpath"
            ),
            Example("admf completions fish > ~/.config/fish/completions/admf.fish", "completions in fish"),
        ]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let shell = arguments[CompletionsCommand.shell]
        context.output.write(shell.script(for: CommandTable.all.map(\.grammar)))
        return .success
    }
}
