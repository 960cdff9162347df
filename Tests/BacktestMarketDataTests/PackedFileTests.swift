import BacktestHashing
import BacktestMarketData
import BacktestModel
import BacktestTestKit
import CZlib
import CZstd
import Testing

/// gzip and zstd files: every member and frame is read, and nothing else may follow.
struct PackedFileTests {
    private let files = BarFiles()

    private static func gzip(_ text: String) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(
            &stream,
            6,
            Z_DEFLATED,
            31,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        var source = Array(text.utf8)
        var packed = [UInt8](repeating: 0, count: source.count + 1_024)
        let count = source.withUnsafeMutableBufferPointer { input in
            packed.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                deflate(&stream, Z_FINISH)
                return output.count - Int(stream.avail_out)
            }
        }
        deflateEnd(&stream)
        return Array(packed[..<count])
    }

    private static func zstd(_ text: String) -> [UInt8] {
        let source = Array(text.utf8)
        var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(source.count))
        let count = ZSTD_compress(&packed, packed.count, source, source.count, 3)
        return Array(packed[..<count])
    }

    enum Packer: CaseIterable, Sendable {
        case gzip
        case zstd

        func pack(_ text: String) -> [UInt8] {
            self == .gzip ? PackedFileTests.gzip(text) : PackedFileTests.zstd(text)
        }
    }

    private static let text = BarFiles.grid(from: "2024-01-01", count: 9_000, step: 60)

    @Test(arguments: Packer.allCases)
    func isReadWhateverItsName(_ packer: Packer) throws {
        let plain = try files.load(PackedFileTests.text)
        let bytes = packer.pack(PackedFileTests.text)
        let packed = try files.load(bytes, name: "bars.csv")
        #expect(packed.tape.series[0].timestamps.array == plain.tape.series[0].timestamps.array)
        #expect(packed.tape.series[0].close.array == plain.tape.series[0].close.array)
        #expect(packed.files[0].sha256 == SHA256.hexadecimal(of: bytes))
        #expect(packed.files[0].byteCount == bytes.count)
        #expect(packed.files[0].compression == (packer == .gzip ? .gzip : .zstd))
        #expect(plain.files[0].sha256 == SHA256.hexadecimal(of: PackedFileTests.text))
        #expect(plain.files[0].compression == .none)
    }

    /// The text is cut anywhere, also inside a row, and an empty member stands between.
    @Test(arguments: Packer.allCases)
    func allMembersAreRead(_ packer: Packer) throws {
        let text = PackedFileTests.text
        let middle = text.index(text.startIndex, offsetBy: 123_456)
        let bytes =
            packer.pack(String(text[..<middle])) + packer.pack("") + packer.pack(String(text[middle...]))
        let loaded = try files.load(bytes)
        #expect(loaded.tape.series[0].count == 9_000)
        #expect(loaded.files[0].byteCount == bytes.count)
    }

    @Test(arguments: Packer.allCases)
    func rubbishAtTheEndIsRefused(_ packer: Packer) {
        for rubbish in [
            [0], [0x0A], Array("rubbish".utf8), Array(repeating: UInt8(0), count: 512), [0x1F, 0x8C, 1],
        ] {
            let bytes = packer.pack(PackedFileTests.text) + rubbish
            let problems = files.problems { () throws(MarketDataError) in try files.load(bytes) }
            #expect(problems.map(\.kind) == [.corruptCompression], "\(rubbish)")
        }
    }

    @Test(arguments: Packer.allCases)
    func everyCutIsRefused(_ packer: Packer) {
        let bytes = packer.pack(BarFiles.grid(from: "2024-01-01", count: 40, step: 60))
        for length in 4..<bytes.count {
            let cut = Array(bytes[..<length])
            let problems = files.problems { () throws(MarketDataError) in try files.load(cut) }
            #expect(problems.contains { $0.kind == .corruptCompression }, "\(length) bytes of \(bytes.count)")
        }
    }

    @Test
    func damageIsNeverTakenForGzipData() {
        // Every gzip member ends with a checksum, so no flipped bit of the data may pass.
        let bytes = Packer.gzip.pack(BarFiles.grid(from: "2024-01-01", count: 40, step: 60))
        var random = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            var damaged = bytes
            let place = Int.random(in: 10..<bytes.count, using: &random)
            damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let problems = files.problems { () throws(MarketDataError) in try files.load(damaged) }
            #expect(!problems.isEmpty, "byte \(place)")
        }
    }

    @Test(
        arguments: [
            ([0x50, 0x4B, 3, 4], "zip"), ([0xFF, 0xFE, 0x74, 0], "UTF-16"),
            (Array("BZh9".utf8), "bzip2"),
        ]
    )
    func otherFormatsAreNamed(_ bytes: [UInt8], _ name: String) {
        let problems = files.problems { () throws(MarketDataError) in try files.load(bytes) }
        #expect(problems.map(\.kind) == [.unsupportedFormat])
        #expect(problems.first?.message.contains(name) == true)
    }
}
