import BacktestModel
import BacktestResults
import Foundation
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// What stands in the way: a full disk, a folder that may not be written, a table of files that is full.
@Suite struct FaultTests {
    let fixture = RunFixture()

    private func errorOfWriting(to run: RunDirectory) -> StorageError? {
        do {
            try fixture.write(to: run)
            return nil
        } catch { return error as? StorageError }
    }

    /// The tree after a fault: no file under a final name is cut short.
    private func expectWhole(_ path: String) {
        for name in ["p_0000", "p_0001", "p_0002", "p_0003"] {
            guard let data = FileManager.default.contents(atPath: "\(path)/\(name)/metrics.json") else {
                continue
            }
            #expect(throws: Never.self) { try MetricsDocument.read(Array(data)) }
        }
        if let data = FileManager.default.contents(atPath: "\(path)/manifest.json") {
            #expect(throws: Never.self) { try Manifest.read(Array(data)) }
        }
    }

    @Test(.enabled(if: Tmpfs.isAvailable, "mounting a tmpfs needs root"), arguments: 0..<16)
    func fullDisk(freePages: Int) throws {
        let folder = try TemporaryFolder()
        let disk = try Tmpfs(at: folder.path, options: "size=64k")
        defer { disk.unmount() }
        let run = try fixture.create(in: folder)
        // Fills the disk but for some pages, so that the fault meets each file in turn.
        try disk.fill(leaving: freePages * 4_096)
        let error = errorOfWriting(to: run)
        expectWhole(run.path)
        if let error {
            #expect(error.code == .diskFull)
            #expect(error.description.contains("no space is left"))
            #expect(error.path.hasPrefix(run.path))
            try FileManager.default.removeItem(atPath: "\(folder.path)/filler")
            // With room again the same tree can be finished.
            try fixture.write(to: run)
        }
        #expect(try RunReader.open(run.path).summary().rows.count == 4)
        #expect(!folder.tree().contains { $0.hasSuffix(".tmp") })
        #expect(freePages != 0 || error != nil, "the fault never came")
    }

    /// Before the folder is claimed there is nothing to resume; who has a folder says so.
    @Test(arguments: [ENOSPC, EDQUOT, EIO, EACCES])
    func noErrorSendsToARunThatMayNotBeThere(number: Int32) {
        let error = StorageError("create the folder", "results/a", systemError: number)
        #expect(!error.description.contains("resume"))
    }

