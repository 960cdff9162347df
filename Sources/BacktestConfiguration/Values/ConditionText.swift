import BacktestModel
import BacktestYAML

/// Text that must be a condition over names.
enum ConditionText {
    /// The text of a scalar, not empty.
    static func checked(_ node: YAMLNode, _ findings: inout Findings) -> String? {
        ValueType.text.decode(node, &findings)
    }
}
