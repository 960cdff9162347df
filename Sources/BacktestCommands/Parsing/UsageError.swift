/// A command line that does not fit a command's grammar.
package enum UsageError: Error, Sendable, Hashable {
    case unknownOption(String, suggestion: String?)
    case missingValue(option: String, valueName: String)
    case unexpectedValue(option: String, value: String)
    case invalidValue(of: String, value: String, InvalidValue)
    case repeatedOption(String)
    case missingArgument(String)
    case missingChoice(String, choices: [String])
    case unexpectedArgument(String, suggestion: String?)
    case conflict(String)

    /// One sentence without a full stop.
    package var message: String {
        switch self {
        case .unknownOption(let name, let suggestion):
            "unknown option '\(name)'" + UsageError.meant(suggestion)
        case .missingValue(let option, let valueName):
            "option '\(option)' needs a value: \(option) \(valueName)"
        case .unexpectedValue(let option, let value):
            "option '\(option)' takes no value, but '\(value)' was given"
        case .invalidValue(let name, let value, let problem):
            "'\(value)' is no value for \(name): expected \(problem.expected)"
                + UsageError.meant(problem.suggestion)
        case .repeatedOption(let option): "option '\(option)' is given twice"
        case .missingArgument(let name): "\(name) is missing"
        case .missingChoice(let name, let choices):
            "\(name) is missing: expected one of \(choices.joined(separator: ", "))"
        case .unexpectedArgument(let text, let suggestion):
            "unexpected argument '\(text)'" + UsageError.meant(suggestion)
        case .conflict(let text): text
        }
    }

    private static func meant(_ word: String?) -> String {
        guard let word else { return "" }
        return "; did you mean '\(word)'?"
    }

    /// The failure that the program ends with.
    package func failure(of command: String) -> CommandFailure {
        CommandFailure(.usage, message, hint: "see 'admf \(command) --help'")
    }
}
