import BacktestHashing
import BacktestTestKit
import Testing

/// SHA-256 against the examples of FIPS 180-4 and NIST's byte vectors.
struct HashingTests {
    @Test(
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func knownDigests(_ text: String, _ digest: String) {
        #expect(SHA256.hexadecimal(of: text) == digest)
        #expect(SHA256.hexadecimal(of: Array(text.utf8)) == digest)
    }

    @Test
    func piecesAndFilesGiveTheDigestOfTheWhole() throws {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let whole = SHA256.hexadecimal(of: bytes)
        var hash = SHA256()
        for start in stride(from: 0, to: bytes.count, by: 7_001) {
            hash.update(Array(bytes[start..<min(start + 7_001, bytes.count)]))
        }
        #expect(SHA256.hexadecimalText(hash.finalize()) == whole)
        // Finalizing starts anew.
        hash.update(Array("abc".utf8))
        #expect(SHA256.hexadecimalText(hash.finalize()) == SHA256.hexadecimal(of: "abc"))
        let folder = TemporaryFolder()
        #expect(try SHA256.hexadecimal(ofFile: folder.write(bytes, to: "data")) == whole)
    }

    @Test
    func aMissingFileIsAnError() {
        let error = #expect(throws: SHA256.FileError.self) { try SHA256.hexadecimal(ofFile: "/nowhere/x") }
        #expect(error?.description == "/nowhere/x: No such file or directory")
    }
}
