/// A plain value as people write it in YAML and as results print it.
public enum Scalar: Sendable, Hashable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
}
