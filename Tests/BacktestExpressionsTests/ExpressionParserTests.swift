import BacktestExpressions
import Testing

@Suite struct ExpressionParserTests {
    /// The tree with every parenthesis written, so that binding can be read off.
    static func spell(_ expression: BacktestExpressions.Expression) -> String {
        switch expression.kind {
        case .number(let value): "\(value)"
        case .name(let name): name
        case .call(let name, _, let arguments): "\(name)(\(arguments.map(spell).joined(separator: ",")))"
        case .index(let base, let steps): "\(spell(base))[\(spell(steps))]"
        case .unary(let sign, let operand): "(\(sign.rawValue) \(spell(operand)))"
        case .binary(let sign, _, let left, let right): "(\(spell(left)) \(sign.rawValue) \(spell(right)))"
        }
    }

    @Test(arguments: [
        ("a or b and c", "(a or (b and c))"),
        ("not a < b", "(not (a < b))"),
        ("not a and b", "((not a) and b)"),
        ("not not a", "(not (not a))"),
        ("a + b * c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b * c", "((a / b) * c)"),
        ("-a * b", "((- a) * b)"),
        ("a * -b", "(a * (- b))"),
        ("- -a", "(- (- a))"),
        ("-a[1]", "(- a[1.0])"),
        ("sma(close, 5)[1]", "sma(close,5.0)[1.0]"),
        ("(a + b)[2][3]", "(a + b)[2.0][3.0]"),
        ("a < b and c >= d or e != f", "(((a < b) and (c >= d)) or (e != f))"),
        ("a + 1 > b - 1", "((a + 1.0) > (b - 1.0))"),
        ("QQQ.close", "QQQ.close"),
        ("a.b.c < 2", "(a.b.c < 2.0)"),
        ("f()", "f()"),
        ("count(total_trades >= 30) / n", "(count((total_trades >= 30.0)) / n)"),
        (" \t\n a ", "a"),
    ])
    func binding(text: String, tree: String) throws {
        #expect(Self.spell(try ExpressionParser.parse(text)) == tree)
    }

    @Test(arguments: [
        ("14", 14.0), ("0.5", 0.5), (".5", 0.5), ("5.", 5), ("1e-4", 0.0001), ("1E3", 1000), ("1_000", 1000),
        ("2%", 0.02), ("0.1%", 0.001), ("10bps", 0.001), ("1bps", 0.0001), ("7.5%", 0.075),
    ])
    func numbers(text: String, value: Double) throws {
        #expect(try ExpressionParser.parse(text).kind == .number(value))
        #expect(Numeral.value(of: text) == value)
    }

    @Test(arguments: [
        "", ".", "1..2", "1_", "_1", "1e", "1e99999999999", "1e999", "2%%", "bps", "-1", "0x10", "1 %",
    ])
    func notNumbers(text: String) {
        #expect(Numeral.value(of: text) == nil)
    }

