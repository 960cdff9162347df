/// Completions for bash.
enum BashCompletions {
    static func script(for commands: [CommandGrammar]) -> String {
        """
        # bash completion for admf; load it with: source <(admf completions bash)
        _admf() {
            local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" command="${COMP_WORDS[1]}"
            # bash splits --name=value at the sign
            if [[ $current == "=" ]]; then current=""; fi
            if [[ $previous == "=" ]]; then previous="${COMP_WORDS[COMP_CWORD-2]}"; fi
            COMPREPLY=()
            if [[ $COMP_CWORD -eq 1 ]]; then
                mapfile -t COMPREPLY < <(compgen -W "\(commands.map(\.name).joined(separator: " ")) --help --version" -- "$current")
                return
            fi
            case "$command" in
        \(commands.map { block(for: $0, all: commands) }.joined(separator: "\n"))
            esac
        }
        complete -o filenames -F _admf admf

        """
    }

    private static func block(for command: CommandGrammar, all commands: [CommandGrammar]) -> String {
        var lines = ["        \(command.name))", "            case \"$previous\" in"]
        for option in command.options where option.takesValue {
            let names = [option.dashed] + (option.short.map { ["-\($0)"] } ?? [])
            lines.append(
                "                \(names.joined(separator: "|"))) \(generate(option.completion)) return ;;"
            )
        }
        lines.append("            esac")
        lines.append("            if [[ $current == -* ]]; then")
        let names = command.options.map(\.dashed).joined(separator: " ")
        lines.append("                \(generate(.words([names])))")
        lines.append("            else")
        let completion = CompletionRules.argument(of: command, all: commands)
        lines.append("                \(generate(completion))")
        lines.append("            fi ;;")
        return lines.joined(separator: "\n")
    }

    private static func generate(_ completion: ValueCompletion) -> String {
        switch completion {
        case .nothing: return ":;"
        case .words(let words): return fill("compgen -W \"\(words.joined(separator: " "))\" -- \"$current\"")
        case .folders: return fill("compgen -d -- \"$current\"")
        case .files(let endings):
            guard !endings.isEmpty else { return fill("compgen -f -- \"$current\"") }
            let pattern = endings.map { "*\($0)" }.joined(separator: "|")
            return fill("compgen -d -- \"$current\"; compgen -f -X '!@(\(pattern))' -- \"$current\"")
        }
    }

    private static func fill(_ words: String) -> String { "mapfile -t COMPREPLY < <(\(words));" }
}
