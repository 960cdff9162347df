import BacktestYAML
import Foundation
import ProgramTestKit
import Testing

/// The CI files of docs/ci.md: their shell lines do here, in their order, what the document says they do there.
@Suite(.serialized) struct ContinuousIntegrationTests {
    /// The YAML blocks of the document.
    private static func files() throws -> [YAMLNode] {
        let url = Program.top.appendingPathComponent("docs/ci.md")
        let text = try String(contentsOf: url, encoding: .utf8)
        return try text.components(separatedBy: "```yaml\n").dropFirst().map { block in
            let yaml = block.components(separatedBy: "```")[0]
            let document = YAMLDocument(parsing: Array(yaml.utf8))
            #expect(document.problems.isEmpty, "\(document.problems)")
            return try #require(document.root)
        }
    }

    /// A checkout of a project on another machine, with a run of its tools so far.
    private struct Checkout {
        let folder: URL

        /// Runs lines as a step does: each in a shell of its own that stops at the first failure.
        func step(_ script: String, _ variables: [String: String] = [:]) throws -> Program.Outcome {
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            var environment = variables
            environment["PATH"] = Program.binary.deletingLastPathComponent().path + ":" + path
            return try Program.shell("set -eo pipefail\n" + script, in: folder, environment: environment)
        }

        /// Dearer trades: what a bad change to the project would do to its results.
        func regress() throws {
            let file = folder.appendingPathComponent("config.yaml")
            let text = try String(contentsOf: file, encoding: .utf8)
            let worse = text.replacingOccurrences(
                of: "commission: {rate: 0.1%}",
                with: "commission: {rate: 2%}"
            )
            #expect(worse != text)
            try worse.write(to: file, atomically: true, encoding: .utf8)
        }
    }

    private func withCheckout(_ body: (Checkout) throws -> Void) throws {
        try withScratchFolder { folder in
            let checkout = Checkout(folder: folder)
            #expect(try checkout.step("admf init .").status == 0)
            try body(checkout)
        }
    }

    @Test func `the steps of the GitHub workflow`() throws {
        let files = try Self.files()
        #expect(files.count == 2)
        let job = try #require(files[0]["jobs"]?["backtest"])
        let steps = try #require(job["steps"]?.items)
        #expect(steps.allSatisfy { ($0["run"] == nil) != ($0["uses"] == nil) })
        let scripts = steps.compactMap { step in step["run"]?.text.map { (step["if"]?.text, $0) } }
        #expect(scripts.count == 4)
        try withCheckout { checkout in
            let summary = checkout.folder.appendingPathComponent("summary.md")
            let variables = ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": summary.path]
            // Without a baseline: a warning, and the job goes on; the main branch keeps the run.
            for (index, script) in scripts.enumerated() {
                let outcome = try checkout.step(script.1, variables)
                #expect(outcome.status == 0, "\(script.1): \(outcome)")
                if index == 1 {
                    #expect(outcome.errors.contains("::warning title=admf check%3A cannot tell::"))
                }
            }
            for name in [
                "report.html", "check.xml", "results/demo/latest/verdict.json", "results/demo/baselines/main",
            ] {
                #expect(
                    FileManager.default.fileExists(atPath: checkout.folder.appendingPathComponent(name).path),
                    "\(name)"
                )
            }
            // With the baseline of the same code.
            for script in scripts { #expect(try checkout.step(script.1, variables).status == 0) }
            // A regression stops the job; what runs always still runs.
            try checkout.regress()
            var isFailed = false
            for (condition, script) in scripts where !isFailed || condition == "always()" {
                let outcome = try checkout.step(script, variables)
                if outcome.status != 0 {
                    #expect(script.contains("--baseline main"), "\(script): \(outcome)")
                    #expect(outcome.errors.contains("::error title=admf check%3A fail::"))
                    isFailed = true
                }
            }
            #expect(isFailed)
            let text = try String(contentsOf: summary, encoding: .utf8)
            for words in ["cannot tell", "pass", "fail"] {
                #expect(text.contains("### admf check: \(words)\n"))
            }
        }
    }

    @Test func `the jobs of the GitLab pipeline`() throws {
        let pipeline = try Self.files()[1]
        func lines(_ job: String, _ key: String) throws -> [String] {
            let items = pipeline[job]?[key]?.items
            return try #require(items).compactMap(\.text)
        }
        let script = try lines("backtest", "script")
        let after = try lines("backtest", "after_script")
        let keep = try lines("keep-baseline", "script")
        let allowed = pipeline["backtest"]?["allow_failure"]?["exit_codes"]?.items?.compactMap(\.text)
        #expect(allowed == ["6"])
        // GitLab joins the lines of a job in one shell, which ends with the status of the line that failed.
        func job(_ lines: [String], _ checkout: Checkout) throws -> Int32 {
            try checkout.step(lines.joined(separator: "\n")).status
        }
        try withCheckout { checkout in
            #expect(try job(script, checkout) == 6, "no baseline yet: allowed to fail")
            #expect(try job(after, checkout) == 0)
            #expect(try job(keep, checkout) == 0)
            #expect(try job(script, checkout) == 0)
            try checkout.regress()
            #expect(try job(script, checkout) == 1)
            #expect(try job(after, checkout) == 0, "the report is made whatever happened")
            let paths = pipeline["backtest"]?["artifacts"]?["paths"]?.items?.compactMap(\.text) ?? []
            let junit = try #require(pipeline["backtest"]?["artifacts"]?["reports"]?["junit"]?.text)
            #expect(paths.count == 2)
            for name in paths + [junit] {
                #expect(
                    FileManager.default.fileExists(atPath: checkout.folder.appendingPathComponent(name).path),
                    "\(name)"
                )
            }
            #expect(try job(keep, checkout) == 0, "it is a run like any other")
        }
    }
}
