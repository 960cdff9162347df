import Foundation
import ProgramTestKit
import Testing

/// Storage that fails: a clear message, exit status 5, and a tree that can be resumed.
@Suite(.serialized) struct StorageTests {
    /// Whether a small file system can be mounted; needs root and the right to mount.
    static let canMount: Bool = {
        guard getuid() == 0 else { return false }
        let script = """
            d=$(mktemp -d) && mount -t tmpfs -o size=64k none "$d" && umount "$d" && rmdir "$d"
            """
        return (try? Program.shell(script, in: FileManager.default.temporaryDirectory).status) == 0
    }()

    @Test(.enabled(if: canMount, "needs root and the right to mount a tmpfs"))
    func `a full disk ends the run with status 5 and resumes after room was made`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 4)
            let (reference, _) = try KillTests.reference(work, in: folder)
            let disk = folder.appendingPathComponent("disk")
            try Self.mount(disk, size: "512k")
            defer { Self.unmount(disk) }
            let outcome = try Program.run(work.arguments(output: disk), in: folder)
            #expect(outcome.status == 5, "\(outcome)")
            #expect(outcome.errors.lowercased().contains("space"), "\(outcome)")
            let run = try #require(try ResultsTree.runs(of: Workload.name, in: disk).first)
            #expect(outcome.errors.contains("complete the run with: admf resume \(run.path)"), "\(outcome)")
            try KillTests.expectWholeFiles(in: run)
            let remount = try Program.shell("mount -o remount,size=256m '\(disk.path)'", in: folder)
            #expect(remount.status == 0)
            let resumed = try Program.run(["resume", run.path, "--quiet"], in: folder)
            #expect(resumed.status == 0, "\(resumed)")
            #expect(try ResultsTree(run).differences(from: reference).isEmpty)
        }
    }

    @Test(.enabled(if: canMount, "needs root and the right to mount a tmpfs"))
    func `a disk that is full from the start leaves no run, and none is offered to resume`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 1)
            let disk = folder.appendingPathComponent("disk")
            try Self.mount(disk, size: "64k")
            defer { Self.unmount(disk) }
            _ = try Program.shell("cat /dev/zero > '\(disk.path)/filler'", in: folder)
            let outcome = try Program.run(work.arguments(output: disk), in: folder)
            #expect(outcome.status == 5, "\(outcome)")
            #expect(outcome.errors.contains("no space is left"), "\(outcome)")
            #expect(!outcome.errors.contains("resume"), "\(outcome)")
            #expect(try ResultsTree.runs(of: Workload.name, in: disk).isEmpty)
        }
    }

    @Test(.enabled(if: canMount, "needs root and the right to mount a tmpfs"))
    func `a read-only folder is named before anything runs`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 1)
            let disk = folder.appendingPathComponent("disk")
            try Self.mount(disk, size: "1m,ro")
            defer { Self.unmount(disk) }
            let outcome = try Program.run(work.arguments(output: disk), in: folder)
            #expect(outcome.status == 5, "\(outcome)")
            #expect(outcome.errors.contains(disk.path), "\(outcome)")
        }
    }

    @Test func `a results folder below a file is refused with status 5`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 1)
            let file = folder.appendingPathComponent("file")
            try Data("not a folder".utf8).write(to: file)
            let outcome = try Program.run(work.arguments(output: file), in: folder)
            #expect(outcome.status == 5, "\(outcome)")
            #expect(outcome.errors.contains(file.path), "\(outcome)")
            #expect(try Data(contentsOf: file) == Data("not a folder".utf8))
        }
    }

    @Test func `closed standard streams change nothing in the tree`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 1)
            let (reference, _) = try KillTests.reference(work, in: folder)
            let output = folder.appendingPathComponent("out")
            // A message must not land in a file that got the number of a closed stream.
            let arguments = work.arguments(output: output).filter { $0 != "--quiet" }
            let command = ([Program.binary.path] + arguments).map { "'\($0)'" }
            let outcome = try Program.shell(command.joined(separator: " ") + " >&- 2>&- <&-", in: folder)
            #expect(outcome.status == 0, "\(outcome)")
            #expect(try ResultsTree.only(Workload.name, in: output).differences(from: reference).isEmpty)
        }
    }

    static func mount(_ disk: URL, size: String) throws {
        try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
        let outcome = try Program.shell(
            "mount -t tmpfs -o size=\(size) none '\(disk.path)'",
            in: disk.deletingLastPathComponent()
        )
        try #require(outcome.status == 0, "\(outcome)")
    }

    static func unmount(_ disk: URL) {
        let folder = disk.deletingLastPathComponent()
        let outcome = try? Program.shell("umount '\(disk.path)' || umount -l '\(disk.path)'", in: folder)
        #expect(outcome?.status == 0)
    }
}
