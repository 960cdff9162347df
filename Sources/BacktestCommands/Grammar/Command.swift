/// A command of `admf`: what it takes, and what it does with it.
///
/// A command lives in one file and stands in one place, `CommandTable.all`. Its implementers hold: results go to
/// `context.output` and nowhere else; everything else goes to `context.log`.
package protocol Command: Sendable {
    /// What it is called, takes and means.
    var grammar: CommandGrammar { get }

    /// Does the work.
    func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) -> ExitStatus
}

/// A command that stands for several: the word behind its name picks one of them.
package protocol CommandGroup: Command {
    /// The commands; their names begin with the group's own and a blank, as in `trace query`.
    var members: [any Command] { get }
}

extension CommandGroup {
    /// The command that a word behind the group's name picks, `nil` for none.
    package func member(named word: String) -> (any Command)? {
        members.first { $0.grammar.name == "\(grammar.name) \(word)" }
    }
}
