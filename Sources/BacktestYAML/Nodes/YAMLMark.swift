/// A place in a YAML text as people count it: lines and columns from 1, a column being one Unicode scalar.
public struct YAMLMark: Sendable, Hashable, Comparable {
    /// Line, from 1.
    public var line: Int
    /// Column in Unicode scalars, from 1.
    public var column: Int
    /// Number that the caller of the parser gave to the text, so that nodes of several texts can be mixed.
    public var source: Int

    /// Makes a mark; the first place of a text is line 1, column 1.
    public init(line: Int, column: Int, source: Int = 0) {
        self.line = line
        self.column = column
        self.source = source
    }

    /// Order of reading; texts in the order of their numbers.
    public static func < (a: YAMLMark, b: YAMLMark) -> Bool {
        (a.source, a.line, a.column) < (b.source, b.line, b.column)
    }
}
