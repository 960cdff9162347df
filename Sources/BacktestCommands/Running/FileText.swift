import Glibc

/// Whole small files.
enum FileText {
    /// The bytes of a file, `nil` where it cannot be read.
    static func bytes(of path: String) -> [UInt8]? {
        // O_NONBLOCK: a named pipe that lies here must not hang us; it reads as empty.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &block, block.count)
            if count == 0 { return bytes }
            if count < 0 {
                guard errno == EINTR else { return nil }
                continue
            }
            bytes.append(contentsOf: block[..<count])
        }
    }
}
