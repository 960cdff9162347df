/// A shell that completions can be made for.
package enum Shell: String, Sendable, CaseIterable {
    case bash
    case zsh
    case fish

    /// The completion script, made of the grammars alone.
    package func script(for commands: [CommandGrammar]) -> String {
        switch self {
        case .bash: BashCompletions.script(for: commands)
        case .zsh: ZshCompletions.script(for: commands)
        case .fish: FishCompletions.script(for: commands)
        }
    }
}

extension String {
    /// The text in single quotes, as all three shells read it.
    func quoted(escapingQuoteAs quote: String) -> String {
        "'" + map { $0 == "'" ? quote : String($0) }.joined() + "'"
    }
}
