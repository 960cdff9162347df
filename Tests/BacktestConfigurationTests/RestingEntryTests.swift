import BacktestConfiguration
import BacktestEngine
import BacktestSweep
import Testing

/// `execution.limit`, `stop` and `expire_bars` (rule R34).
@Suite("Resting entries")
struct RestingEntryTests {
    @Test(arguments: ["close", "next_close", "next_vwap"], ["limit", "stop"])
    func otherFillsHaveNoMeaning(fill: String, entry: String) throws {
        let error = try onlyError(minimal + "execution: {fill: \(fill), \(entry): 1%}\n")
        #expect(error.code == "conflict")
        #expect(error.message.contains("'fill: \(fill)' has no meaning"))
        #expect(marked(error).hasPrefix("fill"))
        // A value that only some sets have is refused there.
        let swept = try onlyError(
            minimal
                + "execution: {\(entry): 1%}\nsweep: {parameters: {execution.fill: [next_open, \(fill)]}}\n"
        )
        #expect(marked(swept) == fill)
        let rests = try onlyError(
            minimal + "execution: {fill: \(fill)}\nsweep: {parameters: {execution.\(entry): [null, 1%]}}\n"
        )
        #expect(rests.code == "conflict")
    }

    @Test func theNextOpenLetsThemRest() throws {
        let plan = try plan(minimal + "execution: {limit: 1%, expire_bars: 3}\n")
        #expect(plan.execution.expireBars == 3)
        #expect(plan.warnings.isEmpty)
        let swept = "sweep: {parameters: {execution.limit: [null, 1%], execution.expire_bars: [1, null]}}\n"
        #expect(load(minimal + swept).diagnostics.isEmpty)
    }

    @Test(arguments: [
        "execution: {expire_bars: 3}\n", "sweep: {parameters: {execution.expire_bars: [1, 2]}}\n",
    ])
    func anExpiryOfNothingIsWarnedOf(text: String) {
        let outcome = load(minimal + text)
        #expect(outcome.diagnostics.map(\.code) == ["unused"])
        #expect(outcome.diagnostics.first.map(marked)?.contains("expire_bars") == true)
    }

    @Test func aSignalFileMayHaveLimits() {
        let text =
            minimalData
            + "strategies: [{id: s, signals: {file: s.csv}}]\nportfolios: [{id: p, strategies: [s]}]\n"
        #expect(load(text + "execution: {expire_bars: 3}\n").diagnostics.isEmpty)
        #expect(load(minimal + "execution: {expire_bars: null}\n").diagnostics.isEmpty)
    }
}
