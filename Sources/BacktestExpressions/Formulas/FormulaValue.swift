/// What a formula is worth.
public enum FormulaValue: Sendable, Hashable {
    /// A finite number.
    case number(Double)
    /// A condition that holds or does not.
    case boolean(Bool)
    /// Nothing: a name without a value, a division by 0, a logarithm of 0 or less.
    case undefined

    /// Whether this is a condition that holds; an undefined one does not.
    public var isTrue: Bool { self == .boolean(true) }
}
