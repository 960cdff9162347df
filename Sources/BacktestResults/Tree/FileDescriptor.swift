import Glibc

/// An open file or folder, closed when its owner lets go of it.
struct FileDescriptor: ~Copyable, Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { _ = Glibc.close(number) }

    /// Opens a path relative to a folder; tries again where a signal interrupts.
    static func open(
        in folder: Int32 = AT_FDCWD,
        _ path: String,
        _ flags: Int32,
        mode: mode_t = 0o666
    ) -> Result<Int32, SystemError> {
        system { openat(folder, path, flags | O_CLOEXEC, mode) }
    }

    /// Opens a file to read it; one that is no regular file is refused, with `EISDIR` or 0 for the error.
    ///
    /// A named pipe would otherwise hang whoever opens it, and a device may never end.
    static func openToRead(in folder: Int32 = AT_FDCWD, _ path: String) -> Result<Int32, SystemError> {
        let opened = open(in: folder, path, O_RDONLY | O_NONBLOCK)
        guard case .success(let number) = opened else { return opened }
        var status = stat()
        let known = fstat(number, &status) == 0
        if known, status.st_mode & S_IFMT == S_IFREG { return opened }
        _ = Glibc.close(number)
        return .failure(SystemError(number: known && status.st_mode & S_IFMT == S_IFDIR ? EISDIR : 0))
    }

    /// Closes and answers what the system says about it: some file systems report a failed write only here.
    consuming func close() -> SystemError? {
        let number = self.number
        discard self
        // After EINTR Linux has closed the descriptor all the same; closing again could hit another file.
        return Glibc.close(number) == 0 || errno == EINTR ? nil : SystemError(number: errno)
    }

    /// Writes all bytes.
    borrowing func write(_ bytes: UnsafeBufferPointer<UInt8>) -> SystemError? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = UnsafeBufferPointer(rebasing: rest)
            let written = Glibc.write(number, piece.baseAddress, piece.count)
            if written < 0 {
                if errno == EINTR { continue }
                return SystemError(number: errno)
            }
            // A write of nothing without an error would loop for ever.
            if written == 0 { return SystemError(number: ENOSPC) }
            rest = rest.dropFirst(written)
        }
        return nil
    }

    /// Reads at most some bytes more, appending to `buffer`; 0 at the end of the file.
    borrowing func readSome(_ most: Int, into buffer: inout ByteBuffer) -> (count: Int, SystemError?) {
        while true {
            let number = self.number
            let count = buffer.appendBytes(room: most) { read(number, $0.baseAddress, min(most, $0.count)) }
            if count >= 0 { return (count, nil) }
            if errno != EINTR { return (0, SystemError(number: errno)) }
        }
    }

    /// Reads to the end of the file, appending to `buffer`.
    borrowing func readAll(into buffer: inout ByteBuffer) -> SystemError? {
        while true {
            let number = self.number
            let count = buffer.appendBytes(room: 16_384) { read(number, $0.baseAddress, $0.count) }
            if count == 0 { return nil }
            if count < 0, errno != EINTR { return SystemError(number: errno) }
        }
    }
}

/// An error number of the system, 0 where the system is content and we are not.
struct SystemError: Error {
    var number: Int32
}

/// Makes a call that answers -1 for an error, again and again while signals interrupt it.
func system(_ call: () -> Int32) -> Result<Int32, SystemError> {
    while true {
        let result = call()
        if result >= 0 { return .success(result) }
        let number = errno
        if number != EINTR { return .failure(SystemError(number: number)) }
    }
}
