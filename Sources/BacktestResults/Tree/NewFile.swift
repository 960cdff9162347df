import Glibc

/// A file on its way: invisible under its final name until it is published, removed if it never is.
struct NewFile: ~Copyable, Sendable {
    private let folder: Int32
    private let finalName: String
    private let temporaryName: String
    private let path: String
    private var descriptor: FileDescriptor?

    /// Names that begin and end so are temporary.
    static let prefix = "."
    static let suffix = ".tmp"

    /// Begins `folder/name`; what an earlier process left under the temporary name is overwritten.
    init(in run: borrowing RunFolder, folder inner: String?, name: String) throws(StorageError) {
        let place = inner.map { "\($0)/" } ?? ""
        folder = run.number
        finalName = place + name
        temporaryName = "\(place)\(NewFile.prefix)\(name)\(NewFile.suffix)"
        path = run.path(of: finalName)
        switch FileDescriptor.open(in: folder, temporaryName, O_RDWR | O_CREAT | O_TRUNC) {
        case .success(let number): descriptor = FileDescriptor(owning: number)
        case .failure(let error): throw StorageError("create", path, systemError: error.number)
        }
    }

    /// Adds bytes.
    borrowing func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(StorageError) {
        guard let error = descriptor?.write(bytes) else { return }
        throw StorageError("write", path, systemError: error.number)
    }

    /// Closes the file and gives it its final name; `isSynced` waits until the disk has it.
    consuming func publish(isSynced: Bool = false) throws(StorageError) {
        if isSynced, let number = descriptor?.number, case .failure(let error) = system({ fsync(number) }) {
            throw StorageError("write", path, systemError: error.number)
        }
        if let open = descriptor.take(), let error = open.close() {
            _ = unlinkat(folder, temporaryName, 0)
            throw StorageError("write", path, systemError: error.number)
        }
        try rename()
    }

    /// Gives the file its final name and keeps it open; `lock` is called on it before anybody can see it.
    consuming func publishKeepingOpen(
        _ lock: (borrowing FileDescriptor) -> SystemError?
    ) throws(StorageError) -> FileDescriptor {
        guard let open = descriptor.take() else { preconditionFailure("a file is published once") }
        if let error = lock(open) {
            _ = unlinkat(folder, temporaryName, 0)
            throw StorageError("lock", path, systemError: error.number)
        }
        try rename()
        return open
    }

    private borrowing func rename() throws(StorageError) {
        guard case .failure(let error) = system({ renameat(folder, temporaryName, folder, finalName) }) else {
            return
        }
        _ = unlinkat(folder, temporaryName, 0)
        throw StorageError("rename", path, systemError: error.number)
    }

    deinit {
        if descriptor != nil { _ = unlinkat(folder, temporaryName, 0) }
    }
}
