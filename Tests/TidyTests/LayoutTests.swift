import Foundation
import Testing

/// Blanks, comments, paths and the top folder.
@Suite struct LayoutTests {
    static let everything = SourceTree.sources + SourceTree.tests + SourceTree.documents

    @Test func `no tabs and no trailing blanks`() {
        let bad = SourceTree.places(in: Self.everything) { file, _, line in
            line.last?.isWhitespace == true || (line.contains("\t") && file.path != "Makefile")
        }
        #expect(bad.isEmpty)
    }

    @Test func `files end with one line end`() {
        let bad = Self.everything.filter { !$0.endsWithNewline || $0.lines.last?.isEmpty != false }
        #expect(bad.map(\.path).isEmpty)
    }

    @Test func `every public declaration has a doc comment`() {
        let bad = SourceTree.places(in: SourceTree.sources) { file, index, line in
            let words = line.split(separator: " ").map(String.init).drop { $0.hasPrefix("@") }
            guard words.first == "public", words.dropFirst().first != "import",
                words.dropFirst().first != "extension"
            else { return false }
            return !Self.commentAboveIsDoc(index, in: file.lines)
        }
        #expect(bad.isEmpty)
    }

    @Test func `no path of one machine`() {
        // Where this checkout and its user live, and the folders this project was first written in (in pieces, so that
        // this file does not match itself).
        var machine = [SourceTree.top.path + "/", "/wo" + "rk/", "/ro" + "ot/"]
        if let home = ProcessInfo.processInfo.environment["HOME"], home.split(separator: "/").count > 1 {
            machine.append(home + "/")
        }
        let bad = SourceTree.places(in: Self.everything) { _, _, line in
            machine.contains { line.contains($0) }
        }
        #expect(bad.isEmpty)
    }

    @Test func `the top folder holds what the README names and nothing else`() throws {
        let allowed: Set<String> = [
            "Package.swift", "Makefile", "README.md", "CHANGELOG.md", "LICENSE", "Sources", "Tests",
            "configs", "docs",
            "results", "scripts", "bench",
        ]
        let visible = try FileManager.default.contentsOfDirectory(atPath: SourceTree.top.path).filter {
            !$0.hasPrefix(".")
        }
        #expect(Set(visible).subtracting(allowed).isEmpty)
    }

    @Test func `git knows nothing of results but their README`() throws {
        let ignored = try String(
            contentsOf: SourceTree.top.appendingPathComponent(".gitignore"),
            encoding: .utf8
        )
        #expect(ignored.contains("results/*\n!results/README.md"))
        guard let tracked = try Self.gitFiles(under: "results") else { return }
        #expect(tracked == ["results/README.md"])
    }

    @Test func `every suite of the tests has a test`() {
        let bad = SourceTree.tests.filter { $0.path.hasSuffix("Placeholder.swift") }
        #expect(bad.map(\.path).isEmpty)
    }

    private static func commentAboveIsDoc(_ index: Int, in lines: [String]) -> Bool {
        for line in lines[..<index].reversed() {
            let text = line.trimmingCharacters(in: .whitespaces)
            if text.hasPrefix("@") || text.hasPrefix("//") && !text.hasPrefix("///") { continue }
            return text.hasPrefix("///")
        }
        return false
    }

    /// Paths that git tracks below a folder; `nil` outside a checkout, where there is nothing to ask.
    private static func gitFiles(under folder: String) throws -> [String]? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", SourceTree.top.path, "ls-files", folder]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
