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

    /// Removes a folder of the program's own with everything in it; links are removed, not followed.
    package static func remove(_ path: String) {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                guard name != ".", name != ".." else { continue }
                let inner = "\(path)/\(name)"
                var status = stat()
                let isFolder = lstat(inner, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
                if isFolder { remove(inner) } else { unlink(inner) }
            }
            closedir(folder)
        }
        rmdir(path)
    }
}
