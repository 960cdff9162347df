import Glibc

/// A run's folder before it has its name: so that whoever sees a run finds its config and manifest in it, and can resume it.
enum Draft {
    /// Makes the folder with config.yaml and manifest, then gives it the first run id that is free; answers the lock.
    static func publish(
        in parent: borrowing RunFolder,
        _ manifest: inout Manifest,
        _ seconds: Int64,
        _ configuration: [UInt8]
    ) throws(StorageError) -> FileDescriptor {
        let id = RunID.text(secondsSinceEpoch: seconds, configurationHash: manifest.configurationHash)
        let name = try makeFolder(in: parent, id)
        do throws(StorageError) {
            let folder = try RunFolder(path: parent.path(of: name))
            let file = try NewFile(in: folder, folder: nil, name: RunDirectory.configurationName)
            try configuration.withUnsafeBufferPointer { (bytes) throws(StorageError) in try file.write(bytes)
            }
            let lock = try file.publishKeepingOpen(RunDirectory.lock)
            try claim(in: parent, folder, name, &manifest, seconds)
            return lock
        } catch {
            let number = parent.number
            for file in [RunDirectory.configurationName, Manifest.fileName] {
                _ = unlinkat(number, "\(name)/\(file)", 0)
            }
            _ = unlinkat(number, name, AT_REMOVEDIR)
            throw error
        }
    }

    /// Renaming is the claim: a folder can take a name only where there is none, or an empty one that a crash left.
    private static func claim(
        in parent: borrowing RunFolder,
        _ folder: borrowing RunFolder,
        _ name: String,
        _ manifest: inout Manifest,
        _ seconds: Int64
    ) throws(StorageError) {
        let number = parent.number
        for attempt in 1...RunDirectory.attemptsMax {
            manifest.runID = RunID.text(
                secondsSinceEpoch: seconds,
                configurationHash: manifest.configurationHash,
                attempt: attempt
            )
            let id = manifest.runID
            if parent.hasFile("\(id)/\(Manifest.fileName)") { continue }
            var buffer = ByteBuffer()
            manifest.write(into: &buffer)
            try buffer.withBytes { (bytes) throws(StorageError) in
                try folder.publish(Manifest.fileName, bytes)
            }
            guard case .failure(let error) = system({ renameat(number, name, number, id) }) else { return }
            guard error.number == EEXIST || error.number == ENOTEMPTY || error.number == ENOTDIR else {
                throw StorageError("create the folder", parent.path(of: id), systemError: error.number)
            }
        }
        throw StorageError("create another folder in", parent.path, systemError: EEXIST)
    }

    private static func makeFolder(
        in parent: borrowing RunFolder,
        _ id: String
    ) throws(StorageError) -> String {
        let number = parent.number
        for attempt in 1...RunDirectory.attemptsMax {
            let name = "\(NewFile.prefix)\(id).\(attempt)\(NewFile.suffix)"
            guard case .failure(let error) = system({ mkdirat(number, name, 0o777) }) else { return name }
            guard error.number == EEXIST else {
                throw StorageError("create the folder", parent.path(of: id), systemError: error.number)
            }
        }
        throw StorageError("create another folder in", parent.path, systemError: EEXIST)
    }
}
