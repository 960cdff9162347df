import Glibc

/// Paths of files that a configuration names.
enum FilePaths {
    /// The folder of a file; empty for the current one.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A path below a folder; an absolute path stays what it is.
    static func joined(_ folder: String, _ path: String) -> String {
        if path.hasPrefix("/") || folder.isEmpty { return path }
        return folder.hasSuffix("/") ? folder + path : folder + "/" + path
    }

    /// Why a file cannot be read, `nil` where it can.
    static func problem(readingFileAt path: String) -> (code: String, message: String)? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return errno == ENOENT || errno == ENOTDIR
                ? ("missing_file", "there is no file '\(path)'")
                : ("cannot_read", "cannot read '\(path)': \(String(cString: strerror(errno)))")
        }
        if status.st_mode & S_IFMT == S_IFDIR { return ("cannot_read", "'\(path)' is a folder") }
        guard access(path, R_OK) == 0 else {
            return ("cannot_read", "cannot read '\(path)': \(String(cString: strerror(errno)))")
        }
        return nil
    }

    /// The bytes of a file; the error is the system's words.
    static func bytes(ofFileAt path: String, limit: Int) -> Result<[UInt8], ReadFailure> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(ReadFailure(reason: String(cString: strerror(errno)))) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return .failure(ReadFailure(reason: String(cString: strerror(errno)))) }
            if count == 0 { return .success(bytes) }
            bytes.append(contentsOf: piece[..<count])
            if bytes.count > limit { return .success(bytes) }
        }
    }

    /// Why a file could not be read.
    struct ReadFailure: Error {
        var reason: String
    }

    /// The names of a folder's files, sorted; empty where it cannot be read.
    static func names(inFolder path: String) -> [String] {
        guard let folder = opendir(path.isEmpty ? "." : path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
