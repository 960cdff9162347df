import Glibc

/// What lies at a path.
enum PathStatus {
    /// Whether anything lies there, a dangling link included.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Whether a folder lies there, links followed.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether a file or folder lies there that this process may write.
    static func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }
}
