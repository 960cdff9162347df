/// The manual page in roff's `man` macros, made of the grammars alone.
package enum ManualPage {
    /// One page for the program and all its commands; without a date, so that the same version gives the same bytes.
    package static func text(of commands: [CommandGrammar]) -> String {
        var page = """
            .TH ADMF 1 "" "admf \(Version.program)" "User Commands"
            .SH NAME
            admf \\- parallel backtests of trading strategies
            .SH SYNOPSIS
            .B admf
            .I COMMAND
            [OPTIONS]
            .SH DESCRIPTION
            Runs many backtests of trading strategies in parallel, each in a container of its own.
            .SH COMMANDS

            """
        for command in commands { page += section(of: command) }
        page += ".SH EXIT STATUS\n"
        for status in ExitStatus.allCases { page += term("\(status.rawValue)", status.meaning) }
        page += ".SH ENVIRONMENT\n"
        for variable in EnvironmentVariable.common { page += term(variable.name, variable.summary) }
        return page
    }

    private static func section(of command: CommandGrammar) -> String {
        var text = ".SS \(escaped(command.usage))\n" + line(command.summary.capitalizedSentence)
        for paragraph in command.discussion { text += ".PP\n" + line(paragraph) }
        for argument in command.arguments { text += term(argument.usage, argument.summary) }
        for option in command.options {
            let name = HelpText.term(of: option).drop { $0 == " " }
            text += term(String(name), HelpText.meaning(of: option))
        }
        for example in command.examples {
            text += ".PP\n\(line(example.note.capitalizedSentence)).RS\n.nf\n\(line(example.line)).fi\n.RE\n"
        }
        return text
    }

    private static func term(_ name: String, _ meaning: String) -> String {
        ".TP\n\\fB\(escaped(name))\\fR\n" + line(meaning)
    }

    /// A line of text; a leading dot or quote would be a macro.
    private static func line(_ text: String) -> String {
        let safe = escaped(text)
        return (safe.hasPrefix(".") || safe.hasPrefix("'") ? "\\&" : "") + safe + "\n"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            default: result.append(character)
            }
        }
        return result
    }
}
