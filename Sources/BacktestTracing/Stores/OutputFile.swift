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
                    count == 0
                    ? TraceStoreError.system("write", path, ENOSPC) : TraceStoreError.system("write", path)
                _ = ftruncate(descriptor, size)
                throw failure
            }
        }
        size += written
    }

    /// Gives the file its final name; `isDurable` waits for the disk.
    func publish(isDurable: Bool) throws(TraceStoreError) {
        if isDurable, fsync(descriptor) != 0 { throw TraceStoreError.system("sync", path) }
        guard rename(partialPath, path) == 0 else { throw TraceStoreError.system("rename", partialPath) }
    }

    private static func create(_ partial: String) throws(TraceStoreError) -> Int32 {
        try TraceFolder.make(containing: partial)
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw TraceStoreError.system("create", partial) }
        return descriptor
    }

}
