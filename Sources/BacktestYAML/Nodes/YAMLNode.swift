/// A value of a YAML text with the place where it was written; aliases are expanded and merge keys resolved.
public struct YAMLNode: Sendable {
    /// How a scalar was written.
    public enum ScalarStyle: Sendable, Hashable {
        /// Without quotes: may stand for a number, a boolean or null.
        case plain
        /// In quotes or tagged `!!str`: always text.
        case quoted
        /// As a block, `|` or `>`: always text.
        case block
    }

    /// What the node holds.
    public enum Content: Sendable {
        case scalar(String, style: ScalarStyle)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    /// What the node holds.
    public var content: Content
    /// First character; for an expanded alias that of the anchored node.
    public var start: YAMLMark
    /// The place after the last character.
    public var end: YAMLMark

    /// Makes a node.
    public init(content: Content, start: YAMLMark, end: YAMLMark) {
        self.content = content
        self.start = start
        self.end = end
    }

    /// The text of a scalar, `nil` for sequences and mappings.
    public var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    /// Whether the node is a scalar without quotes.
    public var isPlain: Bool {
        if case .scalar(_, .plain) = content { true } else { false }
    }

    /// The items of a sequence, `nil` for other nodes.
    public var items: [YAMLNode]? {
        if case .sequence(let items) = content { items } else { nil }
    }

    /// The entries of a mapping in the order written, merged ones last; `nil` for other nodes.
    public var entries: [YAMLEntry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// The value of a key of a mapping, `nil` where the node is no mapping or lacks the key.
    public subscript(key: String) -> YAMLNode? {
        entries?.first { $0.name == key }?.value
    }
}

/// A key of a mapping and its value.
public struct YAMLEntry: Sendable {
    /// The key's text.
    public var name: String
    /// First character of the key.
    public var start: YAMLMark
    /// The place after the key.
    public var end: YAMLMark
    /// The value; an empty plain scalar where nothing was written.
    public var value: YAMLNode

    /// Makes an entry.
    public init(name: String, start: YAMLMark, end: YAMLMark, value: YAMLNode) {
        self.name = name
        self.start = start
        self.end = end
        self.value = value
    }
}
