import Foundation
import ProgramTestKit
import Testing

/// Neither a bound of memory nor the cache of parsed bars changes a byte of the results.
@Suite struct MemoryTests {
    /// Runs a workload with further arguments and gives its tree; the cache is where the test says, never the user's.
    static func run(
        _ work: Workload,
        _ name: String,
        _ arguments: [String],
        in folder: URL
    ) throws -> ResultsTree {
        let output = folder.appendingPathComponent(name)
        let outcome = try Program.run(
            work.arguments(output: output) + arguments,
            in: folder,
            environment: ["ADMF_CACHE": folder.appendingPathComponent("cache").path]
        )
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.errors.isEmpty)
        return try ResultsTree.only(Workload.name, in: output)
    }

    @Test func `smaller waves and fewer workers write the same bytes`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 8, bars: 1_000)
            let reference = try Self.run(work, "free", [], in: folder)
            #expect(reference.containers.count == 160)
            // Beyond the 18 MiB of the program there is room for a worker and few columns.
            let bounded = try Self.run(work, "bounded", ["--memory", "20M"], in: folder)
            #expect(bounded.differences(from: reference).isEmpty)
        }
    }

    @Test func `a run that cannot fit is refused before it begins, by plan too`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 1)
            let output = folder.appendingPathComponent("none")
            for command in [work.arguments(output: output), ["plan", work.configuration.path]] {
                let outcome = try Program.run(command + ["--memory", "10M"], in: folder)
                #expect(outcome.status == 2, "\(outcome)")
                #expect(outcome.errors.contains("of memory and may take 10M (the program 18M"))
                #expect(outcome.errors.contains("raise --memory"))
            }
            #expect(!FileManager.default.fileExists(atPath: output.path))
            let bad = try Program.run(work.arguments(output: output) + ["--memory", "much"], in: folder)
            #expect(bad.status == 2)
            #expect(bad.errors.contains("512M"))
        }
    }

    @Test func `resume takes a bound too`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 2)
            let reference = try Self.run(work, "whole", [], in: folder)
            let tree = try Self.run(work, "cut", [], in: folder)
            try FileManager.default.removeItem(at: tree.folder.appendingPathComponent("summary.csv"))
            try FileManager.default.removeItem(at: tree.folder.appendingPathComponent("both_0017"))
            let outcome = try Program.run(
                ["resume", tree.folder.path, "--memory", "20M", "--no-cache", "--quiet"],
                in: folder
            )
            #expect(outcome.status == 0, "\(outcome)")
            #expect(try ResultsTree(tree.folder).differences(from: reference).isEmpty)
        }
    }

    @Test func `parsed bars from the cache give the same bytes`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 1, bars: 24_000)
            let cache = folder.appendingPathComponent("cache")
            let limit = ["--limit", "3"]
            let reference = try Self.run(work, "parsed", limit + ["--no-cache"], in: folder)
            #expect(!FileManager.default.fileExists(atPath: cache.path))
            let first = try Self.run(work, "first", limit, in: folder)
            #expect(try FileManager.default.contentsOfDirectory(atPath: cache.path).count == 2)
            let second = try Self.run(work, "second", limit, in: folder)
            #expect(first.differences(from: reference).isEmpty)
            #expect(second.differences(from: reference).isEmpty)
            let environment = ["ADMF_CACHE": cache.path]
            let shown = try Program.run(["cache", "--json"], in: folder, environment: environment)
            #expect(shown.output.contains("\"entries\": 2"), "\(shown)")
            let cleared = try Program.run(["cache", "clear", "--json"], in: folder, environment: environment)
            #expect(cleared.output.contains("\"removed_entries\": 2"), "\(cleared)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: cache.path).isEmpty)
        }
    }

    @Test(arguments: ["", "/dev/null", "/proc/nowhere", "relative/folder"])
    func `a run without a usable home needs no cache`(home: String) throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 1, bars: 24_000)
            let output = folder.appendingPathComponent("out")
            let outcome = try Program.run(
                work.arguments(output: output) + ["--limit", "1"],
                in: folder,
                environment: ["ADMF_CACHE": "", "XDG_CACHE_HOME": home, "HOME": home]
            )
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.errors.isEmpty)
            let doctor = try Program.run(
                ["doctor"],
                in: folder,
                environment: ["ADMF_CACHE": "", "XDG_CACHE_HOME": home, "HOME": home]
            )
            #expect(doctor.status == 0)
            // Root may write into /proc, as far as access() knows.
            let isKnown = home != "/proc/nowhere"
            #expect(!isKnown || doctor.output.contains("every run parses its bars"), "\(doctor)")
        }
    }
}
