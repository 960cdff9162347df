import BacktestEvents
import BacktestTracing
import Foundation
import Testing

/// Numbers are written through a record, the only way in.
@Suite struct NumberWriterTests {
    private func written(_ value: Double) -> String {
        let line = RecordSamples.lines([Event(type: .error, bar: 0, sequence: 0, value3: value)])
        guard let start = line.range(of: "\"value3\":") else { return "" }
        return String(line[start.upperBound...].prefix { $0 != "}" })
    }

    @Test(arguments: [
        (1.0, "1"), (-2.5, "-2.5"), (100, "100"), (1e15, "1000000000000000"), (1e16, "1e+16"),
        (999_999_999_999_999, "999999999999999"),
        (0.1, "0.1"), (101.25, "101.25"), (0.0001, "0.0001"), (0.00000001, "0.00000001"), (1e-9, "1e-09"),
        (123_456.789, "123456.789"), (0.1 + 0.2, "0.30000000000000004"), (-0.0, "-0.0"), (.nan, "null"),
        (.infinity, "null"), (.leastNonzeroMagnitude, "5e-324"),
        (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
        (99_999_999.12345678, "99999999.12345678"), (1.0 / 3, "0.3333333333333333"),
    ])
    func writesTheShortestForm(value: Double, text: String) {
        #expect(written(value) == text)
    }

    /// No form is longer than the library's shortest, and every one reads back as the same double.
    @Test(arguments: UInt64(1)...4)
    func isShortestAndExact(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let digits = Int.random(in: 1...16, using: &generator)
            let power = (0..<digits).reduce(1.0) { power, _ in power * 10 }
            let value =
                Double.random(in: 0..<power, using: &generator).rounded() / 100
                + Double(Int.random(in: 0...1, using: &generator)) * 1e-8
            guard value != 0 else { continue }
            let text = written(value)
            #expect(Double(text) == value)
            let significant = text.filter(\.isNumber).drop { $0 == "0" }
            let reference = value.description.prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }
            func core(_ digits: Substring) -> Substring {
                var digits = digits
                while digits.last == "0" { digits.removeLast() }
                return digits
            }
            #expect(core(significant[...]) == core(reference[...]), "\(value): \(text)")
        }
    }
}
