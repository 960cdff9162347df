import BacktestConfiguration
import BacktestSweep
import Testing

/// `checks:` is held against the same grammar that `admf check` uses.
@Suite struct RequirementKeyTests {
    @Test func `sound checks reach the plan`() throws {
        let text = minimal + "checks: ['max(sharpe_ratio) >= 1', all(max_drawdown) <= 30%]\n"
        #expect(try plan(text).checks == ["max(sharpe_ratio) >= 1", "all(max_drawdown) <= 30%"])
        let swept = "sweep: {parameters: {cross.fast: [5, 10]}}\nchecks: [cross.fast > 3]\n"
        #expect(try plan(minimal + swept).checks == ["cross.fast > 3"])
    }

    @Test(arguments: [
        ("max(sharp_ratio) >= 1", "sharp_ratio"), ("max(sharpe_ratio)", "max(sharpe_ratio)"),
        ("maxi(sharpe_ratio) > 1", "maxi"), ("cross.fast > 3", "cross.fast"), ("sharpe_ratio > (1", "("),
    ])
    func `a mistake is shown at its column`(check: String, wrong: String) throws {
        let error = try onlyError(minimal + "checks: [cagr > 0, \(check)]\n")
        #expect(error.code == "formula")
        #expect(marked(error) == wrong)
    }
}
