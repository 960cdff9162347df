import BacktestEngine
import BacktestModel
import BacktestYAML

extension ValueType<Distance> {
    /// A rate, `{distance: price units}` or `{atr: multiple, period: bars}` (rule R60).
    static let distance = distance(rates: .positive)

    /// The same for resting entries, whose price must stay above 0: a rate lies below 1.
    static let entryDistance = distance(
        rates: NumberRange(low: 0, high: 1, lowIsOpen: true, highIsOpen: true)
    )

    private static func distance(rates: NumberRange) -> ValueType {
        ValueType(
            expected: "a rate greater than 0, {distance: x} or {atr: k, period: n}",
            schema: .oneOf([
                .type("number", rates.schemaMembers),
                ValueType<Double>.unitSchema,
                .type(
                    "object",
                    [
                        (
                            "properties",
                            .object([("distance", .type("number", NumberRange.positive.schemaMembers))])
                        ),
                        ("required", .list([.text("distance")])),
                        ("additionalProperties", .boolean(false)),
                    ]
                ),
                .type(
                    "object",
                    [
                        (
                            "properties",
                            .object([
                                ("atr", .type("number", NumberRange.positive.schemaMembers)),
                                ("period", .type("integer", [("minimum", .number(1))])),
                            ])
                        ),
                        ("required", .list([.text("atr")])),
                        ("additionalProperties", .boolean(false)),
                    ]
                ),
            ]),
            decode: { node, findings in
                guard let entries = node.entries else {
                    return ValueType<Double>.rate(rates).decode(node, &findings).map(Distance.rate)
                }
                return distance(of: entries, at: node, &findings)
            },
            printed: { distance in
                switch distance {
                case .rate(let rate): .number(rate)
                case .price(let price): .text("{distance: \(JSONText.number(price))}")
                case .atr(let multiple, let period):
                    .text("{atr: \(JSONText.number(multiple)), period: \(period)}")
                }
            }
        )
    }

    private static func distance(
        of entries: [YAMLEntry],
        at node: YAMLNode,
        _ findings: inout Findings
    ) -> Distance? {
        var price: Double?
        var multiple: Double?
        var period = 14
        var isValid = true
        for entry in entries {
            switch entry.name {
            case "distance":
                price = ValueType<Double>.number(.positive).decode(entry.value, &findings)
                isValid = isValid && price != nil
            case "atr":
                multiple = ValueType<Double>.number(.positive).decode(entry.value, &findings)
                isValid = isValid && multiple != nil
            case "period":
                let decoded = ValueType<Int>.whole(1...Int(Int32.max)).decode(entry.value, &findings)
                isValid = isValid && decoded != nil
                period = decoded ?? period
            default:
                let keys = ["distance", "atr", "period"]
                let hint = Findings.hint(for: entry.name, among: keys, noun: "keys")
                findings.error(
                    "unknown_key",
                    "unknown key '\(entry.name)' in a distance",
                    hint: hint,
                    at: entry
                )
                isValid = false
            }
        }
        guard isValid else { return nil }
        switch (price, multiple) {
        case (let price?, nil): return .price(price)
        case (nil, let multiple?): return .atr(multiple: multiple, period: period)
        case (nil, nil), (.some, .some):
            findings.error(
                "invalid_value",
                "a distance has either 'distance' or 'atr'",
                hint: "write 2%, {distance: 1.5} or {atr: 2, period: 14}",
                at: node
            )
            return nil
        }
    }
}
