/// What is wrong with an expression, with its place in the text.
public struct ExpressionDiagnostic: Error, Sendable, Hashable {
    /// UTF-8 offset of the first offending byte, from 0.
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

    /// Makes a diagnostic about a place.
    public init(_ place: TextPlace, _ message: String, hint: String? = nil) {
        self.init(offset: place.offset, length: place.length, message: message, hint: hint)
    }
}
