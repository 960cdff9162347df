import Glibc

/// The three descriptors that every process expects to have.
enum StandardStreams {
    /// Opens /dev/null in the place of those that the caller closed.
    ///
    /// Otherwise the next file that is opened takes the free number, and messages would be written into it.
    static func fillClosed() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free number is the one that is missing. Without /dev/null things are as they were.
            _ = open("/dev/null", O_RDWR)
        }
    }
}
