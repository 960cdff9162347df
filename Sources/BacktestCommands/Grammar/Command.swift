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
