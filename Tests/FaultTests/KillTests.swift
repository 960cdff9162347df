import Foundation
import ProgramTestKit
import Testing

/// A run that was killed at any moment can be resumed, and the result is the same as that of a run left alone.
@Suite(.serialized) struct KillTests {
    /// Parameter sets times 20; enough to be interrupted in the middle, few enough to end soon.
    static let slowCount = 8

    @Test func `kill -9 leaves a resumable tree`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: Self.slowCount)
            let (reference, seconds) = try Self.reference(work, in: folder)
            var killedHalfWay = 0
            for moment in [0.05, 0.3, 0.6, 0.95] {
                let output = folder.appendingPathComponent("killed at \(moment)")
                let run = try Program.start(work.arguments(output: output), in: folder)
                Thread.sleep(forTimeInterval: seconds * moment)
                run.send(SIGKILL)
                _ = try run.wait()
                // Killed before the folder was made: nothing to resume, nothing left over.
                guard let killed = try ResultsTree.runs(of: Workload.name, in: output).first else { continue }
                try Self.expectWholeFiles(in: killed)
                if try ResultsTree(killed).manifest.status == "running" { killedHalfWay += 1 }
                let resumed = try Program.run(["resume", killed.path, "--quiet"], in: folder)
                #expect(resumed.status == 0, "\(resumed)")
                #expect(try ResultsTree(killed).differences(from: reference).isEmpty)
            }
            #expect(killedHalfWay >= 1, "every kill came too late or too early to show anything")
        }
    }

    @Test func `kill -9 again and again comes to the same end`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: Self.slowCount)
            let (reference, seconds) = try Self.reference(work, in: folder)
            let output = folder.appendingPathComponent("killed")
            var arguments = work.arguments(output: output)
            var kills = 0
            for attempt in 1...5 {
                let run = try Program.start(arguments, in: folder)
                Thread.sleep(forTimeInterval: seconds * 0.15 * Double(attempt))
                if run.isRunning { kills += 1 }
                run.send(SIGKILL)
                _ = try run.wait()
                if let killed = try ResultsTree.runs(of: Workload.name, in: output).first {
                    arguments = ["resume", killed.path, "--quiet"]
                }
            }
            let killed = try #require(try ResultsTree.runs(of: Workload.name, in: output).first)
            let resumed = try Program.run(["resume", killed.path, "--quiet"], in: folder)
            #expect(resumed.status == 0, "\(resumed)")
            #expect(kills >= 1, "the run was over before the first kill: make the workload larger")
            #expect(try ResultsTree.only(Workload.name, in: output).differences(from: reference).isEmpty)
        }
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func `a signal ends the run soon and leaves it resumable`(signal: Int32, status: Int32) throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: Self.slowCount * 2)
            let (reference, seconds) = try Self.reference(work, in: folder)
            let output = folder.appendingPathComponent("stopped")
            let run = try Program.start(work.arguments(output: output), in: folder)
            Thread.sleep(forTimeInterval: max(0.1, seconds * 0.3))
            run.send(signal)
            let outcome = try run.wait()
            #expect(outcome.status == status, "\(outcome)")
            #expect(outcome.errors.contains("resume"), "the message says how to go on: \(outcome)")
            let stopped = try #require(try ResultsTree.runs(of: Workload.name, in: output).first)
            #expect(try ResultsTree(stopped).manifest.status == "interrupted")
            try Self.expectWholeFiles(in: stopped)
            let resumed = try Program.run(["resume", stopped.path, "--quiet"], in: folder)
            #expect(resumed.status == 0, "\(resumed)")
            #expect(try ResultsTree(stopped).differences(from: reference).isEmpty)
        }
    }

    @Test func `resuming a finished run changes nothing`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 1)
            let (reference, _) = try Self.reference(work, in: folder)
            let again = try Program.run(["resume", reference.folder.path, "--quiet"], in: folder)
            #expect(again.status == 0, "\(again)")
            #expect(try ResultsTree(reference.folder).differences(from: reference).isEmpty)
        }
    }

    /// The tree of a run that nobody disturbs, and how long it took.
    static func reference(_ work: Workload, in folder: URL) throws -> (ResultsTree, Double) {
        let output = folder.appendingPathComponent("reference")
        let outcome = try Program.run(work.arguments(output: output), in: folder)
        try #require(outcome.status == 0, "\(outcome)")
        let tree = try ResultsTree.only(Workload.name, in: output)
        #expect(tree.manifest.status == "completed")
        return (tree, outcome.seconds)
    }

    /// Files appear whole or not at all: what has its final name can be read to the end.
    static func expectWholeFiles(in run: URL) throws {
        let walker = FileManager.default.enumerator(atPath: run.path)
        while let name = walker?.nextObject() as? String {
            let data = FileManager.default.contents(atPath: run.appendingPathComponent(name).path)
            guard let data, name.hasSuffix(".json") || name.hasSuffix(".csv"), !name.contains("tmp") else {
                continue
            }
            #expect(data.last == UInt8(ascii: "\n"), "\(name) is cut off")
            if name.hasSuffix(".json") {
                #expect(throws: Never.self, "\(name)") { try JSONSerialization.jsonObject(with: data) }
            }
        }
    }
}
