import BacktestModel
import BacktestYAML

/// How one kind of value is written: its decoder, its printer and its schema in one place.
///
/// The same decoder reads the file, a swept value and a `--set` argument.
struct ValueType<Value: Sendable>: Sendable {
    /// What is expected, for messages: `a number, 0 or more`.
    var expected: String
    /// The JSON Schema of what is accepted.
    var schema: SchemaNode
    /// Reads a node, or adds to the findings why it cannot and returns `nil`.
    var decode: @Sendable (YAMLNode, inout Findings) -> Value?
    /// How results print the value: rates as fractions.
    var printed: @Sendable (Value) -> Scalar

    /// The same, with null (`~`, or nothing) for "none".
    var optional: ValueType<Value?> {
        ValueType<Value?>(
            expected: expected + ", or null",
            schema: .oneOf([schema, .type("null")]),
            decode: { node, findings in
                if node.isNull { return .some(nil) }
                return decode(node, &findings).map { .some($0) }
            },
            printed: { $0.map(printed) ?? .null }
        )
    }

    /// The same, with another representation in memory.
    func map<Other: Sendable>(
        _ into: @escaping @Sendable (Value) -> Other,
        back: @escaping @Sendable (Other) -> Value
    ) -> ValueType<Other> {
        ValueType<Other>(
            expected: expected,
            schema: schema,
            decode: { node, findings in decode(node, &findings).map(into) },
            printed: { printed(back($0)) }
        )
    }

    /// The same with the place kept.
    var located: ValueType<Located<Value>> {
        ValueType<Located<Value>>(
            expected: expected,
            schema: schema,
            decode: { node, findings in decode(node, &findings).map { Located($0, at: node) } },
            printed: { printed($0.value) }
        )
    }

    /// The same without some values: `problem` gives the message and the remedy for one that is refused, else `nil`.
    func refusing(
        _ code: String,
        _ problem: @escaping @Sendable (Value) -> (message: String, hint: String)?
    ) -> ValueType<Value> {
        var checked = self
        checked.decode = { node, findings in
            guard let value = decode(node, &findings) else { return nil }
            guard let problem = problem(value) else { return value }
            findings.error(code, problem.message, hint: problem.hint, at: node)
            return nil
        }
        return checked
    }

    /// A list of such values that is not empty, each with its place.
    var list: ValueType<[Located<Value>]> {
        ValueType<[Located<Value>]>(
            expected: "a list",
            schema: .array(of: schema, minimum: 1),
            decode: { node, findings in
                guard let items = node.items else {
                    findings.wrongType(expected: "a list", at: node)
                    return nil
                }
                if items.isEmpty {
                    findings.error("empty", "the list is empty", hint: "name at least one item", at: node)
                    return nil
                }
                return items.compactMap { item in decode(item, &findings).map { Located($0, at: item) } }
            },
            printed: { _ in .null }
        )
    }
}

// MARK: - Words

extension ValueType<String> {
    /// Any text that is not empty; numbers and booleans count as the text that they were written as.
    static let text = ValueType(
        expected: "a text",
        schema: .oneOf([.type("string", [("minLength", .number(1))]), .type("number"), .type("boolean")]),
        decode: { node, findings in
            guard let text = node.text, !node.isNull else {
                findings.wrongType(expected: "a text", at: node)
                return nil
            }
            if text.isEmpty {
                findings.error("empty", "the text is empty", at: node)
                return nil
            }
            return text
        },
        printed: { .text($0) }
    )
}

extension ValueType<Bool> {
    /// `true` or `false`; `yes`, `no`, `on` and `off` are text in YAML 1.2 and get a hint.
    static let boolean = ValueType(
        expected: "true or false",
        schema: .type("boolean"),
        decode: { node, findings in
            if case .boolean(let value) = node.scalar { return value }
            var hint: String?
            switch node.text?.lowercased() {
            case "yes", "on": hint = "write true"
            case "no", "off": hint = "write false"
            default: break
            }
            findings.error(
                "wrong_type",
                "expected true or false, found \(node.described)",
                hint: hint,
                at: node
            )
            return nil
        },
        printed: { .boolean($0) }
    )
}

extension ValueType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words of an enumeration.
    static var word: ValueType { word(ofEach: Value.allCases.map { ($0.rawValue, $0) }) { $0.rawValue } }
}

extension ValueType {
    /// One of some words, each of which stands for a value.
    static func word(
        ofEach words: [(String, Value)],
        printed: @escaping @Sendable (Value) -> String
    ) -> ValueType {
        let names = words.map(\.0)
        let expected = names.count == 1 ? "'\(names[0])'" : "one of \(names.joined(separator: ", "))"
        return ValueType(
            expected: expected,
            schema: .object([("enum", .list(names.map { .text($0) }))]),
            decode: { node, findings in
                if let text = node.text, let match = words.first(where: { $0.0 == text }) { return match.1 }
                let hint = node.text.flatMap { nearestWord(to: $0, among: names) }.map {
                    "did you mean '\($0)'?"
                }
                findings.error(
                    node.text == nil || node.isNull ? "wrong_type" : "unknown_value",
                    "expected \(expected), found \(node.described)",
                    hint: hint,
                    at: node
                )
                return nil
            },
            printed: { .text(printed($0)) }
        )
    }
}
