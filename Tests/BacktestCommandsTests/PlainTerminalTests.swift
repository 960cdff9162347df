import Foundation
import Testing

/// Pictures and tables where a terminal can do little.
@Suite(.serialized) struct PlainTerminalTests {
    private static func project() throws -> (scratch: Scratch, admf: Admf) {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "-q").status == 0)
        return (scratch, admf)
    }

    private static let commands: [[String]] = [
        ["show", "demo"], ["show", "demo", "trend_0001"], ["rank", "demo"], ["plot", "demo"],
        ["plot", "demo", "--histogram", "cagr"], ["compare", "demo", "demo"], ["list"],
    ]

    @Test(arguments: [
        ["LC_ALL": "C"], ["TERM": "dumb"], ["LC_ALL": "", "LC_CTYPE": "", "LANG": "C"],
        ["LC_ALL": "", "LANG": "en_GB"],
    ])
    func `letters alone where the locale or the terminal has no more`(variables: [String: String]) throws {
        let (scratch, admf) = try Self.project()
        var plain = admf
        plain.environment = variables
        for words in Self.commands {
            let outcome = try plain.run(words)
            #expect(outcome.status == 0)
            #expect(
                outcome.output.utf8.allSatisfy { $0 < 128 && ($0 >= 32 || $0 == 10) },
                "\(words): \(outcome.output)"
            )
        }
        #expect(try plain("show", "demo", "trend_0001").output.contains(#/[_.\-~=+*\#]{40,}\n *equity/#))
        #expect(try admf("show", "demo", "trend_0001").output.contains("▁"))
        withExtendedLifetime(scratch) {}
    }

    @Test(.enabled(if: Tools.find("script") != nil), arguments: [24, 40, 60, 80, 200])
    func `nothing is wider than the terminal`(columns: Int) throws {
        let (scratch, _) = try Self.project()
        let script = try #require(Tools.find("script"))
        for (variables, hasColor) in [
            ("-u NO_COLOR TERM=xterm", true), ("NO_COLOR=1 TERM=xterm", false), ("TERM=dumb LC_ALL=C", false),
        ] {
            for words in Self.commands where words[0] != "compare" {
                let line =
                    "stty cols \(columns); cd '\(scratch.folder)' && env \(variables) '\(Admf.path)' "
                    + words.joined(separator: " ")
                let text = try Tools.run(script, ["-qec", line, "/dev/null"]).output
                #expect(!hasColor || words[0] == "list" || text.contains("\u{1B}["), "\(words) has colours")
                #expect(hasColor || !text.contains("\u{1B}"), "\(words) \(variables)")
                let lines = text.replacing(/\u{1B}\[[0-9;]*m/, with: "").split(whereSeparator: \.isNewline)
                // A word that a reader would copy (a hash, a path) is never cut, so `show` has its limit.
                let limit =
                    words[0] == "show" ? max(columns, 90) : max(columns, words[0] == "plot" ? 40 : columns)
                for line in lines { #expect(line.count <= limit, "\(words) at \(columns): \(line)") }
            }
        }
    }
}
