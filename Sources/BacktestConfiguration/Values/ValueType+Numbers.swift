import BacktestModel
import BacktestYAML

/// The numbers that a key accepts.
struct NumberRange: Sendable {
    var low = -Double.infinity
    var high = Double.infinity
    var lowIsOpen = false
    var highIsOpen = false

    static let any = NumberRange()
    static let positive = NumberRange(low: 0, lowIsOpen: true)
    static let nonNegative = NumberRange(low: 0)
    static let share = NumberRange(low: 0, high: 1)
    static let positiveShare = NumberRange(low: 0, high: 1, lowIsOpen: true)

    func contains(_ value: Double) -> Bool {
        (lowIsOpen ? value > low : value >= low) && (highIsOpen ? value < high : value <= high)
    }

    /// In words: `, in (0, 1]`.
    var described: String {
        let lowText = JSONText.number(low.isFinite ? low : 0)
        let highText = JSONText.number(high.isFinite ? high : 0)
        switch (low.isFinite, high.isFinite) {
        case (false, false): return ""
        case (true, false): return lowIsOpen ? " greater than \(lowText)" : ", \(lowText) or more"
        case (false, true): return highIsOpen ? " less than \(highText)" : ", \(highText) or less"
        case (true, true):
            return " in \(lowIsOpen ? "(" : "[")\(lowText), \(highText)\(highIsOpen ? ")" : "]")"
        }
    }

    /// Members of a JSON Schema.
    var schemaMembers: [(name: String, value: SchemaNode)] {
        var members: [(name: String, value: SchemaNode)] = []
        if low.isFinite { members.append((lowIsOpen ? "exclusiveMinimum" : "minimum", .number(low))) }
        if high.isFinite { members.append((highIsOpen ? "exclusiveMaximum" : "maximum", .number(high))) }
        return members
    }
}

extension ValueType<Double> {
    /// A finite number; a unit is refused, as it would silently divide.
    static func number(_ range: NumberRange = .any, unit: String = "") -> ValueType {
        let expected = "a number\(range.described)\(unit.isEmpty ? "" : ", \(unit)")"
        return ValueType(
            expected: expected,
            schema: .type("number", range.schemaMembers),
            decode: { node, findings in
                checked(node, range, expected: expected, takesUnits: false, &findings)
            },
            printed: { .number($0) }
        )
    }

    /// A rate: a fraction, or a number with `%` or `bps`.
    static func rate(_ range: NumberRange = .any) -> ValueType {
        let expected = "a rate\(range.described), such as 0.001, 0.1% or 10bps"
        return ValueType(
            expected: expected,
            schema: .oneOf([.type("number", range.schemaMembers), unitSchema]),
            decode: { node, findings in
                checked(node, range, expected: expected, takesUnits: true, &findings)
            },
            printed: { .number($0) }
        )
    }

    /// Text of a number with a unit.
    static var unitSchema: SchemaNode {
        .type(
            "string",
            [("pattern", .text("^[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]+)? ?(%|bps)$"))]
        )
    }

    private static func checked(
        _ node: YAMLNode,
        _ range: NumberRange,
        expected: String,
        takesUnits: Bool,
        _ findings: inout Findings
    ) -> Double? {
        guard let decimal = node.decimal else {
            findings.error(
                "wrong_type",
                "expected \(expected), found \(node.described)",
                hint: node.numberHint,
                at: node
            )
            return nil
        }
        guard takesUnits || decimal.unit == .none else {
            findings.error(
                "wrong_unit",
                "expected \(expected), found \(node.described)",
                hint: "leave the unit out",
                at: node
            )
            return nil
        }
        let value = decimal.value
        guard value.isFinite, range.contains(value) else {
            findings.error("out_of_range", "expected \(expected), found \(node.text ?? "")", at: node)
            return nil
        }
        return value
    }
}

extension ValueType<Int> {
    /// A whole number.
    static func whole(_ range: ClosedRange<Int> = 0...Int(Int32.max)) -> ValueType {
        let bound = range.upperBound >= Int(Int32.max)
        let expected =
            "a whole number"
            + (bound ? ", \(range.lowerBound) or more" : " from \(range.lowerBound) to \(range.upperBound)")
        var members: [(name: String, value: SchemaNode)] = [("minimum", .number(Double(range.lowerBound)))]
        if !bound { members.append(("maximum", .number(Double(range.upperBound)))) }
        return ValueType(
            expected: expected,
            schema: .type("integer", members),
            decode: { node, findings in
                guard let decimal = node.decimal, decimal.unit == .none else {
                    findings.error(
                        "wrong_type",
                        "expected \(expected), found \(node.described)",
                        hint: node.numberHint,
                        at: node
                    )
                    return nil
                }
                guard let value = Int(exactly: decimal.value), range.contains(value) else {
                    findings.error("out_of_range", "expected \(expected), found \(node.text ?? "")", at: node)
                    return nil
                }
                return value
            },
            printed: { .number(Double($0)) }
        )
    }
}

extension ValueType<UInt64> {
    /// A seed: a whole number below 2^64.
    static let seed = ValueType(
        expected: "a whole number from 0 to 18446744073709551615",
        schema: .type("integer", [("minimum", .number(0))]),
        decode: { node, findings in
            if node.isPlain, let text = node.text {
                if let value = UInt64(text) { return value }
                if case .number(let number) = node.scalar, let value = UInt64(exactly: number) {
                    return value
                }
            }
            findings.wrongType(expected: "a whole number from 0 to 18446744073709551615", at: node)
            return nil
        },
        printed: { .number(Double($0)) }
    )
}

extension YAMLNode {
    /// The number that a plain scalar is, with its unit; `nil` for text in quotes unless it carries a unit.
    var decimal: DecimalText? {
        guard case .scalar(let text, let style) = content, let decimal = DecimalText(text) else { return nil }
        // Shells, editors and other YAML writers quote `"0.1%"`; a quoted bare number is text.
        return style == .plain || decimal.unit != .none ? decimal : nil
    }

    /// Why something that looks like a number is none.
    fileprivate var numberHint: String? {
        guard case .scalar(let text, let style) = content else { return nil }
        if style != .plain, DecimalText(text) != nil { return "leave the quotes out" }
        if DecimalText(text.filter { $0 != "_" && $0 != "," }) != nil, !text.isEmpty {
            return "write the number without separators"
        }
        return nil
    }
}
