/// Help as plain text.
package struct HelpText {
    /// Columns, at most 100: longer lines are hard to read.
    private let width: Int

    /// Makes a layout for a terminal's width.
    package init(width: Int) { self.width = min(max(width, 40), 100) }

    /// The list of commands.
    package func overview(of commands: [CommandGrammar]) -> String {
        """
        admf runs many backtests of trading strategies in parallel, each in a container of its own.

        Usage: admf COMMAND [OPTIONS]

        Commands:
        \(definitions(commands.map { ($0.name, $0.summary) }, width: width))
        Exit status:
        \(definitions(statusRows(ExitStatus.allCases), width: width))
        Environment:
        \(definitions(EnvironmentVariable.common.map { ($0.name, $0.summary) }, width: width))
        Start with:
          admf init demo && cd demo && admf run config.yaml

        'admf COMMAND --help' explains a command, with examples.

        """
    }

    /// Everything about one command.
    package func text(of command: CommandGrammar) -> String {
        var text = "Usage: \(command.usage)\n\n" + paragraph(command.summary.capitalizedSentence)
        for discussion in command.discussion { text += "\n" + paragraph(discussion) }
        if !command.arguments.isEmpty {
            text += section("Arguments", command.arguments.map { ($0.usage, $0.summary) })
        }
        text += section("Options", command.options.map { (HelpText.term(of: $0), HelpText.meaning(of: $0)) })
        text += section("Exit status", statusRows(command.statuses))
        text += section("Environment", command.environment.map { ($0.name, $0.summary) })
        text += "\nExamples:\n"
        for example in command.examples {
            text += "  \(example.line)\n"
            for line in wrapped(example.note, width: width - 6) { text += "      \(line)\n" }
        }
        return text
    }

    private func paragraph(_ text: String) -> String {
        wrapped(text, width: width).map { $0 + "\n" }.joined()
    }

    private func section(_ title: String, _ rows: [(term: String, meaning: String)]) -> String {
        "\n\(title):\n" + definitions(rows, width: width)
    }

    private func statusRows(_ statuses: [ExitStatus]) -> [(term: String, meaning: String)] {
        statuses.map { ("\($0.rawValue)", $0.meaning) }
    }

    static func term(of option: OptionGrammar) -> String {
        let short = option.short.map { "-\($0), " } ?? "    "
        return short + option.dashed + (option.valueName.map { " \($0)" } ?? "")
    }

    static func meaning(of option: OptionGrammar) -> String {
        var text = option.summary
        if option.isRepeated { text += " (may be repeated)" }
        if let defaultText = option.defaultText { text += " (default: \(defaultText))" }
        return text
    }
}

extension String {
    /// The text with a capital first letter and a full stop.
    var capitalizedSentence: String { prefix(1).uppercased() + dropFirst() + "." }
}
