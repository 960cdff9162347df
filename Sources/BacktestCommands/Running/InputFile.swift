import BacktestResults
import Glibc

/// A file that is read whole.
enum InputFile {
    /// The bytes of a file, `nil` where there is none.
    static func bytes(_ path: String) throws(CommandFailure) -> [UInt8]? {
        // O_NONBLOCK: a named pipe that lies here must not hang us; it reads as empty.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw CommandFailure(StorageError("read", path, systemError: errno))
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CommandFailure(StorageError("read", path, systemError: errno)) }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
        }
    }
}
