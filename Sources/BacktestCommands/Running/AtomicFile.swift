import Glibc

/// A file that appears whole or not at all: written beside its place, then renamed.
enum AtomicFile {
    /// Writes or replaces a file.
    static func write(_ bytes: [UInt8], to path: String) throws(CommandFailure) {
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        var failure = descriptor < 0 ? errno : writeAll(bytes, to: descriptor)
        if descriptor >= 0, close(descriptor) != 0, failure == 0 { failure = errno }
        if failure == 0, rename(temporary, path) != 0 { failure = errno }
        guard failure != 0 else { return }
        if descriptor >= 0 { unlink(temporary) }
        throw CommandFailure(.storageFailed, "\(path) cannot be written: \(systemMessage(failure))")
    }
}
