import BacktestYAML
import Testing

/// Parses a text that must be sound.
func parsed(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> YAMLNode {
    let document = YAMLDocument(parsing: Array(text.utf8))
    #expect(document.problems == [], sourceLocation: sourceLocation)
    return try #require(document.root, sourceLocation: sourceLocation)
}

/// The codes of what is wrong with a text, in order.
func codes(_ text: String, limits: YAMLLimits = YAMLLimits()) -> [YAMLProblem.Code] {
    YAMLDocument(parsing: Array(text.utf8), limits: limits).problems.map(\.code)
}

/// The only problem of a text.
func problem(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) throws -> YAMLProblem {
    let problems = YAMLDocument(parsing: bytes).problems
    #expect(problems.count == 1, sourceLocation: sourceLocation)
    return try #require(problems.first, sourceLocation: sourceLocation)
}
