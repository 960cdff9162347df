import Glibc

/// The folders in which stores put their files.
public enum TraceFolder {
    /// Makes the folder of a file, with those above it; what is there stays.
    public static func make(containing path: String) throws(TraceStoreError) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let folder = String(path[..<slash])
        if mkdir(folder, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT else { throw TraceStoreError.system("create", folder) }
        try make(containing: folder)
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
            throw TraceStoreError.system("create", folder)
        }
    }
}
