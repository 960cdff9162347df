/// A line that a reader can paste, with what it is good for.
package struct Example: Sendable, Hashable {
    /// The line without a prompt.
    package let line: String
    /// What it does.
    package let note: String

    /// Makes an example.
    package init(_ line: String, _ note: String) {
        self.line = line
        self.note = note
    }
}

/// A variable of the environment that a command obeys.
package struct EnvironmentVariable: Sendable, Hashable {
    /// Its name.
    package let name: String
    /// What it does.
    package let summary: String

    /// Makes a variable.
    package init(_ name: String, _ summary: String) {
        self.name = name
        self.summary = summary
    }

    /// The variables that every command obeys.
    package static let common = [
        EnvironmentVariable("NO_COLOR", "if set and not empty, no colours"),
        EnvironmentVariable("TERM", "dumb: no colours and no progress bar"),
        EnvironmentVariable("COLUMNS", "width of tables and help where the terminal does not tell"),
    ]
}

/// What a command is called, takes and means: the only source of parsing, help, completions and the man page.
package struct CommandGrammar: Sendable {
    /// The word after `admf`.
    package let name: String
    /// One line, without a full stop.
    package let summary: String
    /// Paragraphs that say more.
    package let discussion: [String]
    /// Arguments in order.
    package let arguments: [ArgumentGrammar]
    /// The command's own options and then those that every command has.
    package let options: [OptionGrammar]
    /// At least one.
    package let examples: [Example]
    /// The statuses that the command may end with.
    package let statuses: [ExitStatus]
    /// The variables that it obeys.
    package let environment: [EnvironmentVariable]

    /// Declares a command.
    package init(
        _ name: String,
        _ summary: String,
        discussion: [String] = [],
        arguments: [any ArgumentDeclaration] = [],
        options: [any OptionDeclaration] = [],
        examples: [Example],
        statuses: [ExitStatus] = [.success, .usage],
        environment: [EnvironmentVariable] = []
    ) {
        precondition(!examples.isEmpty, "every command shows an example")
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.arguments = arguments.map(\.grammar)
        self.options = options.map(\.grammar) + CommonOptions.all.map(\.grammar)
        self.examples = examples
        self.statuses = statuses
        self.environment = environment + EnvironmentVariable.common
    }

    /// The usage line without `Usage:`.
    package var usage: String {
        (["admf", name, "[OPTIONS]"] + arguments.map(\.usage)).joined(separator: " ")
    }
}
