import Glibc

extension RunFolder {
    /// Names in the folder, or in a folder inside it, sorted by bytes; without `.` and `..`.
    func names(in inner: String = ".") throws(StorageError) -> [String] {
        let place = inner == "." ? path : path(of: inner)
        let opened: Int32
        switch FileDescriptor.open(in: number, inner, O_RDONLY | O_DIRECTORY) {
        case .success(let number): opened = number
        case .failure(let error): throw StorageError("list", place, systemError: error.number)
        }
        guard let stream = fdopendir(opened) else {
            let error = errno
            _ = close(opened)
            throw StorageError("list", place, systemError: error)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        if errno != 0 { throw StorageError("list", place, systemError: errno) }
        // The order of a folder is the file system's; nothing may depend on it.
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Removes what a killed process left under temporary names.
    func removeTemporaries(in inner: String = ".") throws(StorageError) {
        for name in try names(in: inner)
        where name.hasPrefix(NewFile.prefix) && name.hasSuffix(NewFile.suffix) {
            let place = inner == "." ? name : "\(inner)/\(name)"
            guard case .failure(let error) = system({ unlinkat(number, place, 0) }) else { continue }
            throw StorageError("remove", path(of: place), systemError: error.number)
        }
    }
}

extension RunFolder {
    /// Removes a file; one that is not there will do.
    func remove(_ name: String) throws(StorageError) {
        let number = number
        guard case .failure(let error) = system({ unlinkat(number, name, 0) }) else { return }
        if error.number == ENOENT || error.number == ENOTDIR { return }
        throw StorageError("remove", path(of: name), systemError: error.number)
    }

    /// Whether a plain file of that name is there.
    func hasFile(_ name: String) -> Bool { kind(of: name) == S_IFREG }

    /// Whether a folder of that name is there.
    func hasFolder(_ name: String) -> Bool { kind(of: name) == S_IFDIR }

    private func kind(of name: String) -> mode_t {
        var status = stat()
        return fstatat(number, name, &status, 0) == 0 ? status.st_mode & S_IFMT : 0
    }
}
