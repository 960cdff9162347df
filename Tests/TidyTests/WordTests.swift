import Foundation
import Testing

/// Words and calls that have no place in the sources, each with its reason.
@Suite struct WordTests {
    /// The programs: only they and the commands talk to the user.
    static let programs: Set<String> = ["BacktestCommands", "admf", "backtest-fuzz", "backtest-bench"]

    @Test func `no Foundation below the tests`() {
        // It costs 20 MB and start-up time; results must not depend on its versions.
        let bad = SourceTree.places(in: SourceTree.sources) { _, _, line in
            ImportTableTests.importedModule(line)?.hasPrefix("Foundation") == true
        }
        #expect(bad.isEmpty)
    }

    @Test(arguments: ["try" + "!", "as" + "!", "nonisolated" + "(unsafe)"])
    func `no unchecked shortcut`(word: String) {
        let bad = SourceTree.places(in: SourceTree.sources) { _, _, line in line.code.contains(word) }
        #expect(bad.isEmpty, "\(word)")
    }

    @Test(arguments: ["fatalError", "assertionFailure", "dump"])
    func `no crash for what a user may do`(name: String) {
        let bad = SourceTree.places(in: SourceTree.sources) { _, _, line in line.code.calls(name) }
        #expect(bad.isEmpty, "\(name)")
    }

    @Test func `libraries print nothing`() {
        let libraries = SourceTree.swiftSources.filter { !Self.programs.contains($0.module) }
        let bad = SourceTree.places(in: libraries) { _, _, line in
            line.code.calls("print") || line.code.calls("debugPrint")
        }
        #expect(bad.isEmpty)
    }

    @Test(arguments: ["Date", "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator"])
    func `no wall clock and no unseeded random numbers`(name: String) {
        let bad = SourceTree.places(in: SourceTree.sources) { file, _, line in
            !Self.programs.contains(file.module) && line.code.calls(name)
        }
        #expect(bad.isEmpty, "\(name)")
    }

    @Test func `random numbers come from a seeded generator`() {
        let bad = SourceTree.places(in: SourceTree.sources) { _, _, line in
            let code = line.code
            return [".random(in:", ".random()", ".randomElement(", ".shuffled(", ".shuffle("].contains {
                code.contains($0)
            }
                && !code.contains("using:")
        }
        #expect(bad.isEmpty)
    }

    @Test(arguments: ["TO" + "DO", "FIX" + "ME", "XX" + "X:"])
    func `nothing is left for later`(word: String) {
        let files = SourceTree.sources + SourceTree.tests + SourceTree.documents
        #expect(SourceTree.places(in: files) { _, _, line in line.contains(word) }.isEmpty, "\(word)")
    }

    @Test func `an unchecked Sendable says why`() {
        let bad = SourceTree.places(in: SourceTree.sources) { file, index, line in
            line.code.contains("@unchecked Sendable")
                && !Self.commentAbove(index, in: file.lines).contains("@unchecked")
        }
        #expect(bad.isEmpty)
    }

    @Test func `a class says why`() {
        let bad = SourceTree.places(in: SourceTree.sources) { file, index, line in
            guard !line.contains("class func"), !line.contains("class var") else { return false }
            let words = line.code.split(separator: " ")
            let isClass = words.count > 1 && (words.dropLast().contains("class"))
            return isClass && !Self.commentAbove(index, in: file.lines).lowercased().contains("class")
        }
        #expect(bad.isEmpty, "a class needs its reason in its first comment")
    }

    @Test func `types are not called managers and helpers`() {
        let endings = ["Manager", "Helper", "Helpers", "Utils", "Impl", "Base"]
        let bad = SourceTree.places(in: SourceTree.sources) { _, _, line in
            let words = line.code.split { " :<{".contains($0) }.map(String.init)
            guard
                let kind = words.firstIndex(where: { ["struct", "class", "enum", "protocol"].contains($0) }),
                kind + 1 < words.count
            else { return false }
            return endings.contains { words[kind + 1].hasSuffix($0) }
        }
        #expect(bad.isEmpty)
    }

    @Test func `folders name phases or features`() {
        let kinds: Set<String> = [
            "Utils", "Utilities", "Helpers", "Managers", "Models", "Protocols", "Common",
        ]
        let bad = SourceTree.sources.map(\.path).filter { path in
            path.split(separator: "/").contains { kinds.contains(String($0)) }
        }
        #expect(bad.isEmpty)
    }

    /// The comment lines directly above a line, attributes skipped.
    static func commentAbove(_ index: Int, in lines: [String]) -> String {
        var comment: [String] = []
        for line in lines[..<index].reversed() {
            let text = line.trimmingCharacters(in: .whitespaces)
            if text.hasPrefix("//") { comment.append(text) } else if !text.hasPrefix("@") { break }
        }
        return comment.reversed().joined(separator: " ")
    }
}
