/// Why bytes are not the JSON document that was expected.
public struct JSONSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, such as `the string never ends`.
    public var reason: String
    /// Offset in bytes at which it was noticed, from 0.
    public var offset: Int

    /// Makes an error.
    public init(reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// `byte 12: the string never ends`.
    public var description: String { "byte \(offset): \(reason)" }
}
