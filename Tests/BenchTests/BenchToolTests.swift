import Foundation
import ProgramTestKit
import Testing

/// `backtest-bench` on its smallest workload: the numbers are there and make sense; how large they are is not tested.
@Suite struct BenchToolTests {
    /// The tool that was built beside the tests.
    static let tool = Program.built.appendingPathComponent("backtest-bench")

    /// Where the release program lies, `nil` where nobody says.
    static var releaseProgram: String? {
        let path = ProcessInfo.processInfo.environment["ADMF_RELEASE"] ?? ""
        return path.isEmpty ? nil : URL(fileURLWithPath: path, relativeTo: Program.top).path
    }

    /// Runs the tool from the project's folder and returns what it left.
    static func run(_ arguments: String, in folder: URL) throws -> Program.Outcome {
        let script = """
            '\(tool.path)' --program '\(Program.binary.path)' --package '\(Program.top.path)' \
            --folder '\(folder.path)/scratch' --json '\(folder.path)/bench.json' \(arguments)
            """
        return try Program.shell(script, in: folder)
    }

    @Test func `the smallest workload fills every key`() throws {
        try withScratchFolder { folder in
            let outcome = try Self.run("goog-100 --repeat 1 --jobs 1 --no-instructions", in: folder)
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.output.contains("goog-100"))
            let data = try Data(contentsOf: folder.appendingPathComponent("bench.json"))
            let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(
                Set(document.keys) == [
                    "format", "program", "repeats", "jobs", "cores", "load_before", "load_after", "workloads",
                ]
            )
            #expect(document["repeats"] as? Int == 1)
            let workloads = try #require(document["workloads"] as? [[String: Any]])
            let workload = try #require(workloads.first)
            #expect(workloads.count == 1)
            #expect(
                Set(workload.keys) == [
                    "name", "bars", "symbols", "containers", "bar_evaluations", "median_seconds",
                    "spread_seconds", "wall_seconds", "user_seconds", "system_seconds",
                    "bar_evaluations_per_second_and_core", "peak_bytes", "bytes_written", "files_written",
                    "instructions", "allocations",
                ]
            )
            #expect(workload["bar_evaluations"] as? Int == 214_800)
            #expect((workload["wall_seconds"] as? [Double])?.count == 1)
            let median = try #require(workload["median_seconds"] as? Double)
            let rate = try #require(workload["bar_evaluations_per_second_and_core"] as? Double)
            #expect(median > 0)
            #expect(abs(rate * median / 214_800 - 1) < 1e-9)
            // At least a metrics.json of some hundred bytes for each of 100 containers.
            #expect(try #require(workload["files_written"] as? Int) > 100)
            #expect(try #require(workload["bytes_written"] as? Int) > 30_000)
            #expect(try #require(workload["peak_bytes"] as? Int) > 1_000_000)
            #expect(workload["instructions"] is NSNull)
            #expect(workload["allocations"] is NSNull)
        }
    }

    /// Needs the release program, as the gates do: valgrind takes minutes for one of a debug build.
    @Test(.enabled(if: releaseProgram != nil, "ADMF_RELEASE names no release program"))
    func `instructions and allocations of the smallest workload are counted`() throws {
        let release = try #require(Self.releaseProgram)
        try withScratchFolder { folder in
            let outcome = try Self.run("goog-100 --repeat 1 --jobs 1 --program '\(release)'", in: folder)
            #expect(outcome.status == 0, "\(outcome)")
            let data = try Data(contentsOf: folder.appendingPathComponent("bench.json"))
            let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            let workload = try #require((document["workloads"] as? [[String: Any]])?.first)
            let instructions = try #require(workload["instructions"] as? Int)
            let allocations = try #require(workload["allocations"] as? Int)
            // At least one of each a bar and container, and one a container; no allocation is a single instruction.
            #expect(instructions > 214_800)
            #expect(allocations > 100)
            #expect(instructions > 10 * allocations)
            #expect(outcome.output.contains(" \(allocations)\n"), "the last column of the table")
        }
    }

    @Test func `every workload is a config that validates`() throws {
        try withScratchFolder { folder in
            // A program that does nothing stands in: the configs are written before anything is run.
            let listed = try Self.run("--list --all", in: folder)
            let names = listed.output.split(separator: "\n").compactMap { $0.split(separator: ":").first }
            #expect(names.count == 12)
            let stand = try Self.run("--program /bin/true --no-instructions --repeat 1", in: folder)
            #expect(stand.status == 1)
            #expect(stand.errors.contains("goog-100: 0 containers have metrics, not 100"))
            for name in names where name != "year-1k" {
                let outcome = try Program.run(["validate", "scratch/\(name).yaml"], in: folder)
                #expect(outcome.status == 0, "\(name): \(outcome)")
            }
        }
    }

    @Test func `random walks are the same bytes everywhere`() throws {
        try withScratchFolder { folder in
            let stand = try Self.run("twenty-two --program /bin/true --no-instructions", in: folder)
            #expect(stand.status == 1)
            let walk = folder.appendingPathComponent("scratch/walk_1_10000.csv")
            let lines = try String(contentsOf: walk, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 10_001)
            #expect(lines[0] == "timestamp,open,high,low,close,volume")
            #expect(lines[1] == "2020-01-01T00:00:00Z,99.997401,100.211741,99.987777,100.187453,74")
            #expect(lines[10_000] == "2020-01-07T22:39:00Z,99.632466,99.680075,99.609967,99.660590,31")
        }
    }

    @Test(
        arguments: [
            ("no-such-workload", "no workload no-such-workload"), ("--repeat 0", "usage:"),
            ("--jobs two", "usage:"), ("--frequency 3", "usage:"), ("--json", "usage:"),
        ]
    )
    func `wrong usage has exit status 2`(arguments: String, message: String) throws {
        try withScratchFolder { folder in
            let outcome = try Self.run(arguments, in: folder)
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains(message))
        }
    }

    @Test func `a program that fails is reported with what it said`() throws {
        try withScratchFolder { folder in
            let outcome = try Self.run("goog-100 --program /bin/false --no-instructions", in: folder)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("goog-100: exit status 1"))
            let missing = try Self.run("goog-100 --program ./nowhere --no-instructions", in: folder)
            #expect(missing.status == 1)
            #expect(missing.errors.contains("nowhere"))
        }
    }
}
