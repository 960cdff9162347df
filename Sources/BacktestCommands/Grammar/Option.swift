/// Everything that parsing, help, completions and the man page need to know of an option.
package struct OptionGrammar: Sendable {
    /// The long name without dashes.
    package let name: String
    /// The one-letter name, if there is one.
    package let short: Character?
    /// How help calls the value; `nil` for a flag, which takes none.
    package let valueName: String?
    /// One sentence.
    package let summary: String
    /// What holds where the option is not given, as help prints it.
    package let defaultText: String?
    /// Whether it may be given several times.
    package let isRepeated: Bool
    /// What a shell offers for the value.
    package let completion: ValueCompletion
    /// Reads the value.
    package let read: @Sendable (String) throws(InvalidValue) -> any Sendable

    /// `--name`.
    package var dashed: String { "--\(name)" }
    /// Whether it takes a value.
    package var takesValue: Bool { valueName != nil }
}

/// An option, flag or list of options that a command declares.
package protocol OptionDeclaration: Sendable {
    /// Its grammar.
    var grammar: OptionGrammar { get }
}

/// `--name value`, at most once.
package struct Option<Value: Sendable>: OptionDeclaration {
    /// Its grammar.
    package let grammar: OptionGrammar

    /// Declares an option.
    package init(
        _ name: String,
        short: Character? = nil,
        value: String,
        _ summary: String,
        default defaultText: String? = nil,
        reader: ValueReader<Value>
    ) {
        grammar = OptionGrammar(
            name: name,
            short: short,
            valueName: value,
            summary: summary,
            defaultText: defaultText,
            isRepeated: false,
            completion: reader.completion,
            read: { text throws(InvalidValue) in try reader.read(text) }
        )
    }
}

/// `--name value`, as often as the user likes; the values keep their order.
package struct OptionList<Value: Sendable>: OptionDeclaration {
    /// Its grammar.
    package let grammar: OptionGrammar

    /// Declares an option.
    package init(
        _ name: String,
        short: Character? = nil,
        value: String,
        _ summary: String,
        reader: ValueReader<Value>
    ) {
        grammar = OptionGrammar(
            name: name,
            short: short,
            valueName: value,
            summary: summary,
            defaultText: nil,
            isRepeated: true,
            completion: reader.completion,
            read: { text throws(InvalidValue) in try reader.read(text) }
        )
    }
}

/// `--name` without a value.
package struct Flag: OptionDeclaration {
    /// Its grammar.
    package let grammar: OptionGrammar

    /// Declares a flag.
    package init(_ name: String, short: Character? = nil, _ summary: String) {
        grammar = OptionGrammar(
            name: name,
            short: short,
            valueName: nil,
            summary: summary,
            defaultText: nil,
            isRepeated: false,
            completion: .nothing,
            read: { _ throws(InvalidValue) in true }
        )
    }
}
