import Foundation
import Glibc
import Testing

/// What only a terminal, or its absence, shows.
@Suite(.serialized) struct TerminalTests {
    private static let sweep = "--set 'sweep.parameters.crossover.fast=range(2, 11, 1)'"

    /// Runs a line in a pseudo-terminal of 100 columns; both streams come back as one text.
    private static func inTerminal(_ line: String, _ settings: String, folder: String) throws -> String {
        let script = try #require(Tools.find("script"))
        let command = "stty cols 100; cd '\(folder)' && env \(settings) '\(Admf.built)' \(line)"
        return try Tools.run(script, ["-qec", command, "/dev/null"]).output
    }

    @Test(.enabled(if: Tools.find("script") != nil)) func `a bar that is redrawn and taken away`() throws {
        let scratch = try RunTests.project()
        let line = "run config.yaml \(Self.sweep) --format json"
        let text = try Self.inTerminal(line, "-u NO_COLOR TERM=xterm", folder: scratch.folder)
        let bars = text.split(separator: "\r").filter { $0.hasPrefix("[") && $0.contains("%") }
        #expect(!bars.isEmpty)
        #expect(bars.allSatisfy { $0.contains("/s") })
        #expect(text.contains("\u{1B}[32m"), "the bar is green")
        #expect(text.contains("\r\u{1B}[K{"), "the bar is gone before the summary")
        let plain = try Self.inTerminal(line, "NO_COLOR=1 TERM=xterm", folder: scratch.folder)
        #expect(!plain.contains("\u{1B}[32m"))
        let dumb = try Self.inTerminal(line, "TERM=dumb", folder: scratch.folder)
        #expect(!dumb.contains("\u{1B}"))
        let quiet = try Self.inTerminal(line + " --quiet", "TERM=xterm", folder: scratch.folder)
        #expect(quiet.hasPrefix("{"))
    }

    @Test(.enabled(if: Tools.find("script") != nil)) func `tables and help fit the terminal`() throws {
        let text = try Self.inTerminal("strategies", "-u NO_COLOR TERM=xterm", folder: "/")
        let lines = text.split(whereSeparator: \.isNewline).map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") }
        #expect(lines.count > 10)
        #expect(lines.allSatisfy { $0.count <= 100 })
        #expect(text.contains("…"), "what does not fit is cut")
        let error = try Self.inTerminal("nonsense", "-u NO_COLOR TERM=xterm", folder: "/")
        #expect(error.contains("\u{1B}[31merror:\u{1B}[0m unknown command"))
    }

    @Test func `a fault of the program itself is one line, no stack trace`() throws {
        let scratch = try RunTests.project()
        let streams = try Scratch()
        let words = [
            "run", "config.yaml", "--jobs", "1", "--set", "sweep.parameters.crossover.fast=range(2, 19, 1)",
        ]
        let running = try Admf(folder: scratch.folder).start(words, in: streams)
        let first = scratch.path("results/demo/latest/trend_0000/metrics.json")
        for _ in 0..<2_000 where !FileManager.default.fileExists(atPath: first) { usleep(5_000) }
        running.send(SIGSEGV)
        let outcome = try running.wait()
        #expect(outcome.status == 128 + SIGSEGV)
        #expect(outcome.errors.hasPrefix("admf: error: admf has a fault of its own"))
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(try Admf(folder: scratch.folder)("resume", "demo", "-q").status == 0)
    }
}
