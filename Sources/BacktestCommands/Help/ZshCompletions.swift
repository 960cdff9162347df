/// Completions for zsh.
enum ZshCompletions {
    static func script(for commands: [CommandGrammar]) -> String {
        """
        #compdef admf
        # zsh completion for admf; load it with: source <(admf completions zsh)
        _admf() {
            local -a commands
            commands=(
        \(commands.map { "        " + "\($0.name):\($0.summary)".quoted(escapingQuoteAs: "'\\''") }.joined(separator: "\n"))
            )
            if (( CURRENT == 2 )); then
                _describe 'command' commands
                return
            fi
            local command="$words[2]"
            shift words
            (( CURRENT-- ))
            case "$command" in
        \(commands.map { block(for: $0, all: commands) }.joined(separator: "\n"))
            esac
        }
        if [[ "$funcstack[1]" == _admf ]]; then _admf "$@"; else compdef _admf admf; fi

        """
    }

    private static func block(for command: CommandGrammar, all commands: [CommandGrammar]) -> String {
        var items = command.options.map(item)
        let completion = CompletionRules.argument(of: command, all: commands)
        for (index, argument) in command.arguments.enumerated() {
            let place = argument.arity.isRepeated ? "*" : "\(index + 1)"
            let action = index == 0 ? action(completion) : action(argument.completion)
            items.append(quote("\(place):\(argument.name):\(action)"))
        }
        let list = items.map { "                \($0)" }.joined(separator: " \\\n")
        return "        \(command.name))\n            _arguments -s \\\n\(list) ;;"
    }

    private static func item(_ option: OptionGrammar) -> String {
        let text = "[\(escaped(option.summary))]"
        let value = option.valueName.map { ":\(escaped($0)):\(action(option.completion))" } ?? ""
        let repeated = option.isRepeated ? "*" : ""
        // The sign after the name lets both `--name value` and `--name=value` complete.
        let long = quote(repeated + option.dashed + (option.takesValue ? "=" : "") + text + value)
        guard let short = option.short else { return long }
        return long + " " + quote("\(repeated)-\(short)\(option.takesValue ? "+" : "")\(text)\(value)")
    }

    private static func action(_ completion: ValueCompletion) -> String {
        switch completion {
        case .nothing: " "
        case .words(let words): "(\(words.joined(separator: " ")))"
        case .folders: "_files -/"
        case .files(let endings):
            endings.isEmpty ? "_files" : "_files -g \"*(\(endings.joined(separator: "|")))\""
        }
    }

    private static func escaped(_ text: String) -> String {
        text.map { "[]:".contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    private static func quote(_ text: String) -> String { text.quoted(escapingQuoteAs: "'\\''") }
}
