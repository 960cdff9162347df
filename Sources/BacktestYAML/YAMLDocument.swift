/// How large a document may be, so that no text can exhaust time or memory.
public struct YAMLLimits: Sendable, Hashable {
    /// Bytes of the text.
    public var byteCount: Int = 16 << 20
    /// Sequences and mappings inside one another.
    public var depth: Int = 64
    /// Nodes after every alias has been expanded.
    public var nodeCount: Int = 2_000_000
    /// Nodes that aliases may add.
    public var aliasedNodeCount: Int = 100_000

    /// 16 MiB, 64 levels, 2,000,000 nodes, 100,000 of them through aliases.
    public init() {}
}

/// A parsed text: its only document, or what is wrong with it.
public struct YAMLDocument: Sendable {
    /// The document, `nil` where the text could not be read to its end.
    public let root: YAMLNode?
    /// What is wrong, in the order of the text; empty exactly where the document can be trusted.
    public let problems: [YAMLProblem]

    /// Parses UTF-8 text with libyaml.
    ///
    /// Duplicate keys, unknown aliases and the like are all reported; a syntax error ends the reading, as nothing after
    /// it can be trusted. An empty text is a problem, never a crash. Cost: linear in the text and the expanded nodes.
    ///
    /// - Parameters:
    ///   - bytes: The text; a byte order mark is skipped.
    ///   - source: Number that every mark carries.
    ///   - limits: How large the document may be.
    public init(parsing bytes: [UInt8], source: Int = 0, limits: YAMLLimits = YAMLLimits()) {
        guard bytes.count <= limits.byteCount else {
            let message = "the text has \(bytes.count) bytes, more than the \(limits.byteCount) that are read"
            root = nil
            problems = [
                YAMLProblem(
                    code: .tooLarge,
                    message: message,
                    start: YAMLMark(line: 1, column: 1, source: source)
                )
            ]
            return
        }
        var composer = Composer(bytes: bytes, source: source, limits: limits)
        root = composer.composeDocument()
        problems = composer.problems.sorted { $0.start < $1.start }
    }
}
