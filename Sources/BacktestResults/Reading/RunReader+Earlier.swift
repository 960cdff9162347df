import Glibc

extension RunReader {
    /// The run of the same name that lies some steps before this one; a container's folder leads to the same container.
    ///
    /// Run ids begin with the time, so their order is that of the runs; within a second the one whose config.yaml is older was
    /// first. Folders without a manifest are passed over.
    ///
    /// - Parameter steps: 1 for the run before this one; at least 0.
    /// - Returns: the run.
    /// - Throws: that there are not so many earlier runs, or that the folder or the run cannot be read.
    public func earlier(by steps: Int) throws(RunReadError) -> RunReader {
        precondition(steps >= 0)
        let (parent, name) = RunReader.split(path)
        var ids: [String] = []
        do throws(StorageError) {
            let folder = try RunFolder(path: parent)
            ids = try folder.names().filter {
                RunID.isRunID($0) && folder.hasFile("\($0)/\(Manifest.fileName)")
            }
        } catch {
            throw RunReadError(error)
        }
        let ages = ids.map { id in
            (String(id.prefix(16)), RunReader.modified("\(parent)/\(id)/config.yaml"), id)
        }
        ids = ages.sorted { $0 < $1 }.map(\.2)
        guard let place = ids.firstIndex(of: name), place >= steps else {
            let count = ids.firstIndex(of: name) ?? 0
            throw RunReadError(
                .notFound,
                path,
                "\(count) earlier run\(count == 1 ? " is" : "s are") there, not \(steps)",
                remedy: "`admf list` shows the runs"
            )
        }
        let run = "\(parent)/\(ids[place - steps])"
        return try RunReader.open(containerID.map { "\(run)/\($0)" } ?? run)
    }

    /// Nanoseconds since 1970 at which a file was written last, 0 where there is none.
    private static func modified(_ path: String) -> Int64 {
        var status = stat()
        guard stat(path, &status) == 0 else { return 0 }
        return Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    }
}
