import BacktestModel

/// Reads the words behind a command's name against its grammar.
///
/// `--name value`, `--name=value`, `-n value`, `-nvalue`, several one-letter flags in one word; behind `--` everything is
/// an argument. A lone `-` is an argument.
package struct ArgumentParser {
    private let grammar: CommandGrammar
    private var words: ArraySlice<String>
    private var parsed = ParsedArguments()
    private var positional: [String] = []

    /// Reads the words; `--help` among them stops reading, so that help is there whatever else is wrong.
    package static func parse(
        _ words: [String],
        for grammar: CommandGrammar
    ) throws(UsageError) -> ParsedArguments {
        var parser = ArgumentParser(grammar: grammar, words: words[...])
        if parser.asksForHelp {
            parser.parsed.add(true, toOption: CommonOptions.help.grammar.name)
            return parser.parsed
        }
        try parser.readWords()
        try parser.placeArguments()
        return parser.parsed
    }

    private init(grammar: CommandGrammar, words: ArraySlice<String>) {
        self.grammar = grammar
        self.words = words
    }

    private var asksForHelp: Bool {
        words.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
    }

    private mutating func readWords() throws(UsageError) {
        while let word = words.popFirst() {
            if word == "--" {
                positional += words
                words = []
            } else if word.hasPrefix("--") {
                try readLong(word)
            } else if word.hasPrefix("-"), word.count > 1 {
                try readShort(word)
            } else {
                positional.append(word)
            }
        }
    }

    private mutating func readLong(_ word: String) throws(UsageError) {
        let name: String
        var value: String?
        if let equals = word.firstIndex(of: "=") {
            name = String(word[..<equals])
            value = String(word[word.index(after: equals)...])
        } else {
            name = word
        }
        guard let option = grammar.options.first(where: { $0.dashed == name }) else {
            let nearest = nearestWord(to: name, among: grammar.options.map(\.dashed))
            throw .unknownOption(name, suggestion: nearest)
        }
        try take(option, as: name, value: value)
    }

    private mutating func readShort(_ word: String) throws(UsageError) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let option = grammar.options.first(where: { $0.short == letter }) else {
                throw .unknownOption("-\(letter)", suggestion: nil)
            }
            guard option.takesValue, !letters.isEmpty else {
                try take(option, as: "-\(letter)", value: nil)
                continue
            }
            try take(option, as: "-\(letter)", value: String(letters))
            letters = ""
        }
    }

    private mutating func take(
        _ option: OptionGrammar,
        as name: String,
        value given: String?
    ) throws(UsageError) {
        if parsed.has(option: option.name), !option.isRepeated, option.takesValue {
            throw .repeatedOption(name)
        }
        guard let valueName = option.valueName else {
            if let given { throw .unexpectedValue(option: name, value: given) }
            parsed.add(true, toOption: option.name)
            return
        }
        let text: String
        if let given {
            text = given
        } else if let next = words.first, !looksLikeOption(next) {
            text = next
            words.removeFirst()
        } else {
            throw .missingValue(option: name, valueName: valueName)
        }
        do throws(InvalidValue) {
            parsed.add(try option.read(text), toOption: option.name)
        } catch {
            throw .invalidValue(of: name, value: text, error)
        }
    }

    /// A forgotten value must not swallow the next option: only names that the command knows count, so `--where '-1 < x'`
    /// and negative numbers still pass.
    private func looksLikeOption(_ word: String) -> Bool {
        if word == "--" { return true }
        let name = word.prefix { $0 != "=" }
        return grammar.options.contains { option in
            name == option.dashed || (option.short.map { word == "-\($0)" } ?? false)
        }
    }

    private mutating func placeArguments() throws(UsageError) {
        var rest = positional[...]
        for (index, argument) in grammar.arguments.enumerated() {
            // A list takes all but what the arguments behind it must have.
            let reserved = grammar.arguments[(index + 1)...].count { !$0.arity.isOptional }
            let taken = argument.arity.isRepeated ? rest.dropLast(reserved) : rest.prefix(1)
            if taken.isEmpty, !argument.arity.isOptional {
                guard case .words(let words) = argument.completion else {
                    throw .missingArgument(argument.name)
                }
                throw .missingChoice(argument.name, choices: words)
            }
            rest = rest.dropFirst(taken.count)
            for text in taken {
                do throws(InvalidValue) {
                    parsed.add(try argument.read(text), toArgument: argument.name)
                } catch {
                    throw .invalidValue(of: argument.name, value: text, error)
                }
            }
        }
        if let extra = rest.first {
            let nearest = nearestWord(to: "--\(extra)", among: grammar.options.map(\.dashed))
            throw .unexpectedArgument(extra, suggestion: nearest)
        }
    }
}
