import Foundation
import ProgramTestKit
import Testing

/// Every shipped example is valid, can be planned, and runs: no example can rot.
@Suite struct ConfigExampleTests {
    /// Paths below `configs`, sorted, so smallest first.
    static let examples: [String] = {
        let walker = FileManager.default.enumerator(
            atPath: Program.top.appendingPathComponent("configs").path
        )
        let all = (walker?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".yaml") }
        return all.sorted()
    }()

    @Test func `the examples are found`() {
        #expect(Self.examples.count >= 17)
    }

    @Test(arguments: examples)
    func `is valid down to its data`(example: String) throws {
        let outcome = try Program.run(["validate", "--data", "configs/\(example)"], in: Program.top)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(!outcome.errors.contains("error"), "\(outcome)")
    }

    @Test(arguments: examples)
    func `runs and trades`(example: String) throws {
        try withScratchFolder { output in
            let arguments = [
                "run", "configs/\(example)", "--output", output.path, "--limit", "12", "--quiet",
            ]
            let outcome = try Program.run(arguments, in: Program.top)
            #expect(outcome.status == 0, "\(outcome)")
            let names = try FileManager.default.contentsOfDirectory(atPath: output.path)
            let tree = try ResultsTree.only(try #require(names.first), in: output)
            #expect(tree.manifest.status == "completed")
            #expect(!tree.containers.isEmpty)
            #expect(tree.files["summary.csv"] != nil)
            var positions = 0
            for container in tree.containers {
                let record = try tree.object("\(container)/metrics.json")
                #expect(record["status"] as? String == "completed", "\(container)")
                let metrics = record["metrics"] as? [String: Any] ?? [:]
                positions += (metrics["total_trades"] as? Int ?? 0) + (metrics["open_positions"] as? Int ?? 0)
            }
            // An example that never trades shows nothing.
            #expect(positions > 0)
        }
    }

    @Test func `the quickstart has at least 2,000 containers`() throws {
        let outcome = try Program.run(["plan", "configs/02-quickstart.yaml", "--json"], in: Program.top)
        #expect(outcome.status == 0, "\(outcome)")
        let plan = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        let containers = try #require(plan?["containers"] as? [Any])
        #expect(containers.count == 2_088)
    }

    @Test(arguments: ["development", "production"])
    func `both environments run`(environment: String) throws {
        try withScratchFolder { output in
            let config = "configs/tracing/06-environments.yaml"
            let outcome = try Program.run(
                ["run", config, "--environment", environment, "--output", output.path, "--quiet"],
                in: Program.top
            )
            #expect(outcome.status == 0, "\(outcome)")
            let tree = try ResultsTree.only("environments", in: output)
            let memory = try tree.object("portfolio_trend/metrics.json")["memory"] as? [String: Any]
            let kept = try #require(memory?["peak_events_in_memory"] as? Int)
            // Development keeps everything, production a few types in a window.
            #expect(environment == "development" ? kept > 1_000 : kept < 1_000)
        }
    }

    @Test func `full tracing leaves events on disk and minimal tracing does not`() throws {
        try withScratchFolder { output in
            let outcome = try Program.run(
                ["run", "configs/tracing/02-event-tracing-modes.yaml", "--output", output.path, "--quiet"],
                in: Program.top
            )
            #expect(outcome.status == 0, "\(outcome)")
            let tree = try ResultsTree.only("event_tracing_modes", in: output)
            let traced = tree.files.keys.filter { $0.contains("events") }
            #expect(!traced.isEmpty)
            #expect(traced.allSatisfy { $0.hasPrefix("everything/") })
        }
    }

    @Test func `the signal file is what its script makes`() throws {
        let outcome = try Program.shell(
            "awk -f configs/data/make-predictions.awk configs/data/GOOGL.csv",
            in: Program.top
        )
        let file = Program.top.appendingPathComponent("configs/data/predictions.csv")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output == (try String(contentsOf: file, encoding: .utf8)))
    }
}
