/// Names and texts as SQL writes them.
public enum SQLText {
    /// A name in double quotes, whatever stands in it.
    public static func identifier(_ name: String) -> String { quoted(name, "\"") }

    /// A text in single quotes, whatever stands in it.
    public static func literal(_ text: String) -> String { quoted(text, "'") }

    /// By scalars, because a quote with an accent is another character to Swift and still a quote to SQL.
    private static func quoted(_ text: String, _ quote: Unicode.Scalar) -> String {
        var out = String.UnicodeScalarView()
        out.append(quote)
        // NUL ends a statement in C; no name or path that is there has one.
        for scalar in text.unicodeScalars where scalar != "\0" {
            out.append(scalar)
            if scalar == quote { out.append(quote) }
        }
        out.append(quote)
        return String(out)
    }

    /// A file for reading: its open descriptor as a path, so that nothing in its real name is taken for a pattern or address.
    public static func file(descriptor: Int32) -> String { "'/proc/self/fd/\(descriptor)'" }
}
