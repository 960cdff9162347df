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
    static func problem(readingFileAt path: String) -> (code: String, message: String, hint: String?)? {
        func unreadable(_ number: Int32) -> (String, String, String?) {
            let failure = ReadFailure(number)
            return ("cannot_read", "cannot read '\(path)': \(failure.reason)", failure.remedy)
        }
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { return unreadable(errno) }
            return ("missing_file", "there is no file '\(path)'", nil)
        }
        // A named pipe would be waited on for ever.
        guard status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            return ("cannot_read", "'\(path)' is \(isFolder ? "a folder" : "no regular file")", "name a file")
        }
        return access(path, R_OK) == 0 ? nil : unreadable(errno)
    }

    /// The bytes of a file; the error is the system's words.
    static func bytes(ofFileAt path: String, limit: Int) -> Result<[UInt8], ReadFailure> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(ReadFailure(errno)) }
        defer { close(descriptor) }
        if let failure = refusal(of: descriptor, path) { return .failure(failure) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return .failure(ReadFailure(errno)) }
            if count == 0 { return .success(bytes) }
            bytes.append(contentsOf: piece[..<count])
            if bytes.count > limit { return .success(bytes) }
        }
    }

    /// Why an open file is not read, `nil` where it is: a named pipe may have no writer, and a device no end.
    ///
    /// A pipe that the shell made for this program, as in `admf validate <(make-config)`, is read to its end.
    private static func refusal(of descriptor: Int32, _ path: String) -> ReadFailure? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return ReadFailure(errno) }
        let kind = status.st_mode & S_IFMT
        if kind == S_IFREG { return nil }
        if kind == S_IFDIR { return ReadFailure(EISDIR) }
        let isInherited =
            path.hasPrefix("/dev/fd/") || path == "/dev/stdin" || path.hasPrefix("/proc/self/fd/")
        guard isInherited, kind == S_IFIFO else {
            return ReadFailure(reason: "it is no regular file", remedy: "name a file")
        }
        _ = fcntl(descriptor, F_SETFL, O_RDONLY)
        return nil
    }

    /// Why a file could not be read, and what to do about it.
    struct ReadFailure: Error {
        var reason: String
        var remedy: String?

        init(reason: String, remedy: String?) {
            self.reason = reason
            self.remedy = remedy
        }

        /// The system's reason.
        init(_ number: Int32) {
            reason = number == EISDIR ? "it is a folder" : String(cString: strerror(number))
            switch number {
            case ENOENT, ENOTDIR: remedy = "check the path; it is relative to the current folder"
            case EISDIR: remedy = "name the file in it"
            case EACCES, EPERM:
                remedy = "make the file readable (chmod +r), and the folders above it accessible (chmod +x)"
            case EIO: remedy = "check the disk"
            case EMFILE, ENFILE: remedy = "raise the limit with `ulimit -n`"
            default: remedy = nil
            }
        }
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
