import Glibc

/// Standard streams that the caller has closed.
enum ClosedStreams {
    /// Puts /dev/null in their place, so that the next file to be opened does not become standard output and what is printed
    /// does not end up in it.
    static func fill() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number is taken, which is this one.
            _ = open("/dev/null", O_RDWR)
        }
    }
}
