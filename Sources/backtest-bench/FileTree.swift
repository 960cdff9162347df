import Glibc

/// Folders and files of the scratch folder.
enum FileTree {
    /// What a results tree holds.
    struct Size {
        /// Bytes in regular files.
        var bytes = 0
        /// Regular files.
        var files = 0
        /// Containers with a metrics.json; the folder of the whole run is none.
        var containers = 0
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws(BenchProblem) {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw .system(path)
        }
        try makeFolder(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .system(path) }
    }

    /// Writes a file whole: `body` gets a function that appends.
    ///
    /// It appears under its name when it is complete, so a run that was stopped leaves no half a file for the next.
    static func write(
        _ path: String,
        _ body: (([UInt8]) throws(BenchProblem) -> Void) throws(BenchProblem) -> Void
    ) throws(BenchProblem) {
        let temporary = path + ".part"
        guard let file = fopen(temporary, "w") else { throw .system(temporary) }
        do throws(BenchProblem) {
            try body { bytes throws(BenchProblem) in
                guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw .system(temporary) }
            }
        } catch {
            fclose(file)
            throw error
        }
        guard fclose(file) == 0 else { throw .system(temporary) }
        guard rename(temporary, path) == 0 else { throw .system(path) }
    }

    /// The bytes of a file.
    static func read(_ path: String) throws(BenchProblem) -> [UInt8] {
        guard let file = fopen(path, "r") else { throw .system(path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        guard ferror(file) == 0 else { throw .system(path) }
        return bytes
    }

    /// Adds up a tree; links are not followed, and one that is not there is empty.
    static func size(of folder: String) throws(BenchProblem) -> Size {
        var size = Size()
        guard access(folder, F_OK) == 0 else { return size }
        let isRoot = folder.hasSuffix("/root_container")
        for entry in try entries(folder) {
            let path = folder + "/" + entry
            let status = try self.status(path)
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                let inner = try self.size(of: path)
                size.bytes += inner.bytes
                size.files += inner.files
                size.containers += inner.containers
            case S_IFREG:
                size.bytes += Int(status.st_size)
                size.files += 1
                if entry == "metrics.json", !isRoot { size.containers += 1 }
            default: break
            }
        }
        return size
    }

    /// Removes a tree; one that is not there is no problem.
    static func remove(_ folder: String) throws(BenchProblem) {
        guard access(folder, F_OK) == 0 else { return }
        for entry in try entries(folder) {
            let path = folder + "/" + entry
            if try status(path).st_mode & S_IFMT == S_IFDIR {
                try remove(path)
            } else if unlink(path) != 0 {
                throw .system(path)
            }
        }
        guard rmdir(folder) == 0 else { throw .system(folder) }
    }

    private static func status(_ path: String) throws(BenchProblem) -> stat {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw .system(path) }
        return status
    }

    private static func entries(_ folder: String) throws(BenchProblem) -> [String] {
        guard let stream = opendir(folder) else { throw .system(folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
