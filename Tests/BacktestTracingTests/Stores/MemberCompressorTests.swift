import BacktestTracing
import Testing

/// What is written repeats to the byte, whichever compressor writes it and wherever its memory lies.
@Suite struct MemberCompressorTests {
    /// Lines such as events have, different for each number.
    private static func text(_ number: Int) -> [UInt8] {
        var text = ""
        for line in 0..<12 {
            let value = (number + 7) * (line + 13) * 7_919 % 100_003
            text += #"{"event_id":"both_\#(number):\#(line + 40)","event_type":"FILL","#
            text += #""price":\#(value).25}"# + "\n"
        }
        return Array(text.utf8)
    }

    private static func compressed(_ bytes: [UInt8], _ compressor: MemberCompressor) -> [UInt8] {
        var buffer = ByteBuffer()
        bytes.withUnsafeBufferPointer { compressor.compress($0, into: &buffer) }
        return buffer.withBytes { Array($0) }
    }

    // ISA-L's fast levels depend on where their stream lies, for one address in some 400: 200 compressors that are there
    // at once, with 40 texts each, would meet a bad one.
    @Test(arguments: TraceCompression.allCases)
    func `every compressor writes the same bytes`(compression: TraceCompression) {
        let texts = (0..<40).map(Self.text)
        let compressors = (0..<200).map { _ in MemberCompressor(compression) }
        for text in texts {
            let expected = Self.compressed(text, compressors[0])
            for compressor in compressors.dropFirst() {
                #expect(Self.compressed(text, compressor) == expected)
            }
        }
    }
}
