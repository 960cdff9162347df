import BacktestExpressions
import BacktestYAML

/// Text that must be a condition over names.
enum ConditionText {
    /// The text of a scalar that is a condition, such as `metrics.total_pnl > 0`; its names are not looked up.
    static func checked(_ node: YAMLNode, _ findings: inout Findings) -> String? {
        guard let text = ValueType.text.decode(node, &findings) else { return nil }
        do {
            if try Formula.parse(text).isBoolean { return text }
            findings.error(
                "wrong_type",
                "expected a condition, '\(text)' is a number",
                hint: "write metrics.total_pnl > 0",
                at: node
            )
        } catch {
            let place = node.place(offset: error.offset, length: error.length)
            findings.error("formula", error.message, hint: error.hint, at: place)
        }
        return nil
    }
}
