/// The values of a command line, read and checked.
package struct ParsedArguments: Sendable {
    private var options: [String: [any Sendable]] = [:]
    private var positions: [String: [any Sendable]] = [:]

    init() {}

    mutating func add(_ value: any Sendable, toOption name: String) {
        options[name, default: []].append(value)
    }
    mutating func add(_ value: any Sendable, toArgument name: String) {
        positions[name, default: []].append(value)
    }

    func has(option name: String) -> Bool { options[name] != nil }

    /// Whether the flag was given.
    package subscript(flag: Flag) -> Bool { options[flag.grammar.name] != nil }

    /// The value of an option, `nil` where it was not given.
    package subscript<Value>(option: Option<Value>) -> Value? { options[option.grammar.name]?.last as? Value }

    /// The values of an option in the order given.
    package subscript<Value>(list: OptionList<Value>) -> [Value] {
        (options[list.grammar.name] ?? []).compactMap { $0 as? Value }
    }

    /// The value of an argument that must be there.
    package subscript<Value>(argument: Argument<Value>) -> Value {
        guard let value = positions[argument.grammar.name]?.first as? Value else {
            preconditionFailure("the command does not declare \(argument.grammar.name)")
        }
        return value
    }

    /// The value of an argument, `nil` where it was not given.
    package subscript<Value>(argument: OptionalArgument<Value>) -> Value? {
        positions[argument.grammar.name]?.first as? Value
    }

    /// The values of an argument in the order given, none where it was left out.
    package subscript<Value>(list: OptionalArgumentList<Value>) -> [Value] {
        (positions[list.grammar.name] ?? []).compactMap { $0 as? Value }
    }

    /// The values of an argument in the order given.
    package subscript<Value>(list: ArgumentList<Value>) -> [Value] {
        (positions[list.grammar.name] ?? []).compactMap { $0 as? Value }
    }
}
