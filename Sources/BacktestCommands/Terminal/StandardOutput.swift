package import BacktestResults
import Glibc

/// Standard output: buffered, written whole, quiet when the reader has gone.
///
/// A class because the buffer of a descriptor is one thing with one owner that several functions write to.
package final class StandardOutput {
    private let descriptor: Int32
    private var pending: [UInt8] = []
    /// The first error of a write, 0 for none; nothing is written after it.
    private var failure: Int32 = 0

    /// The descriptor is written to, never closed.
    package init(descriptor: Int32 = STDOUT_FILENO) {
        self.descriptor = descriptor
        pending.reserveCapacity(1 << 16)
    }

    /// Whether the reader has gone, so that making more output is in vain.
    package var isClosed: Bool { failure != 0 }

    /// Adds text.
    package func write(_ text: String) {
        pending.append(contentsOf: text.utf8)
        if pending.count >= 1 << 16 { flush() }
    }

    /// Adds a line.
    package func line(_ text: String = "") {
        write(text)
        write("\n")
    }

    /// Adds bytes.
    package func write(bytes: some Sequence<UInt8>) {
        pending.append(contentsOf: bytes)
        if pending.count >= 1 << 16 { flush() }
    }

    /// Adds the bytes of a buffer.
    package func write(_ buffer: ByteBuffer) {
        buffer.withBytes { pending.append(contentsOf: $0) }
        if pending.count >= 1 << 16 { flush() }
    }

    /// Writes what is pending.
    package func flush() {
        if failure == 0 { failure = writeAll(pending, to: descriptor) }
        pending.removeAll(keepingCapacity: true)
    }

    /// Writes what is pending; a reader that has gone (`| head`) is no error, a full disk is.
    package func finish() throws(CommandFailure) {
        flush()
        guard failure != 0, failure != EPIPE else { return }
        throw CommandFailure(.storageFailed, "standard output cannot be written: \(systemMessage(failure))")
    }
}

/// Writes all bytes; returns 0 or the error number.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
        var offset = 0
        while offset < buffer.count {
            let count = Glibc.write(
                descriptor,
                buffer.baseAddress?.advanced(by: offset),
                buffer.count - offset
            )
            if count >= 0 {
                offset += count
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}

/// The system's words for an error number.
func systemMessage(_ number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
