import Foundation
import ProgramTestKit
import Testing

/// `resume` goes on with the same data and config or not at all.
@Suite(.serialized) struct ChangedInputTests {
    @Test func `changed data is refused with status 3, the file and both hashes`() throws {
        try Self.withInterruptedRun { work, run, folder in
            let before = try Self.sha256(work.dataFile)
            let handle = try FileHandle(forWritingTo: work.dataFile)
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("1893456000,100,101,99,100,5\n".utf8))
            try handle.close()
            let after = try Self.sha256(work.dataFile)
            let outcome = try Program.run(["resume", run.path, "--quiet"], in: folder)
            #expect(outcome.status == 3, "\(outcome)")
            #expect(outcome.errors.contains("A.csv"), "\(outcome)")
            #expect(outcome.errors.contains(before.prefix(8)), "\(outcome)")
            #expect(outcome.errors.contains(after.prefix(8)), "\(outcome)")
        }
    }

    @Test func `a changed config is refused with status 2`() throws {
        try Self.withInterruptedRun { work, run, folder in
            let text = try String(contentsOf: work.configuration, encoding: .utf8)
            let changed = text.replacingOccurrences(of: "stop_loss: 4%", with: "stop_loss: 5%")
            #expect(changed != text)
            try Data(changed.utf8).write(to: work.configuration)
            let outcome = try Program.run(["resume", run.path, "--quiet"], in: folder)
            #expect(outcome.status == 2, "\(outcome)")
            #expect(outcome.errors.contains("workload.yaml"), "\(outcome)")
        }
    }

    @Test func `missing data is refused with status 3`() throws {
        try Self.withInterruptedRun { work, run, folder in
            try FileManager.default.removeItem(at: work.dataFile)
            let outcome = try Program.run(["resume", run.path, "--quiet"], in: folder)
            #expect(outcome.status == 3, "\(outcome)")
            #expect(outcome.errors.contains("A.csv"), "\(outcome)")
        }
    }

    @Test func `resuming what is no run is refused`() throws {
        try withScratchFolder { folder in
            let outcome = try Program.run(["resume", folder.path], in: folder)
            #expect(outcome.status == 2, "\(outcome)")
            #expect(outcome.errors.contains(folder.lastPathComponent), "\(outcome)")
        }
    }

    /// Stops a run in the middle and hands over its folder.
    private static func withInterruptedRun(_ body: (Workload, URL, URL) throws -> Void) throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 30)
            let output = folder.appendingPathComponent("out")
            let run = try Program.start(work.arguments(output: output), in: folder)
            var found: URL?
            for _ in 0..<200 where found == nil && run.isRunning {
                Thread.sleep(forTimeInterval: 0.01)
                found = try ResultsTree.runs(of: Workload.name, in: output).first { run in
                    FileManager.default.fileExists(atPath: run.appendingPathComponent("manifest.json").path)
                }
            }
            run.send(SIGKILL)
            _ = try run.wait()
            try body(work, try #require(found), folder)
        }
    }

    private static func sha256(_ file: URL) throws -> String {
        let outcome = try Program.shell("sha256sum '\(file.path)'", in: file.deletingLastPathComponent())
        return String(outcome.output.prefix(64))
    }
}
