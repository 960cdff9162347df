import BacktestModel
import BacktestYAML

/// A parsed value on its way to the place that a key stands for.
struct Assignment<Target>: Sendable {
    /// How results print the value.
    var printed: Scalar
    /// Puts the value in its place.
    var apply: @Sendable (inout Target) -> Void

    /// The same, for something that contains the target.
    func lifted<Whole>(_ path: any WritableKeyPath<Whole, Target> & Sendable) -> Assignment<Whole> {
        Assignment<Whole>(printed: printed) { apply(&$0[keyPath: path]) }
    }
}

/// A single value that a dotted path leads to: what the file, a sweep and `--set` can change.
struct Leaf<Target>: Sendable {
    /// Reads a node.
    var decode: @Sendable (YAMLNode, inout Findings) -> Assignment<Target>?
    /// The value that a target has now.
    var current: @Sendable (Target) -> Scalar

    /// The same, for something that contains the target.
    func lifted<Whole>(_ path: any WritableKeyPath<Whole, Target> & Sendable) -> Leaf<Whole> {
        Leaf<Whole>(
            decode: { node, findings in decode(node, &findings)?.lifted(path) },
            current: { current($0[keyPath: path]) }
        )
    }
}
