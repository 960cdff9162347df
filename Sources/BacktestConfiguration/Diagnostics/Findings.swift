import BacktestModel
import BacktestTracing
import BacktestYAML

/// A diagnostic before file names and source lines are put to its marks.
struct Finding: Sendable, Hashable {
    var severity = ConfigurationDiagnostic.Severity.error
    var kind = ConfigurationDiagnostic.Kind.configuration
    var code: String
    var message: String
    var hint: String?
    var start: YAMLMark
    var end: YAMLMark
    var related: YAMLMark?

    /// Whether it says that an alias stands for nothing.
    fileprivate var isBrokenAlias: Bool {
        code == YAMLProblem.Code.unknownAlias.rawValue || code == YAMLProblem.Code.recursiveAlias.rawValue
    }
}

/// Collects everything that is wrong while a configuration is read; nothing stops at the first.
struct Findings: Sendable {
    private(set) var all: [Finding] = []
    /// Texts that can only be checked once strategies and symbols are known.
    var unresolved: [UnresolvedText] = []

    var hasErrors: Bool { all.contains { $0.severity == .error } }

    /// Problems that are kept; a file with more has one cause that shows in the first.
    static let limit = 1_000

    mutating func add(_ finding: Finding) {
        // An alias without a value reads as nothing; what else is said of that place only follows from it.
        if all.contains(where: { $0.isBrokenAlias && $0.start == finding.start }) { return }
        if all.count < Findings.limit { return all.append(finding) }
        guard all.count == Findings.limit else { return }
        all.append(
            Finding(
                code: "too_many_problems",
                message: "more than \(Findings.limit) problems, the others are not listed",
                start: finding.start,
                end: finding.end
            )
        )
    }

    mutating func error(
        _ code: String,
        _ message: String,
        hint: String? = nil,
        at place: some Marked,
        related: YAMLMark? = nil
    ) {
        add(
            Finding(
                code: code,
                message: message,
                hint: hint,
                start: place.start,
                end: place.end,
                related: related
            )
        )
    }

    mutating func warning(_ code: String, _ message: String, hint: String? = nil, at place: some Marked) {
        add(
            Finding(
                severity: .warning,
                code: code,
                message: message,
                hint: hint,
                start: place.start,
                end: place.end
            )
        )
    }

    mutating func dataError(_ code: String, _ message: String, hint: String? = nil, at place: some Marked) {
        add(
            Finding(
                kind: .data,
                code: code,
                message: message,
                hint: hint,
                start: place.start,
                end: place.end
            )
        )
    }

    mutating func wrongType(expected: String, at node: YAMLNode) {
        error("wrong_type", "expected \(expected), found \(node.described)", at: node)
    }

    /// A hint that names the candidate nearest to a word, or lists them where none is near.
    static func hint(for word: String, among candidates: [String], noun: String) -> String? {
        if let nearest = nearestWord(to: word, among: candidates) { return "did you mean '\(nearest)'?" }
        guard !candidates.isEmpty else { return nil }
        let shown = candidates.prefix(16).joined(separator: ", ")
        return "\(noun): \(shown)\(candidates.count > 16 ? ", …" : "")"
    }
}

/// A text of a trace setting that names strategies, symbols or parameters.
struct UnresolvedText: Sendable {
    /// What it must be.
    enum Kind: Sendable {
        /// The condition of an alert.
        case alert
        /// A number in the rule language.
        case feature
        /// The containers that a trace rule concerns; the rule's origin tells which rule.
        case scope(TraceScope, origin: String)
    }

    var kind: Kind
    var node: YAMLNode
}

/// Something with a place in a text.
protocol Marked {
    var start: YAMLMark { get }
    var end: YAMLMark { get }
}

extension YAMLNode: Marked {}
extension YAMLEntry: Marked {}

/// A value and where it was written.
struct Located<Value: Sendable>: Sendable, Marked {
    var value: Value
    var start: YAMLMark
    var end: YAMLMark

    init(_ value: Value, at place: some Marked) {
        self.value = value
        start = place.start
        end = place.end
    }
}

extension YAMLNode {
    /// What the node is, for messages: `the text 'abc'`, `a list`.
    var described: String {
        switch content {
        case .sequence: return "a list"
        case .mapping: return "a map"
        case .scalar(let text, _):
            switch scalar {
            case .null, nil: return "nothing"
            case .boolean: return "'\(text)'"
            case .number: return "the number \(text)"
            case .text:
                let shown = text.count > 60 ? text.prefix(57) + "…" : text[...]
                return "'\(shown)'"
            }
        }
    }
}
