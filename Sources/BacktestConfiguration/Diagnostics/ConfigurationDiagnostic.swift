/// One thing that is wrong or doubtful in a configuration, with its place and its remedy.
public struct ConfigurationDiagnostic: Sendable, Hashable {
    /// Whether the configuration can be run all the same.
    public enum Severity: String, Sendable, Hashable {
        case error
        case warning
    }

    /// Who has to mend it, which decides the exit status.
    public enum Kind: String, Sendable, Hashable {
        /// The configuration (exit 2).
        case configuration
        /// A data or signal file that the configuration names (exit 3).
        case data
    }

    /// Path of the file as the user gave it, or the `--set` argument.
    public var file: String
    /// Line, from 1.
    public var line: Int
    /// Column in Unicode scalars, from 1.
    public var column: Int
    /// Column after the offending text where that ends on the same line, else `column`.
    public var endColumn: Int
    /// Whether the configuration can be run all the same.
    public var severity: Severity
    /// Who has to mend it.
    public var kind: Kind
    /// Stable name of the kind of problem, such as `unknown_key`.
    public var code: String
    /// One sentence without a full stop.
    public var message: String
    /// What to do, `nil` where the message says it all.
    public var hint: String?
    /// The source line that `line` names, without its end; empty where there is none.
    public var sourceLine: String
    /// Another place that matters, such as the first of two equal keys.
    public var related: Place?

    /// A line and column of the same file.
    public struct Place: Sendable, Hashable {
        /// Line, from 1.
        public var line: Int
        /// Column in Unicode scalars, from 1.
        public var column: Int
        /// The source line, without its end.
        public var sourceLine: String
    }
}
