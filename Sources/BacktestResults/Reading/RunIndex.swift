import Glibc

/// The runs that a results folder holds.
public enum RunIndex {
    /// One run, readable or not.
    public struct Entry: Sendable {
        /// The run's folder.
        public var path: String
        /// Name of the run: the folder above.
        public var name: String
        /// The run id.
        public var runID: String
        /// Whether `latest` points at it.
        public var isLatest: Bool
        /// What ran, or why that cannot be read.
        public var manifest: Result<Manifest, RunReadError>

        /// Makes an entry.
        public init(
            path: String,
            name: String,
            runID: String,
            isLatest: Bool,
            manifest: Result<Manifest, RunReadError>
        ) {
            self.path = path
            self.name = name
            self.runID = runID
            self.isLatest = isLatest
            self.manifest = manifest
        }
    }

    /// Every run under a results folder, sorted by name, then run id, so the oldest first; empty where there are none.
    public static func list(resultsDirectory: String) throws(RunReadError) -> [Entry] {
        do throws(StorageError) {
            var entries: [Entry] = []
            let root = try RunFolder(path: resultsDirectory)
            for name in try root.names() where !name.hasPrefix(".") && root.hasFolder(name) {
                entries += try runs(in: root.path(of: name), name: name)
            }
            return entries
        } catch {
            throw RunReadError(error)
        }
    }

    private static func runs(in path: String, name: String) throws(StorageError) -> [Entry] {
        let folder = try RunFolder(path: path)
        let ids = try folder.names().filter { RunID.isRunID($0) && folder.hasFolder($0) }
        // Even where the last run cannot be read, the link says which it is.
        let latest = RunReader.linkTarget(folder.path(of: RunDirectory.latestName))
        return ids.map { id in
            let run = folder.path(of: id)
            let manifest: Result<Manifest, RunReadError>
            do throws(RunReadError) {
                manifest = .success(try RunReader.open(run).manifest)
            } catch {
                manifest = .failure(error)
            }
            return Entry(path: run, name: name, runID: id, isLatest: id == latest, manifest: manifest)
        }
    }
}
