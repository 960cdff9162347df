import Foundation
import ProgramTestKit
import Testing

/// The files of observers under the same treatment as all others: kills, a full disk, and always the same end.
@Suite(.serialized) struct ObserverFaultTests {
    @Test func `kill -9 in the middle of features, spans and alerts leaves a resumable tree`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 6, observed: true)
            let (reference, seconds) = try KillTests.reference(work, in: folder)
            for name in ["features.csv", "features.json", "spans.jsonl"] {
                #expect(reference.files.keys.contains { $0.hasSuffix("/" + name) }, "\(name)")
            }
            #expect(reference.files["alerts.jsonl"] != nil)
            var killedHalfWay = 0
            for moment in [0.2, 0.5, 0.8] {
                let output = folder.appendingPathComponent("killed at \(moment)")
                let run = try Program.start(
                    work.arguments(output: output) + ["--set", "results.partial_results=1"],
                    in: folder
                )
                Thread.sleep(forTimeInterval: seconds * moment)
                run.send(SIGKILL)
                _ = try run.wait()
                guard let killed = try ResultsTree.runs(of: Workload.name, in: output).first else { continue }
                if try ResultsTree(killed).manifest.status == "running" { killedHalfWay += 1 }
                let resumed = try Program.run(["resume", killed.path, "--quiet"], in: folder)
                #expect(resumed.status == 0, "\(resumed)")
                // The manifest has another --set; every other file is the same, and nothing is left over.
                #expect(try ResultsTree(killed).files == reference.files)
            }
            #expect(killedHalfWay >= 1, "every kill came too late or too early to show anything")
        }
    }

    @Test(.enabled(if: StorageTests.canMount, "needs root and the right to mount a tmpfs"))
    func `a disk that is full changes no result once there is room`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 2, observed: true)
            let (reference, _) = try KillTests.reference(work, in: folder)
            let disk = folder.appendingPathComponent("disk")
            try StorageTests.mount(disk, size: "1500k")
            defer { StorageTests.unmount(disk) }
            let outcome = try Program.run(work.arguments(output: disk), in: folder)
            #expect(outcome.status == 5, "\(outcome)")
            #expect(outcome.errors.lowercased().contains("space"), "\(outcome)")
            let run = try #require(try ResultsTree.runs(of: Workload.name, in: disk).first)
            let remount = try Program.shell("mount -o remount,size=256m '\(disk.path)'", in: folder)
            #expect(remount.status == 0)
            let resumed = try Program.run(["resume", run.path, "--quiet"], in: folder)
            #expect(resumed.status == 0, "\(resumed)")
            #expect(try ResultsTree(run).files == reference.files)
        }
    }
}
