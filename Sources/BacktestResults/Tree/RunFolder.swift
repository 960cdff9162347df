import Glibc

/// An open folder in which files appear whole or not at all: each is written under a temporary name, then renamed.
struct RunFolder: ~Copyable, Sendable {
    let path: String
    private let descriptor: FileDescriptor

    /// Opens an existing folder.
    init(path: String) throws(StorageError) {
        self.path = path
        switch FileDescriptor.open(path, O_RDONLY | O_DIRECTORY) {
        case .success(let number): descriptor = FileDescriptor(owning: number)
        case .failure(let error): throw StorageError("open", path, systemError: error.number)
        }
    }

    var number: Int32 { descriptor.number }

    /// The path of something inside, for messages.
    func path(of name: String) -> String { "\(path)/\(name)" }

    /// Makes a folder inside; one that is there already will do.
    func makeFolder(_ name: String) throws(StorageError) {
        guard case .failure(let error) = system({ mkdirat(number, name, 0o777) }) else { return }
        if error.number == EEXIST {
            var status = stat()
            if fstatat(number, name, &status, 0) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        }
        throw StorageError("create the folder", path(of: name), systemError: error.number)
    }

    /// Writes a file, then gives it its name; `isSynced` waits until the disk has it.
    func publish(
        folder: String? = nil,
        _ name: String,
        _ bytes: UnsafeBufferPointer<UInt8>,
        isSynced: Bool = false
    ) throws(StorageError) {
        let file = try NewFile(in: self, folder: folder, name: name)
        try file.write(bytes)
        try file.publish(isSynced: isSynced)
    }

    /// Reads a whole file; answers false where there is none.
    func read(_ name: String, into buffer: inout ByteBuffer) throws(StorageError) -> Bool {
        switch FileDescriptor.openToRead(in: number, name) {
        case .failure(let error):
            if error.number == ENOENT || error.number == ENOTDIR { return false }
            throw StorageError("read", path(of: name), systemError: error.number)
        case .success(let opened):
            let file = FileDescriptor(owning: opened)
            if let error = file.readAll(into: &buffer) {
                throw StorageError("read", path(of: name), systemError: error.number)
            }
            return true
        }
    }
}