    @Test(arguments: [("summary.csv", "/dev/null"), ("p_0001/metrics.json", "/dev/zero")])
    func whatIsNoRegularFileIsRefused(name: String, device: String) throws {
        let folder = try TemporaryFolder()
        let run = try fixture.create(in: folder)
        try fixture.write(to: run)
        let path = "\(run.path)/\(name)"
        for put in [{ mkfifo(path, 0o600) }, { symlink(device, path) }] {
            #expect(unlink(path) == 0 && put() == 0)
            let error = #expect(throws: RunReadError.self) {
                let reader = try RunReader.open(run.path)
                _ = try reader.summary()
                _ = try reader.record("p_0001")
            }
            #expect(error?.path == path && error?.reason == "it is not a regular file")
        }
    }

    @Test(.enabled(if: Tmpfs.isAvailable, "mounting a tmpfs needs root"))
    func readOnlyFileSystem() throws {
        let folder = try TemporaryFolder()
        let disk = try Tmpfs(at: folder.path, options: "size=1m")
        defer { disk.unmount() }
        let path = try fixture.create(in: folder).path
        try disk.remount("ro")
        let resumed = #expect(throws: StorageError.self) { try RunDirectory.resume(path: path) }
        #expect(resumed?.code == .readOnlyFileSystem)
        let error = #expect(throws: StorageError.self) { try fixture.create(in: folder) }
        #expect(error?.remedy.contains("--output") == true)
        #expect(error?.code == .readOnlyFileSystem)
        #expect(try RunReader.open(path).manifest.status == .running, "reading still works")
    }

    @Test func folderThatMayNotBeWritten() throws {
        let folder = try TemporaryFolder()
        let run = try fixture.create(in: folder)
        let error = onThreadOfItsOwn {
            ThreadCalls.becomeNobody()
            return errorOfWriting(to: run)
        }
        #expect(error?.code == .permissionDenied)
        #expect(error?.description.contains("permission denied") == true)
        #expect(!folder.tree().contains { $0.hasSuffix("metrics.json") })
    }

    @Test func tooManyOpenFiles() throws {
        let folder = try TemporaryFolder()
        let run = try fixture.create(in: folder)
        let error = onThreadOfItsOwn { () -> StorageError? in
            guard ThreadCalls.ownFileTable() else { return nil }
            var last: Int32 = 0
            while last >= 0 { last = dup(0) }
            return errorOfWriting(to: run)
        }
        #expect(error?.code == .tooManyOpenFiles)
        #expect(error?.remedy.contains("ulimit -n") == true)
        expectWhole(run.path)
        try fixture.write(to: run)
    }

    @Test func namesThatAreTooLong() throws {
        let folder = try TemporaryFolder()
        let run = try fixture.create(in: folder)
        var writer = ContainerWriter(run)
        let record = ContainerRecord(
            containerID: String(repeating: "x", count: 300),
            portfolioID: "p",
            runHash: "3fa9c1"
        )
        let error = #expect(throws: StorageError.self) { try writer.writeMetrics(record) }
        #expect(error?.code == .nameTooLong)
    }

    @Test func folderThatVanished() throws {
        let folder = try TemporaryFolder()
        let run = try fixture.create(in: folder)
        try FileManager.default.removeItem(atPath: run.path)
        #expect(errorOfWriting(to: run)?.code == .notFound)
    }

    @Test func fileInTheWay() throws {
        let folder = try TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: "\(folder.path)/results"))
        let error = #expect(throws: StorageError.self) { try fixture.create(in: folder) }
        #expect(error?.code == .isInTheWay)
        let other = try TemporaryFolder()
        let run = try fixture.create(in: other)
        try Data().write(to: URL(fileURLWithPath: "\(run.path)/p_0001"))
        #expect(errorOfWriting(to: run)?.code == .isInTheWay)
    }

    /// Every error says what, where, why and what to do, in one line.
    @Test(arguments: [ENOSPC, EACCES, EROFS, ENOENT, ENAMETOOLONG, EMFILE, EEXIST, EWOULDBLOCK, EIO, EINVAL])
    func messagesArePlain(number: Int32) {
        let error = StorageError("write", "results/a/metrics.json", systemError: number)
        #expect(error.description.hasPrefix("cannot write results/a/metrics.json: "))
        #expect(!error.reason.isEmpty && !error.remedy.isEmpty)
        #expect(!error.description.contains("\n"))
    }
}

/// A small file system in memory.
private struct Tmpfs {
    let path: String

    static var isAvailable: Bool {
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/bin/mount")
    }

    init(at path: String, options: String) throws {
        self.path = path
        try Tmpfs.call("/bin/mount", ["-t", "tmpfs", "-o", options, "tmpfs", path])
    }

    func unmount() { try? Tmpfs.call("/bin/umount", ["-l", path]) }

    func remount(_ options: String) throws {
        try Tmpfs.call("/bin/mount", ["-o", "remount,\(options)", path])
    }

    func fill(leaving free: Int) throws {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw CocoaError(.fileReadUnknown) }
        let available = Int(status.f_bavail) * Int(status.f_bsize)
        guard available > free else { return }
        try Data(count: available - free).write(to: URL(fileURLWithPath: "\(path)/filler"))
    }

    private static func call(_ tool: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}

/// Calls of Linux that concern one thread only, so that tests that run beside are left alone.
private enum ThreadCalls {
    static func becomeNobody() {
        typealias Call = @convention(c) (UInt32) -> Int32
        guard let symbol = dlsym(nil, "setfsuid") else { return }
        _ = unsafeBitCast(symbol, to: Call.self)(65_534)
    }

    static func ownFileTable() -> Bool {
        typealias Call = @convention(c) (Int32) -> Int32
        guard let symbol = dlsym(nil, "unshare") else { return false }
        return unsafeBitCast(symbol, to: Call.self)(0x400) == 0
    }
}

private final class Outcome: Sendable {
    let error = Mutex<StorageError?>(nil)
}

private func onThreadOfItsOwn(_ body: @Sendable @escaping () -> StorageError?) -> StorageError? {
    let outcome = Outcome()
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
        let error = body()
        outcome.error.withLock { $0 = error }
        done.signal()
    }
    thread.stackSize = 8 << 20
    thread.start()
    done.wait()
    return outcome.error.withLock { $0 }
}
