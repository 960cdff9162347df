/// How a table is printed, `--format`.
public enum OutputFormat: String, Sendable, Hashable, CaseIterable {
    /// Aligned text for people.
    case table
    /// An array of objects.
    case json
    /// RFC 4180, raw numbers.
    case csv
    /// A table of GitHub's Markdown.
    case markdown
}
