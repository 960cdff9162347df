import BacktestTracing
import Testing

/// Patterns are tested through a plan, the only way in.
@Suite struct WildcardTests {
    private func matches(_ pattern: String, _ id: String) -> Bool {
        let plan = plan([(.pattern(pattern), directive { $0.maxEvents = 7 })])
        return plan.settings(forContainer: id).maxEvents == 7
    }

    @Test(arguments: [
        ("*", "anything"), ("*", "a"), ("portfolio_*", "portfolio_1"), ("portfolio_*", "portfolio_"),
        ("backtest_*_hmm_*", "backtest_a_b_hmm_0042"), ("*_1", "x_1_1"), ("a?c", "abc"), ("**", "x"),
        ("a*b*c", "abbbcbc"), ("*abc", "ababcabc"), ("?*", "x"),
    ])
    func accepts(pattern: String, id: String) {
        #expect(matches(pattern, id))
    }

    @Test(arguments: [
        ("portfolio_*", "my_portfolio_1"), ("portfolio_*", "portfolio"),
        ("backtest_*_hmm_*", "backtest_hmm_1"),
        ("a?c", "ac"), ("a?c", "abbc"), ("*b", "abc"), ("abc*", "ab"), ("?", ""), ("a*b*c", "acb"),
    ])
    func refuses(pattern: String, id: String) {
        #expect(!matches(pattern, id))
    }

    /// Against the textbook recursion, over all short patterns and texts.
    @Test func agreesWithRecursion() {
        func naive(_ p: ArraySlice<Character>, _ t: ArraySlice<Character>) -> Bool {
            guard let first = p.first else { return t.isEmpty }
            if first == "*" { return naive(p.dropFirst(), t) || (!t.isEmpty && naive(p, t.dropFirst())) }
            guard let head = t.first, first == "?" || first == head else { return false }
            return naive(p.dropFirst(), t.dropFirst())
        }
        func words(_ alphabet: [Character], upTo length: Int) -> [[Character]] {
            var all: [[Character]] = [[]]
            var last = all
            for _ in 0..<length {
                last = last.flatMap { word in alphabet.map { word + [$0] } }
                all += last
            }
            return all
        }
        for pattern in words(["a", "b", "*", "?"], upTo: 4)
        where pattern.contains("*") || pattern.contains("?") {
            for text in words(["a", "b"], upTo: 4) {
                #expect(
                    matches(String(pattern), String(text)) == naive(pattern[...], text[...]),
                    "\(String(pattern)) against \(String(text))"
                )
            }
        }
    }
}
