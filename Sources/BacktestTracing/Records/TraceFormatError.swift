/// Why a stored record cannot be read.
public struct TraceFormatError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public var message: String
    /// 1-based byte position in the line.
    public var column: Int
    /// 1-based number of the line, 0 where a single record was given.
    public var line: Int
    /// The file, `nil` where a single record was given.
    public var file: String?

    /// Makes an error.
    public init(_ message: String, column: Int, line: Int = 0, file: String? = nil) {
        self.message = message
        self.column = column
        self.line = line
        self.file = file
    }

    /// `file:line:column: message`.
    public var description: String {
        let place = line > 0 ? "\(line):\(column)" : "column \(column)"
        return (file.map { "\($0):" } ?? "") + "\(place): \(message)"
    }
}
