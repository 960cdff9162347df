/// Why a text is not a YAML document that is taken, with its place.
public struct YAMLProblem: Error, Sendable, Hashable {
    /// What kind of problem it is; the raw value is the code that machines read.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case syntax = "yaml_syntax"
        case encoding = "yaml_encoding"
        case empty = "empty_document"
        case severalDocuments = "several_documents"
        case duplicateKey = "duplicate_key"
        case unknownAlias = "unknown_alias"
        case recursiveAlias = "recursive_alias"
        case duplicateAnchor = "duplicate_anchor"
        case invalidMerge = "invalid_merge"
        case complexKey = "complex_key"
        case unknownTag = "unknown_tag"
        case tooDeep = "too_deep"
        case tooManyNodes = "too_many_nodes"
        case tooLarge = "too_large"
    }

    /// What kind of problem it is.
    public var code: Code
    /// One sentence without a full stop.
    public var message: String
    /// What to do, `nil` where there is nothing to add.
    public var hint: String?
    /// First offending character.
    public var start: YAMLMark
    /// The place after the last offending character; equal to `start` where only a point is known.
    public var end: YAMLMark
    /// The place where the broken construct began, or where the key was first given.
    public var related: YAMLMark?

    /// Makes a problem.
    public init(
        code: Code,
        message: String,
        hint: String? = nil,
        start: YAMLMark,
        end: YAMLMark? = nil,
        related: YAMLMark? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.start = start
        self.end = end ?? start
        self.related = related
    }
}
