/// What all shells offer alike.
enum CompletionRules {
    /// What may follow a command's name; `help` offers the commands, which its own grammar cannot know.
    static func argument(of command: CommandGrammar, all commands: [CommandGrammar]) -> ValueCompletion {
        if command.name == "help" { return .words(commands.map(\.name)) }
        return command.arguments.first?.completion ?? .nothing
    }
}
