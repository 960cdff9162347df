import Foundation
import ProgramTestKit
import Testing

/// The commands of the README and the documents do what stands there.
@Suite(.serialized) struct ReadmeTests {
    /// Documents whose `console` blocks are run, top to bottom, in one folder and one shell each.
    static let documents = [
        "README.md", "docs/configuration.md", "docs/tracing.md", "docs/sql.md", "docs/comparing.md",
        "docs/ci.md", "docs/statistics.md",
    ]

    /// What only runs where DuckDB is; elsewhere these are left out, and that is printed.
    static let needDuckDB = [
        "admf sql", "admf trace sql", "admf export", "admf doctor", "storage_backend=parquet", "columns/",
    ]

    static let hasDuckDB: Bool = {
        let outcome = try? Program.run(["doctor"], in: URL(fileURLWithPath: "/"))
        return outcome?.output.contains("answers SQL") ?? false
    }()

    /// Commands that are not run here, with the reason.
    static let notRun = [
        "git clone": "the folder is made by this test",
        "cd admf": "the test is there already",
        "make test": "it runs this very test",
        "make setup": "it would install packages",
    ]

    @Test(arguments: documents)
    func `its commands run and print what it says`(document: String) throws {
        let url = Program.top.appendingPathComponent(document)
        let steps = ConsoleBlocks.steps(in: try String(contentsOf: url, encoding: .utf8))
        try withScratchFolder { folder in
            try Self.copyProject(into: folder)
            var steps = steps.filter { step in !Self.notRun.keys.contains { step.command.hasPrefix($0) } }
            if !Self.hasDuckDB {
                let left = steps.filter { step in Self.needDuckDB.contains { step.command.contains($0) } }
                for step in left { print("skipped, DuckDB is not there: \(step.command)") }
                steps.removeAll { step in left.contains(step) }
            }
            for step in steps {
                let outcome = try Program.shell(
                    step.command,
                    in: folder,
                    environment: Self.environment(folder)
                )
                let expected = step.status ?? 0
                #expect(outcome.status == expected, "\(document): \(step.command)\n\(outcome)")
                let printed = outcome.output + outcome.errors
                for line in step.output where !ConsoleBlocks.matches(line, in: printed) {
                    Issue.record("\(document): `\(step.command)` does not print: \(line)\n\(outcome)")
                }
            }
        }
    }

    @Test func `the README has commands`() throws {
        let url = Program.top.appendingPathComponent("README.md")
        let steps = ConsoleBlocks.steps(in: try String(contentsOf: url, encoding: .utf8))
        #expect(steps.count >= 6)
        #expect(steps.contains { $0.command == "make run" })
        #expect(steps.contains { $0.command == "make test" })
    }

    @Test func `links lead somewhere`() throws {
        for document in ["README.md", "CHANGELOG.md"] + Self.markdown(below: "docs") {
            let url = Program.top.appendingPathComponent(document)
            let text = try String(contentsOf: url, encoding: .utf8)
            for match in text.matches(of: /\]\(([^)#\s]+)(#[^)]*)?\)/) {
                let target = String(match.1)
                if target.hasPrefix("http") { continue }
                let place = url.deletingLastPathComponent().appendingPathComponent(target)
                #expect(FileManager.default.fileExists(atPath: place.path), "\(document) links to \(target)")
            }
        }
    }

    @Test func `the block reader knows commands, output and status`() {
        let text =
            "x\n```console\n$ a b\nout ... 1\n$ c  # exit 2\n```\n```yaml\n$ no\n```\n```sh\nd\n# not\n```\n"
        let steps = ConsoleBlocks.steps(in: text)
        #expect(steps.map(\.command) == ["a b", "c", "d"])
        #expect(steps.map(\.output) == [["out ... 1"], [], []])
        #expect(steps.map(\.status) == [nil, 2, nil])
        #expect(ConsoleBlocks.matches("out ... 1", in: "first\n  out of 21 \n"))
        #expect(!ConsoleBlocks.matches("out ... 3", in: "first\nout of 21\n"))
    }

    private static func markdown(below folder: String) -> [String] {
        let walker = FileManager.default.enumerator(atPath: Program.top.appendingPathComponent(folder).path)
        return (walker?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".md") }.map {
            "\(folder)/\($0)"
        }
    }

    /// What a clone holds, without the sources: the program is given.
    private static func copyProject(into folder: URL) throws {
        for name in ["Makefile", "README.md", "configs", "scripts", "docs"] {
            try FileManager.default.copyItem(
                at: Program.top.appendingPathComponent(name),
                to: folder.appendingPathComponent(name)
            )
        }
    }

    private static func environment(_ folder: URL) -> [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return [
            "ADMF": Program.binary.path,
            "PATH": Program.binary.deletingLastPathComponent().path + ":" + path,
            "HOME": folder.appendingPathComponent("home").path,
            "COLUMNS": "110",
        ]
    }
}

/// Reads the fenced `console` and `sh` blocks of a Markdown text.
enum ConsoleBlocks {
    struct Step: Equatable {
        var command: String
        var output: [String] = []
        /// Exit status that a trailing `# exit N` promises.
        var status: Int32?
    }

    static func steps(in text: String) -> [Step] {
        var steps: [Step] = []
        var kind: Substring?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                kind = kind == nil ? line.dropFirst(3) : nil
            } else if kind == "console" {
                if line.hasPrefix("$ ") {
                    steps.append(step(line.dropFirst(2)))
                } else if !line.allSatisfy(\.isWhitespace), !steps.isEmpty {
                    steps[steps.count - 1].output.append(String(line))
                }
            } else if kind == "sh", !line.hasPrefix("#"), !line.allSatisfy(\.isWhitespace) {
                steps.append(step(line))
            }
        }
        return steps
    }

    private static func step(_ line: Substring) -> Step {
        guard let mark = line.range(of: "# exit ") else {
            return Step(command: line.trimmingCharacters(in: .whitespaces))
        }
        let command = line[..<mark.lowerBound].trimmingCharacters(in: .whitespaces)
        return Step(
            command: command,
            status: Int32(line[mark.upperBound...].trimmingCharacters(in: .whitespaces))
        )
    }

    /// Whether a line of the document stands in the text; `...` in it stands for anything, runs of blanks count as one.
    static func matches(_ line: String, in text: String) -> Bool {
        let parts = line.components(separatedBy: "...").map(squeezed)
        return text.split(separator: "\n").contains { candidate in
            var rest = squeezed(String(candidate))[...]
            for part in parts where !part.isEmpty {
                guard let match = rest.range(of: part) else { return false }
                rest = rest[match.upperBound...]
            }
            return true
        }
    }

    private static func squeezed(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
