import BacktestModel
import Testing

/// The patterns of `--only` and of trace settings.
struct WildcardTests {
    @Test(arguments: [
        ("p_000?", "p_0003", true), ("p_000?", "p_00031", false), ("*", "", true), ("p*3", "p_0003", true),
        ("p_000[12]", "p_0001", true), ("p_000[12]", "p_0003", false), ("p_00[0-2]*", "p_0021", true),
        ("p_00[!0-2]*", "p_0021", false), ("p_00[!0-2]*", "p_0031", true), ("*[0-9]", "fund_7", true),
        ("p[", "p[", true), ("p[", "p", false), ("[2-1]", "2", false), ("", "a", false), ("[!]]", "a", true),
        ("*_[05]", "a_1_5", true), ("[a-]", "-", true), ("[0-0]", "-", false),
    ])
    func matches(pattern: String, text: String, expected: Bool) {
        #expect(WildcardPattern(pattern).matches(text) == expected, "\(pattern) on \(text)")
    }

    @Test func specificityCountsTheLettersThatAreFixed() {
        #expect(WildcardPattern("p_*[0-9]?").literalCount == 2)
        #expect(WildcardPattern("fund").literalCount == 4)
    }
}
