import Foundation
import Testing

/// Rules are cited by number in sources, tests and messages; each number is defined, once, where users can read it.
@Suite struct RuleNumberTests {
    static let defined: [String] = {
        let page = SourceTree.documents.first { $0.path == "docs/trading-semantics.md" }
        return (page?.lines ?? []).compactMap { line in
            line.firstMatch(of: /^- \*\*(R[0-9]+[a-z]?)\*\*/).map { String($0.1) }
        }
    }()

    @Test func `each rule is defined once`() {
        #expect(Self.defined.count >= 50)
        #expect(Set(Self.defined).count == Self.defined.count)
    }

    @Test func `every rule that is cited is defined`() {
        let known = Set(Self.defined)
        let bad = SourceTree.places(in: SourceTree.sources + SourceTree.tests + SourceTree.documents) {
            file,
            _,
            line in
            // A search by regular expression is slow; most lines need none.
            guard line.utf8.contains(UInt8(ascii: "R")), line.contains(where: \.isNumber) else {
                return false
            }
            // Numbers in other tables (unicode, registers) do not look like this.
            return line.matches(of: /\b[Rr]ules? (R[0-9]+[a-z]?)|[(, ](R[0-9]+[a-z]?)[),.:;]/).contains {
                match in
                let rule = String(match.1 ?? match.2 ?? "")
                return !known.contains(rule) && file.path != "Tests/TidyTests/RuleNumberTests.swift"
            }
        }
        #expect(bad.isEmpty, "rules that docs/trading-semantics.md does not define")
    }
}
