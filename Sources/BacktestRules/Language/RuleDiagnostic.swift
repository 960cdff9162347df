import BacktestExpressions

/// What is wrong with a rule, with its place in the rule's text.
public struct RuleDiagnostic: Error, Sendable, Hashable {
    /// UTF-8 offset of the first offending byte in the rule's text, from 0.
    public var offset: Int
    /// Number of offending bytes, at least 1 except at the end of the text.
    public var length: Int
    /// What is wrong, one sentence without a full stop.
    public var message: String
    /// What to do, such as the nearest known name; `nil` where there is nothing to add.
    public var hint: String?

    /// Makes a diagnostic.
    public init(offset: Int, length: Int, message: String, hint: String? = nil) {
        self.offset = offset
        self.length = length
        self.message = message
        self.hint = hint
    }

    init(_ place: TextPlace, _ message: String, hint: String? = nil) {
        self.init(offset: place.offset, length: place.length, message: message, hint: hint)
    }

    init(_ diagnostic: ExpressionDiagnostic) {
        self.init(
            offset: diagnostic.offset,
            length: diagnostic.length,
            message: diagnostic.message,
            hint: diagnostic.hint
        )
    }
}
