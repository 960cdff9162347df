import Glibc

/// Why something with columnar files or SQL did not work.
public struct ColumnarError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of trouble.
    public enum Code: Sendable, Hashable {
        /// DuckDB is nowhere.
        case notFound
        /// DuckDB is there and cannot be loaded.
        case notLoadable
        /// DuckDB refuses a statement or cannot carry it out.
        case refused
    }

    /// The kind of trouble.
    public var code: Code
    /// What is wrong, without a full stop; DuckDB's own message may have several lines.
    public var message: String
    /// What the user can do about it, empty where nobody knows.
    public var remedy: String

    /// Makes an error.
    public init(_ code: Code, _ message: String, remedy: String = "") {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// One line, with the remedy where there is one.
    public var description: String { remedy.isEmpty ? message : "\(message); \(remedy)" }

    /// Whether the disk was full: DuckDB has the system's words in its message and no number.
    public var isFullDisk: Bool { fullDiskError != nil }

    /// The system's number of that, `nil` where it is something else.
    public var fullDiskError: Int32? {
        let numbers = [
            ("No space left on device", ENOSPC), ("Disk quota exceeded", EDQUOT), ("File too large", EFBIG),
        ]
        return numbers.first { message.contains($0.0) }?.1
    }
}
