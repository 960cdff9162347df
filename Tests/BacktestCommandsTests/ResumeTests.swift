import Foundation
import Glibc
import Testing

/// Interruption and what `resume` makes of it.
@Suite(.serialized) struct ResumeTests {
    private static let sweep = [
        "--set", "sweep.parameters.crossover.fast=range(2, 21, 1)", "--set",
        "sweep.parameters.crossover.slow=[60, 90]",
    ]

    /// Starts a run of 80 containers and interrupts it as soon as one of them is whole.
    private static func interrupted(
        _ signal: Int32,
        in scratch: Scratch
    ) throws -> Admf.Outcome {
        let streams = try Scratch()
        let running = try Admf(folder: scratch.folder).start(
            ["run", "config.yaml", "--jobs", "1"] + sweep,
            in: streams
        )
        let first = scratch.path("results/demo/latest/trend_0000/metrics.json")
        for _ in 0..<2_000 where !FileManager.default.fileExists(atPath: first) { usleep(5_000) }
        running.send(signal)
        return try running.wait()
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func `an interrupted run can be completed, byte for byte`(signal: Int32, status: Int32) throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let outcome = try Self.interrupted(signal, in: scratch)
        #expect(outcome.status == status)
        #expect(outcome.errors.contains("complete the run with: admf resume results/demo/"))
        let manifest = try scratch.read("results/demo/latest/manifest.json")
        #expect(manifest.contains("\"status\": \"interrupted\""))
        let verdict = try RunTests.object(scratch.read("results/demo/latest/verdict.json"))
        #expect(verdict["verdict"] as? String == "cannot_tell")
        #expect(verdict["exit_status"] as? Int32 == status)
        // From another folder, as paths are those of the folder in which the run began.
        let resumed = try Admf(folder: "/")("resume", scratch.path("results/demo/latest"), "--json")
        #expect(resumed.status == 0)
        let counts = try #require(RunTests.object(resumed.output)["containers"] as? [String: Int])
        #expect(counts["total"] == 80 && counts["completed"] == 80)
        #expect(try #require(counts["kept"]) >= 1)
        #expect(try admf.run(["run", "config.yaml", "--output", "whole", "-q"] + Self.sweep).status == 0)
        let whole = try RunTests.files(scratch.path("whole/demo/latest"))
        let mended = try RunTests.files(scratch.path("results/demo/latest"))
        #expect(whole.count > 80)
        #expect(whole == mended)
    }

    @Test func `a killed run can be completed`() throws {
        let scratch = try RunTests.project()
        let outcome = try Self.interrupted(SIGKILL, in: scratch)
        #expect(outcome.status == 137)
        let resumed = try Admf(folder: scratch.folder)("resume", "results/demo/latest", "-q")
        #expect(resumed.status == 0)
        #expect(try scratch.read("results/demo/latest/manifest.json").contains("\"status\": \"completed\""))
    }

