/// What a rule's text may refer to.
public struct RuleContext: Sendable, Hashable {
    /// Names of the strategy's parameters, in the order in which values are given later.
    public var parameters: [String]
    /// All symbols of the tape, in the order of `data.bars`: what `QQQ.close` may name.
    public var symbols: [String]
    /// For a strategy of exactly two symbols any text, so that `other.close` means the symbol that is not evaluated;
    /// `nil` for every other strategy, where `other` is unknown.
    public var other: String?

    /// Makes a context.
    public init(parameters: [String] = [], symbols: [String] = [], other: String? = nil) {
        self.parameters = parameters
        self.symbols = symbols
        self.other = other
    }
}

/// What a rule is worth on a bar.
public enum RuleKind: Sendable, Hashable {
    /// True or false.
    case condition
    /// A number, or undefined.
    case number

    var name: String { self == .condition ? "a condition" : "a number" }
}