    @Test(arguments: [
        ("", 0, 0, "empty"), ("   ", 3, 0, "empty"),
        ("a +", 3, 0, "a value is expected"),
        ("a < b < c", 6, 1, "do not chain"),
        ("a == b != c", 7, 2, "do not chain"),
        ("(a + b", 0, 1, "never closed"),
        ("f(a, b", 1, 1, "never closed"),
        ("a[1", 1, 1, "never closed"),
        ("a b", 2, 1, "an operator is expected"),
        ("a AND b", 2, 3, "an operator is expected"),
        ("a && b", 2, 2, "unexpected '&&'"),
        ("a || b", 2, 2, "unexpected '||'"),
        ("a = b", 2, 1, "unexpected '='"),
        ("!a", 0, 1, "unexpected '!'"),
        ("a ** 2", 2, 2, "unexpected '**'"),
        ("a < not b", 4, 3, "needs parentheses"),
        ("5x", 0, 2, "'5x' is not a number"),
        ("f(a,)", 4, 1, "a value is expected"),
        ("a )", 2, 1, "unexpected ')'"),
        ("[1]", 0, 1, "a value is expected"),
        ("a + é", 4, 2, "unexpected 'é'"),
        ("a : b", 2, 1, "unexpected ':'"),
        ("a\u{0}b", 1, 1, "control character"),
    ])
    func errors(text: String, offset: Int, length: Int, message: String) {
        let error = #expect(throws: ExpressionDiagnostic.self) { try ExpressionParser.parse(text) }
        #expect(error?.offset == offset)
        #expect(error?.length == length)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    }

    @Test func hintsNameTheRemedy() {
        for (text, hint) in [
            ("a AND b", "'and'"), ("a && b", "'and'"), ("a = b", "'=='"), ("a < b < c", "'and'"),
        ] {
            let error = #expect(throws: ExpressionDiagnostic.self) { try ExpressionParser.parse(text) }
            #expect(error?.hint?.contains(hint) == true)
        }
    }

    @Test func placesCoverWhatWasWritten() throws {
        let tree = try ExpressionParser.parse("x + sma(close, 5)[1]")
        #expect(tree.place == TextPlace(offset: 0, length: 20))
        guard case .binary(_, let sign, _, let right) = tree.kind else { return #expect(Bool(false)) }
        #expect(sign == TextPlace(offset: 2, length: 1))
        #expect(right.place == TextPlace(offset: 4, length: 16))
        #expect(tree.names.map(\.name) == ["x", "close"])
        #expect(tree.names.map(\.place.offset) == [0, 8])
    }

    @Test func depthIsBounded() {
        let limit = ExpressionParser.nestingLimit
        let deep = String(repeating: "(", count: limit - 2) + "a" + String(repeating: ")", count: limit - 2)
        #expect(throws: Never.self) { try ExpressionParser.parse(deep) }
        for text in [
            String(repeating: "(", count: 100_000), String(repeating: "-", count: 100_000) + "a",
            String(repeating: "not ", count: 100_000) + "a", String(repeating: "f(", count: 100_000),
            String(repeating: "a+", count: 100_000) + "a", "a" + String(repeating: "[1]", count: 100_000),
        ] {
            let error = #expect(throws: ExpressionDiagnostic.self) { try ExpressionParser.parse(text) }
            #expect(error?.message.contains("levels") == true)
        }
        let chain = String(repeating: "a + ", count: 400) + "a"
        #expect(throws: Never.self) { try ExpressionParser.parse(chain) }
    }

    @Test func oddNamesAreReadWhereTheyAreKnown() throws {
        let vocabulary = ExpressionVocabulary(
            names: ["my-run.fast", "10d.x"],
            prefixes: ["BTC-USD", "^GSPC", "BTC"]
        )
        let known = try ExpressionParser.parse("my-run.fast < 10d.x - BTC-USD.close", vocabulary: vocabulary)
        #expect(known.names.map(\.name) == ["my-run.fast", "10d.x", "BTC-USD.close"])
        let index = try ExpressionParser.parse("^GSPC.close[1] > BTC.open", vocabulary: vocabulary)
        #expect(index.names.map(\.name) == ["^GSPC.close", "BTC.open"])
        #expect(try ExpressionParser.parse("my-run.fast").names.map(\.name) == ["my", "run.fast"])
        #expect(try ExpressionParser.parse("my-run.faster", vocabulary: vocabulary).names.count == 2)
    }

    @Test func randomBytesNeverCrash() {
        var state: UInt64 = 20_261_120
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        let words = [
            "a", "(", ")", "[", "]", ",", "not ", " and ", " or ", "<", "==", "-", "+", "1", "2%", ".", "f(",
            "é",
        ]
        for _ in 0..<20_000 {
            let length = Int(next() % 24)
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: next()) }
            check(String(decoding: bytes, as: UTF8.self))
            check((0..<length).map { _ in words[Int(next()) % words.count] }.joined())
        }
    }

    private func check(_ text: String) {
        do {
            let tree = try ExpressionParser.parse(text)
            #expect(tree.place.end <= text.utf8.count)
        } catch {
            #expect(error.offset >= 0 && error.offset + error.length <= text.utf8.count, "\(text)")
            #expect(!error.message.isEmpty)
        }
    }
}
