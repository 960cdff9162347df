import Glibc

/// The folder of one run while it is being written, `results/<name>/<run id>`.
///
/// A class because it is the one owner of the open folder and of the run's lock, which all workers share; it is closed and
/// unlocked when the last of them lets go. Everything in it is constant, so workers need no lock among themselves.
///
/// Every file is written under a temporary name in its own folder and then renamed, so it is whole or absent, whenever the
/// process is killed. Containers' files are not synced one by one: after a power cut some may be damaged, which reading
/// notices and `resume` mends. The manifest is synced when it says how the run ended.
public final class RunDirectory: Sendable {
    /// Name of the config's copy; the lock sits on it.
    static let configurationName = "config.yaml"
    /// Name of the link to the last run.
    public static let latestName = "latest"
    /// Most runs of one config in one second.
    static let attemptsMax = 10_000

    /// The run's folder, absolute or relative to the current folder.
    public let path: String
    /// The run id, which is the folder's name.
    public let runID: String
    /// Why `latest` could not be set, `nil` if it was; the run does not depend on it.
    public let latestProblem: StorageError?
    let folder: RunFolder
    private let lock: FileDescriptor

    private init(
        folder: consuming RunFolder,
        runID: String,
        lock: consuming FileDescriptor,
        latest: StorageError?
    ) {
        path = folder.path
        self.runID = runID
        self.folder = folder
        self.lock = lock
        latestProblem = latest
    }

    /// Claims a new run: its folder appears with config.yaml and manifest (`running`) in it, and `latest` points at it.
    ///
    /// Sets `manifest.runID`. `results` is made if it is not there; its folder inside has the manifest's name.
    public static func create(
        results: String,
        manifest: inout Manifest,
        secondsSinceEpoch: Int64,
        configuration: [UInt8]
    ) throws(StorageError) -> RunDirectory {
        precondition(!manifest.name.isEmpty && manifest.configurationHash.utf8.count >= RunID.hashDigits)
        try makeFolders(results)
        let parentPath = "\(results)/\(manifest.name)"
        try makeFolders(parentPath)
        let parent = try RunFolder(path: parentPath)
        manifest.status = .running
        let lock = try Draft.publish(in: parent, &manifest, secondsSinceEpoch, configuration)
        let folder = try RunFolder(path: parent.path(of: manifest.runID))
        let problem = setLatest(in: parent, to: manifest.runID)
        return RunDirectory(folder: folder, runID: manifest.runID, lock: lock, latest: problem)
    }

    /// Takes up a run that was interrupted: locks it and removes temporary files from its folder.
    ///
    /// `configuration` is what config.yaml must hold, `nil` where it is whole; the file stays the same one, as the lock is on it.
    public static func resume(
        path: String,
        configuration: [UInt8]? = nil
    ) throws(StorageError) -> RunDirectory {
        let folder = try RunFolder(path: path)
        let configurationPath = folder.path(of: configurationName)
        let lock: FileDescriptor
        let flags = configuration == nil ? O_RDWR : O_RDWR | O_CREAT
        switch FileDescriptor.open(in: folder.number, configurationName, flags) {
        case .success(let number): lock = FileDescriptor(owning: number)
        case .failure(let error): throw StorageError("lock", configurationPath, systemError: error.number)
        }
        if let error = RunDirectory.lock(lock) {
            throw StorageError("lock", configurationPath, systemError: error.number)
        }
        if let configuration, let error = rewrite(lock, configuration) {
            throw StorageError("write", configurationPath, systemError: error.number)
        }
        try folder.removeTemporaries()
        let runID = path.split(separator: "/").last.map(String.init) ?? path
        return RunDirectory(folder: folder, runID: runID, lock: lock, latest: nil)
    }

    /// Puts other bytes into an open file; where that breaks off, the next to resume finds the file damaged again.
    private static func rewrite(_ file: borrowing FileDescriptor, _ bytes: [UInt8]) -> SystemError? {
        let number = file.number
        if case .failure(let error) = system({ ftruncate(number, 0) }) { return error }
        return bytes.withUnsafeBufferPointer { file.write($0) }
    }

    /// Replaces the manifest; one that says how the run ended waits until the disk has it.
    public func write(_ manifest: Manifest) throws(StorageError) {
        var buffer = ByteBuffer()
        manifest.write(into: &buffer)
        try buffer.withBytes { (bytes) throws(StorageError) in
            try folder.publish(Manifest.fileName, bytes, isSynced: manifest.status != .running)
        }
    }

    /// Publishes any other file of the run's folder, such as verdict.json or a report.
    public func publish(_ name: String, _ buffer: ByteBuffer) throws(StorageError) {
        try buffer.withBytes { (bytes) throws(StorageError) in try folder.publish(name, bytes) }
    }

    /// Publishes a file of bytes.
    public func publish(_ name: String, _ bytes: [UInt8]) throws(StorageError) {
        let result = bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(StorageError) in try folder.publish(name, buffer) }
        }
        try result.get()
    }

    /// Makes the folder of a container, if it is not there, and answers its path; for those who write into it themselves.
    public func makeContainerFolder(_ containerID: String) throws(StorageError) -> String {
        try folder.makeFolder(containerID)
        return folder.path(of: containerID)
    }

    static func lock(_ file: borrowing FileDescriptor) -> SystemError? {
        let number = file.number
        var problem: SystemError?
        // Whoever watches looks at the lock now and then, for microseconds; only a run holds it longer.
        for attempt in 0..<5 {
            if attempt > 0 { usleep(10_000) }
            guard case .failure(let error) = system({ flock(number, LOCK_EX | LOCK_NB) }) else { return nil }
            problem = error
        }
        return problem
    }

    /// Whether some process is writing the run at a path.
    public static func isBeingWritten(path: String) -> Bool {
        guard case .success(let number) = FileDescriptor.openToRead("\(path)/\(configurationName)") else {
            return false
        }
        let file = FileDescriptor(owning: number)
        let opened = file.number
        guard case .failure(let error) = system({ flock(opened, LOCK_SH | LOCK_NB) }) else { return false }
        return error.number == EWOULDBLOCK
    }

    /// A link cannot be overwritten, but renaming another over it is atomic.
    ///
    /// A file or folder of that name is the user's, and stays.
    private static func setLatest(in parent: borrowing RunFolder, to runID: String) -> StorageError? {
        let number = parent.number
        var status = stat()
        if fstatat(number, latestName, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT != S_IFLNK
        {
            return StorageError("set the link", parent.path(of: latestName), systemError: EEXIST)
        }
        let temporary = ".\(latestName).\(runID).tmp"
        var outcome = system { symlinkat(runID, number, temporary) }
        if case .success = outcome {
            outcome = system { renameat(number, temporary, number, latestName) }
            if case .failure = outcome { _ = unlinkat(number, temporary, 0) }
        }
        guard case .failure(let error) = outcome else { return nil }
        return StorageError("set the link", parent.path(of: latestName), systemError: error.number)
    }

    /// Makes a folder and those above it.
    private static func makeFolders(_ path: String) throws(StorageError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        var place = path.hasPrefix("/") ? "/" : ""
        for part in parts {
            place += place.isEmpty || place.hasSuffix("/") ? part : "/\(part)"
            let current = place
            guard case .failure(let error) = system({ mkdir(current, 0o777) }) else { continue }
            // Above the results' folder there may be folders that we may not write but that are there.
            if stat(current, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { continue }
            throw StorageError("create the folder", current, systemError: error.number)
        }
    }
}
