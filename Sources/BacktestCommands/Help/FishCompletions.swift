/// Completions for fish.
enum FishCompletions {
    static func script(for commands: [CommandGrammar]) -> String {
        var text = """
            # fish completion for admf; load it with: admf completions fish | source
            complete -c admf -f

            """
        let names = commands.map(\.name).joined(separator: " ")
        for command in commands {
            text += "complete -c admf -n 'not __fish_seen_subcommand_from \(names)'"
            text += " -a \(command.name) -d \(quote(command.summary))\n"
        }
        for command in commands {
            let condition = "-n '__fish_seen_subcommand_from \(command.name)'"
            let completion = CompletionRules.argument(of: command, all: commands)
            if completion != .nothing { text += "complete -c admf \(condition) \(offer(completion))\n" }
            for option in command.options {
                text += "complete -c admf \(condition) -l \(option.name)"
                if let short = option.short { text += " -s \(short)" }
                if option.takesValue { text += " -r \(offer(option.completion))" }
                text += " -d \(quote(option.summary))\n"
            }
        }
        return text
    }

    private static func offer(_ completion: ValueCompletion) -> String {
        switch completion {
        case .nothing: "-f"
        case .words(let words): "-f -a '\(words.joined(separator: " "))'"
        case .folders: "-f -a '(__fish_complete_directories)'"
        case .files(let endings):
            endings.isEmpty ? "-F" : "-f -a '(__fish_complete_suffix \(endings.joined(separator: " ")))'"
        }
    }

    private static func quote(_ text: String) -> String { text.quoted(escapingQuoteAs: "\\'") }
}
