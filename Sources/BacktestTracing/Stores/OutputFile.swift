import Glibc

/// A file being written beside its final name, which it gets when it is whole.
struct OutputFile: ~Copyable {
    let path: String
    private let descriptor: Int32
    /// Bytes that are surely in the file; nothing after them is.
    private(set) var size = 0

    static let suffix = ".partial"

    private var partialPath: String { path + OutputFile.suffix }

    /// Creates the file, with its folder where that is missing, and empties what a killed run left.
    init(path: String) throws(TraceStoreError) {
        let descriptor = try OutputFile.create(path + OutputFile.suffix)
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Appends all bytes or none: what a failing write leaves behind is cut off again.
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) throws(TraceStoreError) {
        var written = 0
        while written < bytes.count {
            let count = pwrite(
                descriptor,
                bytes.baseAddress.map { $0 + written },
                bytes.count - written,
                size + written
            )
            if count > 0 {
                written += count
            } else if count < 0, errno == EINTR {
                continue
            } else {
                let failure =
                    count == 0 ? OutputFile.failure("write", path, ENOSPC) : OutputFile.failure("write", path)
                _ = ftruncate(descriptor, size)
                throw failure
            }
        }
        size += written
    }

    /// Gives the file its final name; `isDurable` waits for the disk.
    func publish(isDurable: Bool) throws(TraceStoreError) {
        if isDurable, fsync(descriptor) != 0 { throw OutputFile.failure("sync", path) }
        guard rename(partialPath, path) == 0 else { throw OutputFile.failure("rename", partialPath) }
    }

    private static func create(_ partial: String) throws(TraceStoreError) -> Int32 {
        try makeFolder(of: partial)
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("create", partial) }
        return descriptor
    }

    private static func failure(_ operation: String, _ path: String, _ code: Int32 = errno) -> TraceStoreError
    {
        TraceStoreError(
            operation: operation,
            target: path,
            reason: String(cString: strerror(code)),
            systemError: code
        )
    }

    private static func makeFolder(of path: String) throws(TraceStoreError) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let folder = String(path[..<slash])
        if mkdir(folder, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT else { throw failure("create", folder) }
        try makeFolder(of: folder)
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw failure("create", folder) }
    }
}
