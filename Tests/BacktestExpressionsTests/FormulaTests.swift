import BacktestExpressions
import Testing

@Suite struct FormulaTests {
    private let values = ["a.fast": 10.0, "a.slow": 20, "total_trades": 42, "zero": 0]

    @Test(arguments: [
        ("a.fast < a.slow", true), ("a.fast > a.slow", false), ("total_trades >= 30 and a.fast == 10", true),
        ("not a.fast < a.slow", false), ("a.fast != 10 or a.slow <= 20", true), ("10bps < 0.2%", true),
        ("min(a.fast, a.slow, 5) == 5", true), ("max(a.fast, a.slow) - abs(-3) == 17", true),
        ("log(exp(2)) > 1.99 and sqrt(16) == 4", true),
    ])
    func conditions(text: String, holds: Bool) throws {
        let formula = try Formula.parse(text)
        #expect(formula.isBoolean)
        #expect(formula.evaluate { values[$0] } == .boolean(holds))
        #expect(formula.evaluate { values[$0] }.isTrue == holds)
    }

    @Test(arguments: [
        ("a.slow / a.fast", FormulaValue.number(2)), ("-a.fast * 2 + 1", .number(-19)),
        ("a.fast / zero", .undefined), ("log(zero)", .undefined), ("sqrt(-1)", .undefined),
        ("exp(1000)", .undefined), ("missing + 1", .undefined), ("missing > 1", .undefined),
        ("not missing > 1", .undefined), ("missing > 1 and zero > 1", .boolean(false)),
        ("zero > 1 and missing > 1", .boolean(false)), ("missing > 1 or zero < 1", .boolean(true)),
        ("missing > 1 and zero < 1", .undefined), ("missing > 1 or zero > 1", .undefined),
        ("max(missing, 1)", .undefined),
    ])
    func valuesAndUndefined(text: String, value: FormulaValue) throws {
        let found = try Formula.parse(text).evaluate { values[$0] }
        #expect(found == value)
        if value == .undefined { #expect(!found.isTrue) }
    }

    @Test func namesOnceInOrder() throws {
        let formula = try Formula.parse("b.x < a.y and b.x > max(c, a.y)")
        #expect(formula.names == ["b.x", "a.y", "c"])
        #expect(try Formula.parse("a + 1").isBoolean == false)
    }

    @Test(arguments: [
        ("a + (b < c)", 5, 5, "needs a number"), ("a and b < c", 0, 1, "needs a condition"),
        ("not a", 4, 1, "needs a condition"), ("-(a < b)", 2, 5, "needs a number"),
        ("close[1] > 2", 6, 1, "no history"), ("foo(a)", 0, 3, "unknown function 'foo'"),
        ("mim(a, b)", 0, 3, "unknown function 'mim'"), ("abs(a, b)", 0, 9, "takes 1 argument, not 2"),
        ("min(a)", 0, 6, "takes at least 2 arguments, not 1"), ("abs(a < b)", 4, 5, "needs a number"),
    ])
    func typeErrors(text: String, offset: Int, length: Int, message: String) {
        let error = #expect(throws: ExpressionDiagnostic.self) { try Formula.parse(text) }
        #expect(error?.offset == offset)
        #expect(error?.length == length)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    }

    @Test func knownNamesAreChecked() throws {
        let known = ["momentum-1.fast", "momentum-1.slow"]
        let formula = try Formula.parse("momentum-1.fast < momentum-1.slow", known: known)
        #expect(formula.names == known)
        let error = #expect(throws: ExpressionDiagnostic.self) {
            try Formula.parse("momentum_1.fast < 3", known: known)
        }
        #expect(error?.offset == 0)
        #expect(error?.hint == "did you mean 'momentum-1.fast'?")
        #expect(
            #expect(throws: ExpressionDiagnostic.self) { try Formula.parse("mim(1, 2)") }?.hint
                == "did you mean 'min'?"
        )
    }
}
