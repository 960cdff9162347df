/// What is wrong with a question about a run.
public struct ReportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, with what was meant where that can be guessed.
    public var message: String

    /// Makes an error.
    public init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}
