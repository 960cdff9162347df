import BacktestTestKit
import Foundation
import Testing

@testable import BacktestMarketData

/// The number reader against strtod, bit by bit.
struct DecimalNumberTests {
    private func parse(_ text: String) -> Double {
        var copy = Array(text.utf8)
        return copy.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return .nan }
            return DecimalNumber.parse(start, buffer.count)
        }
    }

    @Test(
        arguments: [
            "0", "-0", "1", "100.25", "0.1", "1e22", "1e23", "8.5e-300", "9007199254740993",
            "9007199254740992.5",
            "9007199254740993.0000000000000000000000000000000000001", "103.99999999999999",
            "1.7976931348623157e308",
            "2.2250738585072011e-308", "4.9e-324", "123456789012345678", "18446744073709551615", "1e-19",
            "5.",
            ".5", "+3.25", "1E5", "1e+5", "0.000001", "00012.50", "9999999999999999999",
            "9999999999999999999e19",
            "1234567890123456789e-19", "72057594037927945", "72057594037927933", "0e999999999999", "1e-999",
        ]
    )
    func readsAsStrtod(_ text: String) { #expect(parse(text).bitPattern == strtod(text, nil).bitPattern) }

    @Test(
        arguments: [
            "", "-", "+", ".", "e5", "1e", "1e+", "nan", "NaN", "inf", "-Infinity", "0x10", "1,000", "1 000",
            "1.2.3",
            "12a", "null", "1e999", "--1", "1e5.5", "1_000", "1d5", "N/A", "１", "1e99999999999999999999",
        ]
    )
    func refuses(_ text: String) { #expect(parse(text).isNaN) }

    /// Every number of digits and exponent that the short ways take, and what lies beyond them.
    @Test(arguments: [UInt64(1), 2, 3])
    func randomTextsReadAsStrtod(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<40_000 {
            var text = Bool.random(using: &random) ? "" : "-"
            let digits = Int.random(in: 1...21, using: &random)
            let point = Int.random(in: 0...digits, using: &random)
            for index in 0..<digits {
                if index == point { text += "." }
                text += String(Int.random(in: 0...9, using: &random))
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                text += "e\(Int.random(in: -30...30, using: &random))"
            }
            #expect(parse(text).bitPattern == strtod(text, nil).bitPattern, "\(text), seed \(seed)")
        }
    }

    /// Halfway cases: the shortest text of a double, and of the middle between two doubles.
    @Test
    func shortestTextsAndMidpointsReadBack() {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<20_000 {
            let value = Double.random(in: 0.000_1...1e9, using: &random)
            #expect(parse("\(value)") == value, "\(value)")
            let integer = UInt64.random(in: 1 << 53...1 << 60, using: &random)
            let text = String(integer)
            #expect(parse(text) == Double(integer), "\(text)")
            let scaled = text + "e-7"
            #expect(parse(scaled) == strtod(scaled, nil), "\(scaled)")
        }
    }
}
