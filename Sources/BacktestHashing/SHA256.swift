import CCrypto
import Glibc

/// A running SHA-256 digest (FIPS 180-4) over libcrypto, which uses the processor's SHA instructions.
public struct SHA256: ~Copyable {
    /// A file that could not be read.
    public struct FileError: Error, Hashable, CustomStringConvertible {
        /// The path as given.
        public var path: String
        /// The `errno` of the call that failed, 0 where what is there is no regular file.
        public var code: Int32

        /// The path and the system's words for the error.
        public var description: String {
            "\(path): \(code == 0 ? "it is not a regular file" : String(cString: strerror(code)))"
        }
    }

    private let context: OpaquePointer

    /// A digest of nothing yet.
    public init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto: no memory") }
        self.context = context
        start()
    }

    deinit { EVP_MD_CTX_free(context) }

    private func start() {
        let status = EVP_DigestInit_ex(context, EVP_sha256(), nil)
        precondition(status == 1, "libcrypto has no SHA-256")
    }

    /// Appends bytes to what is digested.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let address = bytes.baseAddress, bytes.count > 0 else { return }
        let status = EVP_DigestUpdate(context, address, bytes.count)
        precondition(status == 1, "libcrypto: EVP_DigestUpdate")
    }

    /// Appends bytes to what is digested.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The 32 bytes of the digest; afterwards the value starts anew, as if just made.
    public mutating func finalize() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var written: UInt32 = 0
        let status = EVP_DigestFinal_ex(context, &digest, &written)
        precondition(status == 1 && written == 32, "libcrypto: EVP_DigestFinal_ex")
        start()
        return digest
    }

    /// The digest of some bytes as 64 lower-case hexadecimal digits.
    public static func hexadecimal(of bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hexadecimalText(hash.finalize())
    }

    /// The digest of a text's UTF-8 bytes as 64 lower-case hexadecimal digits.
    public static func hexadecimal(of text: String) -> String { hexadecimal(of: Array(text.utf8)) }

    /// The digest of a file's bytes as 64 lower-case hexadecimal digits; the file is read in pieces.
    public static func hexadecimal(ofFile path: String) throws(FileError) -> String {
        // Without O_NONBLOCK a named pipe would hang here before it can be refused.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, code: errno) }
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFREG else { throw FileError(path: path, code: kind == S_IFDIR ? EISDIR : 0) }
        var hash = SHA256()
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
        defer { piece.deallocate() }
        while true {
            let count = read(descriptor, piece.baseAddress, piece.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw FileError(path: path, code: errno) }
            if count == 0 { return hexadecimalText(hash.finalize()) }
            hash.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        }
    }

    /// Bytes as lower-case hexadecimal digits, two a byte.
    public static func hexadecimalText(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
