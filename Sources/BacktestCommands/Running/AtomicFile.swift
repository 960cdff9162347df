import BacktestResults
import Glibc

/// A file that appears whole or not at all: written beside its place, then renamed.
///
/// What is there and no regular file (`/dev/stdout`, `/dev/null`, a named pipe) is written to as it is: renaming would
/// replace it.
enum AtomicFile {
    /// Writes or replaces a file.
    static func write(_ bytes: [UInt8], to path: String) throws(CommandFailure) {
        try refuseFolder(path)
        let isStream = isStream(path)
        let place = isStream ? path : temporary(path)
        let flags = isStream ? O_WRONLY | O_NONBLOCK : O_WRONLY | O_CREAT | O_TRUNC
        let descriptor = open(place, flags | O_CLOEXEC, 0o666)
        var failure = descriptor < 0 ? errno : 0
        if descriptor >= 0 {
            // Only opening must not wait for a reader that never comes.
            if isStream { _ = fcntl(descriptor, F_SETFL, O_WRONLY) }
            failure = writeAll(bytes, to: descriptor)
            if close(descriptor) != 0, failure == 0 { failure = errno }
        }
        if failure == 0, !isStream, rename(place, path) != 0 { failure = errno }
        guard failure != 0 else { return }
        if descriptor >= 0, !isStream { unlink(place) }
        throw unwritable(path, failure)
    }

    /// Refuses a place that could not be written later, before the work that leads to it; leaves nothing behind.
    static func check(_ path: String) throws(CommandFailure) {
        try refuseFolder(path)
        if isStream(path) {
            guard access(path, W_OK) == 0 else { throw unwritable(path, errno) }
            return
        }
        let draft = temporary(path)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw unwritable(path, errno) }
        close(descriptor)
        unlink(draft)
    }

    /// Refuses a folder that could not be made or written to later; it need not be there.
    static func check(folder path: String) throws(CommandFailure) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw CommandFailure(
                    .usage,
                    "\(path) is a file, where a folder is wanted",
                    hint: "name another folder"
                )
            }
            return try check("\(path)/.admf")
        }
        guard errno == ENOENT else {
            throw CommandFailure(StorageError("create the folder", path, systemError: errno))
        }
        // The nearest folder above that is there must take a new one.
        var above = path
        while above.count > 1, above.last == "/" { above.removeLast() }
        guard let slash = above.lastIndex(of: "/") else { return try check(folder: ".") }
        return try check(folder: slash == above.startIndex ? "/" : String(above[..<slash]))
    }

    private static func temporary(_ path: String) -> String { "\(path).\(getpid()).tmp" }

    private static func refuseFolder(_ path: String) throws(CommandFailure) {
        var status = stat()
        guard path.hasSuffix("/") || (stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR) else {
            return
        }
        throw CommandFailure(
            .usage,
            "\(path) is a folder, where a file is to be written",
            hint: "name a file"
        )
    }

    private static func isStream(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        // What /dev/stdout leads to may be a regular file, but nothing in /dev is to be replaced.
        return status.st_mode & S_IFMT != S_IFREG || path.hasPrefix("/dev/") && !path.hasPrefix("/dev/shm/")
    }

    private static func unwritable(_ path: String, _ number: Int32) -> CommandFailure {
        CommandFailure(
            .storageFailed,
            "\(path) cannot be written: \(systemMessage(number))",
            hint: hint(number)
        )
    }

    private static func hint(_ number: Int32) -> String? {
        switch number {
        case ENOENT, ENOTDIR: "make its folder, or name another file"
        case EACCES, EPERM, EROFS: "name a file in a folder that can be written to"
        case EFBIG: "raise the limit on the size of files (ulimit -f)"
        case ENOSPC, EDQUOT: "free some space (or raise the quota)"
        default: nil
        }
    }
}
