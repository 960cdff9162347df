import BacktestCommands
import Testing

/// Sizes on the command line.
@Suite struct ByteCountTests {
    @Test(
        arguments: [
            ("1M", 1 << 20), ("4G", 4 << 30), ("4GiB", 4 << 30), ("4gb", 4 << 30), ("512m", 512 << 20),
            ("1.5G", 3 << 29), ("2048K", 2 << 20), ("1048576", 1 << 20), ("1048576B", 1 << 20),
            ("1T", 1 << 40),
        ]
    )
    func `sizes are powers of 1,024`(text: String, bytes: Int) throws {
        #expect(try ValueReader<Int>.byteCount.read(text) == bytes)
    }

    @Test(arguments: [
        "", "M", "4X", "-4G", "4 G", "1e9", "nan", "inf", "0x10M", "1023K", "9999999T", "1,5G", "1.2.3M",
    ])
    func `everything else is refused`(text: String) {
        #expect(throws: InvalidValue.self) { try ValueReader<Int>.byteCount.read(text) }
    }
}
