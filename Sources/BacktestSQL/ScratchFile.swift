import BacktestColumnar
import BacktestResults
import Glibc

/// A file without a name: it is there as long as it is open, whatever becomes of the process.
struct ScratchFile: ~Copyable {
    let descriptor: Int32

    /// TMPDIR or /tmp.
    static var folder: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

    init() throws(StorageError) {
        var template = Array("\(ScratchFile.folder)/admf-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw StorageError("create a file in", ScratchFile.folder, systemError: errno)
        }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(descriptor) }

    /// The file as a path in SQL.
    var path: String { SQLText.file(descriptor: descriptor) }

    func write(_ buffer: borrowing ByteBuffer) throws(StorageError) {
        try buffer.withBytes { bytes throws(StorageError) in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(
                    descriptor,
                    bytes.baseAddress.map { $0 + written },
                    bytes.count - written
                )
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    throw StorageError("write a file in", ScratchFile.folder, systemError: errno)
                }
                written += count
            }
        }
    }
}
