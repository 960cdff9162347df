import BacktestYAML

/// The text that a configuration's hash is taken of: what it says, without how it is laid out.
///
/// One line a value, `path<tab>kind<tab>value`, map keys sorted. Numbers, with their units, are printed as the shortest
/// text of their double, so `0.1%`, `0.001` and `1e-3` are one. Quotes around plain-equivalent text do not matter.
enum CanonicalText {
    /// Sections that change no number of a result.
    static let leftOut: Set<String> = ["results"]

    /// The canonical text of a resolved document.
    static func of(_ root: YAMLNode) -> String {
        var text = "admf configuration 1\n"
        for entry in sorted(root.entries ?? []) where !leftOut.contains(entry.name) {
            append(entry.value, path: escaped(entry.name), to: &text)
        }
        return text
    }

    private static func append(_ node: YAMLNode, path: String, to text: inout String) {
        switch node.content {
        case .scalar(let value, let style):
            text += "\(path)\t\(canonical(value, style))\n"
        case .sequence(let items):
            text += "\(path)\tlist\t\(items.count)\n"
            for (index, item) in items.enumerated() { append(item, path: "\(path)/\(index)", to: &text) }
        case .mapping(let entries):
            text += "\(path)\tmap\t\(entries.count)\n"
            for entry in sorted(entries) {
                append(entry.value, path: "\(path)/\(escaped(entry.name))", to: &text)
            }
        }
    }

    private static func canonical(_ value: String, _ style: YAMLNode.ScalarStyle) -> String {
        if let decimal = DecimalText(value), decimal.value.isFinite { return "number\t\(decimal.value)" }
        if style == .plain {
            switch CoreScalar(plain: value) {
            case .null: return "null\t"
            case .boolean(let value): return "boolean\t\(value)"
            case .number, .text: break
            }
        }
        return "text\t\(escaped(value))"
    }

    /// Sorted by Unicode scalars, which is the same on every machine.
    private static func sorted(_ entries: [YAMLEntry]) -> [YAMLEntry] {
        entries.sorted { $0.name.unicodeScalars.lexicographicallyPrecedes($1.name.unicodeScalars) }
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            case "/": result += "\\/"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
