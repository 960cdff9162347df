/// Everything that parsing, help and completions need to know of an argument without a name.
package struct ArgumentGrammar: Sendable {
    /// How many values it takes.
    package enum Arity: Sendable, Hashable {
        case one
        case oneOrNone
        case oneOrMore
        case anyNumber

        /// Whether it takes all that is left.
        package var isRepeated: Bool { self == .oneOrMore || self == .anyNumber }
        /// Whether it may be left out.
        package var isOptional: Bool { self == .oneOrNone || self == .anyNumber }
    }

    /// How help calls it, in capitals.
    package let name: String
    /// One sentence.
    package let summary: String
    /// How many values it takes.
    package let arity: Arity
    /// What a shell offers.
    package let completion: ValueCompletion
    /// Reads a value.
    package let read: @Sendable (String) throws(InvalidValue) -> any Sendable

    /// The name as a usage line shows it.
    package var usage: String {
        switch arity {
        case .one: name
        case .oneOrNone: "[\(name)]"
        case .oneOrMore: "\(name)..."
        case .anyNumber: "[\(name)...]"
        }
    }
}

/// An argument that a command declares.
package protocol ArgumentDeclaration: Sendable {
    /// Its grammar.
    var grammar: ArgumentGrammar { get }
}

/// An argument that must be given, once.
package struct Argument<Value: Sendable>: ArgumentDeclaration {
    /// Its grammar.
    package let grammar: ArgumentGrammar

    /// Declares an argument.
    package init(_ name: String, _ summary: String, reader: ValueReader<Value>) {
        grammar = ArgumentGrammar(name: name, summary: summary, arity: .one, reader: reader)
    }
}

/// An argument that may be left out; only the last of a command may.
package struct OptionalArgument<Value: Sendable>: ArgumentDeclaration {
    /// Its grammar.
    package let grammar: ArgumentGrammar

    /// Declares an argument.
    package init(_ name: String, _ summary: String, reader: ValueReader<Value>) {
        grammar = ArgumentGrammar(name: name, summary: summary, arity: .oneOrNone, reader: reader)
    }
}

/// An argument that must be given and may be repeated; only the last of a command may.
package struct ArgumentList<Value: Sendable>: ArgumentDeclaration {
    /// Its grammar.
    package let grammar: ArgumentGrammar

    /// Declares an argument.
    package init(_ name: String, _ summary: String, reader: ValueReader<Value>) {
        grammar = ArgumentGrammar(name: name, summary: summary, arity: .oneOrMore, reader: reader)
    }
}

/// An argument that may be left out or repeated; behind it only arguments that must be given may stand.
package struct OptionalArgumentList<Value: Sendable>: ArgumentDeclaration {
    /// Its grammar.
    package let grammar: ArgumentGrammar

    /// Declares an argument.
    package init(_ name: String, _ summary: String, reader: ValueReader<Value>) {
        grammar = ArgumentGrammar(name: name, summary: summary, arity: .anyNumber, reader: reader)
    }
}

extension ArgumentGrammar {
    fileprivate init<Value>(name: String, summary: String, arity: Arity, reader: ValueReader<Value>) {
        self.init(
            name: name,
            summary: summary,
            arity: arity,
            completion: reader.completion,
            read: { text throws(InvalidValue) in try reader.read(text) }
        )
    }
}
