import Glibc

/// Paths and bytes of test data that lies beside the tests.
public enum Fixtures {
    /// The path of a file in the folder `Fixtures` beside a test file.
    public static func path(_ name: String, beside file: String = #filePath) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "Fixtures/" + name }
        return file[..<slash] + "/Fixtures/" + name
    }

    /// The bytes of a file; a missing file stops the test.
    public static func bytes(ofFile path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        precondition(descriptor >= 0, "cannot read \(path)")
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &piece, piece.count)
            precondition(count >= 0, "cannot read \(path)")
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    /// The text of a UTF-8 file; a missing file stops the test.
    public static func text(ofFile path: String) -> String {
        String(decoding: bytes(ofFile: path), as: UTF8.self)
    }
}
