import BacktestRules
import Testing

/// Every column of the fixture tables is a rule with the values that TA-Lib (or the plain-formula oracle) gives it.
@Suite struct OracleTests {
    @Test(arguments: [
        ("goog_daily", "goog_oracle"), ("walk", "walk_talib"), ("level", "level_talib"),
        ("coarse", "coarse_talib"),
        ("eurusd", "eurusd_talib"),
    ])
    func columnsAgree(bars: String, table: String) throws {
        let tape = try SampleBars.fixture(bars).tape
        let lines = try fixtureLines(table)
        let rules = lines[0].split(separator: ";").dropFirst()
        let rows = lines.dropFirst().map { $0.split(separator: ";", omittingEmptySubsequences: false) }
        #expect(rules.count >= 28)
        for (index, text) in rules.enumerated() {
            let rule = try #require(Rule.parse(String(text), as: .number, in: RuleContext()).rule)
            let found = rule.numbers(tape: tape)
            let wanted = rows.map { Double($0[index + 1]) ?? .nan }
            let scale = wanted.filter { !$0.isNaN }.map(abs).max() ?? 1
            var worst = 0.0
            for (row, value) in zip(rows, wanted) {
                let bar = try #require(Int(row[0]))
                if value.isNaN != found[bar].isNaN {
                    Issue.record("\(table): \(text) on bar \(bar) is \(found[bar]), not \(value)")
                    break
                }
                if !value.isNaN { worst = max(worst, abs(found[bar] - value)) }
            }
            #expect(worst <= 1e-9 * scale, "\(table): \(text) is off by \(worst / scale) of scale")
        }
    }
}
