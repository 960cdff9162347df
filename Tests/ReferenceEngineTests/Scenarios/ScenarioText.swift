/// Prints a scenario as Swift that can be pasted into a test.
enum ScenarioText {
    static func text(_ scenario: Reference.Scenario) -> String {
        let plain = Reference.Scenario(symbols: [], strategies: [])
        var lines = ["var scenario = Reference.Scenario("]
        lines.append("    symbols: [")
        for symbol in scenario.symbols {
            lines.append("        .init(name: \"\(symbol.name)\", bars: [")
            for bar in symbol.bars {
                lines.append("            .init(\(fields(bar))),")
            }
            lines.append("        ], warmup: \(symbol.warmup)),")
        }
        lines.append("    ],")
        lines.append("    strategies: [")
        for strategy in scenario.strategies {
            lines.append(
                "        .init(id: \"\(strategy.id)\", weight: \(strategy.weight), symbols: \(strategy.symbols), signals: ["
            )
            for list in strategy.signals {
                lines.append("            [")
                for signal in list { lines.append("                .init(\(fields(signal))),") }
                lines.append("            ],")
            }
            lines.append("        ]),")
        }
        lines.append("    ]")
        lines.append(")")
        for path in ["portfolio", "risk", "execution", "metrics"] {
            guard let value = child(scenario, path), let standard = child(plain, path) else { continue }
            lines += differences(value, standard, "scenario.\(path)")
        }
        return lines.joined(separator: "\n")
    }

    private static func child(_ value: Any, _ name: String) -> Any? {
        Mirror(reflecting: value).children.first { $0.label == name }?.value
    }

    /// One assignment for each option that is not at its default.
    private static func differences(_ value: Any, _ standard: Any, _ path: String) -> [String] {
        var lines: [String] = []
        for field in Mirror(reflecting: value).children {
            guard let label = field.label, let other = child(standard, label) else { continue }
            let text = literal(field.value)
            guard text != literal(other) else { continue }
            if Mirror(reflecting: field.value).displayStyle == .struct, !(field.value is Double) {
                lines += differences(field.value, other, "\(path).\(label)")
            } else {
                lines.append("\(path).\(label) = \(text)")
            }
        }
        return lines
    }

    private static func fields(_ value: Any) -> String {
        Mirror(reflecting: value).children
            .compactMap { field in
                guard let label = field.label else { return nil }
                let text = literal(field.value)
                return text == "nil" ? nil : "\(label): \(text)"
            }
            .joined(separator: ", ")
    }

    private static func literal(_ value: Any) -> String {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.map { literal($0.value) } ?? "nil"
        case .enum:
            guard let payload = mirror.children.first else { return ".\(value)" }
            let inner = Mirror(reflecting: payload.value)
            let arguments =
                inner.displayStyle == .tuple
                ? inner.children.map { argument($0.label, $0.value) }.joined(separator: ", ")
                : literal(payload.value)
            return ".\(payload.label ?? "")(\(arguments))"
        case .struct where !mirror.children.isEmpty && !(value is any BinaryFloatingPoint):
            return ".init(\(fields(value)))"
        default: return "\(value)"
        }
    }

    private static func argument(_ label: String?, _ value: Any) -> String {
        guard let label, !label.hasPrefix(".") else { return literal(value) }
        return "\(label): \(literal(value))"
    }
}