    @Test func `only and limit are those of the run`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "--only", "mixed_*", "--limit", "2", "-q").status == 0)
        try FileManager.default.removeItem(atPath: scratch.path("results/demo/latest/mixed_0001"))
        let resumed = try RunTests.object(admf("resume", "demo", "--json").output)
        #expect(
            resumed["containers"] as? [String: Int] == ["total": 2, "completed": 2, "failed": 0, "kept": 1]
        )
        #expect(scratch.has("results/demo/latest/mixed_0001/metrics.json"))
        #expect(!scratch.has("results/demo/latest/trend_0000"))
    }

    @Test func `a changed config is refused, and the run is not touched`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "--limit", "2", "-q").status == 0)
        let before = try RunTests.files(scratch.path("results/demo/latest"))
        let manifest = try scratch.read("results/demo/latest/manifest.json")
        try scratch.write("config.yaml", scratch.read("config.yaml").replacing("seed: 42", with: "seed: 43"))
        let outcome = try admf("resume", "results/demo/latest")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("config.yaml has changed since"))
        let hash = try #require(manifest.firstMatch(of: /"config": \{[^}]*"sha256": "([0-9a-f]{64})"/)?.1)
        #expect(outcome.errors.contains("SHA-256 \(hash) then, "))
        #expect(try RunTests.files(scratch.path("results/demo/latest")) == before)
        #expect(try scratch.read("results/demo/latest/manifest.json") == manifest)
        // Comments and layout are not the config.
        try scratch.write(
            "config.yaml",
            scratch.read("config.yaml").replacing("seed: 43", with: "seed:   42   # the answer")
        )
        #expect(try admf("resume", "results/demo/latest").status == 0)
    }

    @Test func `a damaged copy of the config is written again`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "--limit", "2", "-q").status == 0)
        let copy = "results/demo/latest/config.yaml"
        let text = try scratch.read(copy)
        for damaged in [text + "seed: 7\n", String(text.prefix(text.count / 2)), nil] {
            try damaged.map { try scratch.write(copy, $0) }
            if damaged == nil { try FileManager.default.removeItem(atPath: scratch.path(copy)) }
            let resumed = try admf("resume", "results/demo/latest")
            #expect(resumed.status == 0, "\(resumed.errors)")
            let problem = /config.yaml is (missing|not the config that ran); it is written again from/
            #expect(resumed.errors.contains(problem))
            #expect(try scratch.read(copy) == text)
        }
        #expect(try !admf("resume", "results/demo/latest").errors.contains("it is written again"))
    }

    @Test func `changed data is refused, and the run is not touched`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "--limit", "2", "-q").status == 0)
        let manifest = try scratch.read("results/demo/latest/manifest.json")
        let text = try scratch.read("data/DEMO.csv")
        try scratch.write("data/DEMO.csv", String(text.dropLast()))
        let outcome = try admf("resume", "results/demo/latest")
        #expect(outcome.status == 3)
        #expect(
            outcome.errors.contains(
                /DEMO.csv has changed since .*: SHA-256 [0-9a-f]{64} then, [0-9a-f]{64} now/
            )
        )
        #expect(try scratch.read("results/demo/latest/manifest.json") == manifest)
        try FileManager.default.removeItem(atPath: scratch.path("data/DEMO.csv"))
        #expect(try admf("resume", "results/demo/latest").status == 3)
    }

    @Test func `a run that is being written is left alone`() throws {
        let scratch = try RunTests.project()
        let streams = try Scratch()
        let running = try Admf(folder: scratch.folder).start(
            ["run", "config.yaml", "--jobs", "1"] + Self.sweep,
            in: streams
        )
        let first = scratch.path("results/demo/latest/trend_0000/metrics.json")
        for _ in 0..<2_000 where !FileManager.default.fileExists(atPath: first) { usleep(5_000) }
        let second = try Admf(folder: scratch.folder)("resume", "demo")
        #expect(second.status == 5)
        #expect(second.errors.contains("another admf is writing this run"))
        #expect(try running.wait().status == 0)
    }

    @Test func `the environment of a run is kept`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let block = "production:\n  execution: {fill: next_open, commission: {rate: 1%}}\n"
        try scratch.write("config.yaml", scratch.read("config.yaml") + block)
        #expect(
            try admf("run", "config.yaml", "--environment", "production", "--limit", "2", "-q").status == 0
        )
        let metrics = try scratch.read("results/demo/latest/trend_0000/metrics.json")
        try FileManager.default.removeItem(atPath: scratch.path("results/demo/latest/trend_0000"))
        #expect(try admf("resume", "demo", "-q").status == 0)
        #expect(try scratch.read("results/demo/latest/trend_0000/metrics.json") == metrics)
        #expect(try admf("run", "config.yaml", "--limit", "2", "-q", "--output", "plain").status == 0)
        #expect(try scratch.read("plain/demo/latest/trend_0000/metrics.json") != metrics)
    }

    @Test func `a folder that has gone is named`() throws {
        let scratch = try RunTests.project()
        let output = try Scratch()
        let words = ["run", "config.yaml", "--limit", "1", "-q", "--output", output.folder]
        #expect(try Admf(folder: scratch.folder).run(words).status == 0)
        try FileManager.default.removeItem(atPath: scratch.folder)
        let outcome = try Admf()("resume", output.path("demo/latest"))
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("was begun in \(scratch.folder), which cannot be entered"))
    }
}
