import BacktestModel
import BacktestResults
import Foundation
import Testing

private func printed(_ value: Double) -> String {
    var buffer = ByteBuffer()
    buffer.append(value)
    return buffer.text
}

@Suite struct NumberTests {
    @Test(arguments: [
        (0.0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (100_000, "100000"), (0.1, "0.1"), (-0.25, "-0.25"),
        (1e-5, "0.00001"), (1.5e-6, "0.0000015"), (-1.5e-6, "-0.0000015"), (1e-7, "1e-7"),
        (-2.5e-7, "-2.5e-7"),
        (1e16, "10000000000000000"), (1.5e20, "150000000000000000000"), (1e21, "1e+21"),
        (-1.5e300, "-1.5e+300"),
        (9_007_199_254_740_991, "9007199254740991"), (9_007_199_254_740_992, "9007199254740992"),
        (9_007_199_254_740_994, "9007199254740994"), (-1e15, "-1000000000000000"),
        (123_456.789_012_345_67, "123456.78901234567"), (1.0 / 3, "0.3333333333333333"),
        (.leastNonzeroMagnitude, "5e-324"),
        (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.infinity, "null"), (.nan, "null"),
    ])
    func canonicalForm(value: Double, text: String) { #expect(printed(value) == text) }

    /// RFC 8785, appendix B: the bits of a double and how it is printed.
    @Test(
        arguments: [
            (0x0000_0000_0000_0001, "5e-324"), (0x8000_0000_0000_0001, "-5e-324"),
            (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
            (0xC340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
            (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"),
            (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
            (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
            (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
            (0x41B3_DE43_5555_5553, "333333333.3333332"),
            (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
            (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
        ] as [(UInt64, String)]
    )
    func publishedVectors(bits: UInt64, text: String) { #expect(printed(Double(bitPattern: bits)) == text) }

    @Test func everyNumberReadsBackExactly() throws {
        var generator = SplitMix(state: 7)
        for round in 0..<20_000 {
            let bits = generator.next()
            // Every other one has an exponent as metrics have it.
            let value =
                round % 2 == 0
                ? Double(bitPattern: bits) : Double(Int64(bitPattern: bits) >> 11) / Double(1 << (bits & 62))
            guard value.isFinite else { continue }
            let text = printed(value)
            #expect(try JSONValue.parse(Array(text.utf8)).number == value, "\(text)")
            #expect(Double(text) == value)
            // A printed number prints as itself.
            #expect(try printed(JSONValue.parse(Array(text.utf8)).number ?? .nan) == text)
        }
    }

    @Test(arguments: [Int.min, -10, -1, 0, 1, 9, 10, 99, 100, 12_345, Int.max])
    func wholeNumbers(value: Int) {
        var buffer = ByteBuffer()
        buffer.append(value)
        #expect(buffer.text == String(value))
    }

    @Test(arguments: [
        Int64.min + 1_000_000_000, -1, 0, 1, 999, 1_000, 1_000_000, 951_782_400_000_000_000,
        1_711_978_200_123_000_000,
        1_711_978_200_123_456_000, 1_711_978_200_123_456_789, Int64.max,
    ])
    func timesPrintAsTheModelDoesAndReadBack(nanoseconds: Int64) {
        let time = Timestamp(nanoseconds: nanoseconds)
        var buffer = ByteBuffer()
        buffer.append(time)
        #expect(buffer.text == time.iso8601)
        #expect(Timestamp(printed: buffer.text) == time)
    }

    @Test(arguments: [
        "", "Z", "2024-04-01", "2024-04-01T13:30:00", "2024-13-01T00:00:00Z", "2024-02-30T00:00:00Z",
        "2024-04-01T24:00:00Z", "2024-04-01T13:30:00.1Z", "2024-04-01 13:30:00Z", "9999-04-01T13:30:00Z",
        "2262-04-11T23:47:16.854775808Z", "éééé-éé-ééTéé",
    ])
    func otherTimesAreRefused(text: String) { #expect(Timestamp(printed: text) == nil) }
}

/// Steele, Lea and Flood's SplitMix64: small, seeded, the same everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
