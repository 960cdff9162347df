import BacktestExpressions
import BacktestTestKit
import Testing

/// Bounds never leave out what an evaluation gives.
@Suite("Formulas over ranges")
struct FormulaRangeTests {
    /// Conditions whose parts are undefined, not monotone and rounded.
    static let conditions = [
        "a < b", "a <= b", "a > b", "a >= b", "a == b", "a != b", "not (a < b)",
        "a * b > 3 and a - b < 2", "a / b >= 1 or b == 0", "a / b != 1", "not (a / b > 0 and a > 1)",
        "abs(a - b) <= 1", "min(a, b, 2) > -1 or max(a, b) < 0", "sqrt(a) < b", "not (sqrt(a) < b)",
        "log(a) > b", "exp(a) <= exp(b)", "exp(log(a)) == a", "a * a - a * b > 0 or log(b) < 0",
        "-a < b * 0.1", "a + b == 0.30000000000000004", "a * 1e308 * b > 0",
        "sqrt(abs(a)) * sqrt(abs(a)) == abs(a)",
    ]

    @Test(arguments: conditions)
    func boundsHoldWhatHappens(text: String) throws {
        let formula = try Formula.parse(text)
        var random = SeededGenerator(seed: 7)
        let values = [-3.0, -1, -0.1, 0, 0.1, 0.2, 1, 1.5, 2, 3, 100]
        for _ in 0..<200 {
            let picked = (0..<2).map { _ in
                let count = Int.random(in: 1...4, using: &random)
                return (0..<count).map { _ in values.randomElement(using: &random) ?? 0 }
            }
            let ranges = picked.map { list in
                list.map { FormulaRange($0) }.reduce(.undefined) { $0.isEmpty ? $1 : $0.union($1) }
            }
            let outcomes = formula.outcomes { $0 == "a" ? ranges[0] : ranges[1] }
            for a in picked[0] {
                for b in picked[1] {
                    let value = formula.evaluate { $0 == "a" ? a : b }
                    let outcome: FormulaRange.Outcomes =
                        switch value {
                        case .boolean(true): .holds
                        case .boolean(false): .fails
                        default: .undefined
                        }
                    #expect(outcomes.contains(outcome), "\(text) for a = \(a), b = \(b) in \(picked)")
                }
            }
        }
    }

    /// The bounds are worth something: where two ranges do not meet, a comparison is decided.
    @Test func apartMeansDecided() throws {
        let low = FormulaRange(low: 1, high: 5)
        let high = FormulaRange(low: 6, high: 9)
        for (text, expected) in [
            ("a < b", FormulaRange.Outcomes.holds), ("a == b", .fails), ("a * 2 > b + 10", .fails),
            ("abs(a - b) >= 1", .holds), ("a > b or b / a > 1", .holds),
        ] {
            let outcomes = try Formula.parse(text).outcomes { $0 == "a" ? low : high }
            #expect(outcomes == expected, "\(text)")
        }
    }

    @Test func aNameWithoutANumberIsUndefined() throws {
        let formula = try Formula.parse("a < b or b > 2")
        let outcomes = formula.outcomes { $0 == "a" ? .undefined : FormulaRange(low: 1, high: 1) }
        #expect(outcomes == .undefined)
        #expect(formula.outcomes { $0 == "a" ? .undefined : FormulaRange(low: 3, high: 4) } == .holds)
    }
}
