import BacktestConfiguration
import BacktestEngine
import BacktestSweep
import Testing

/// Of weights only the proportions matter, and exactly those.
@Suite("Weights")
struct AllocationTests {
    private func weights(_ allocation: String) throws -> [Double] {
        let text =
            minimalData
            + "strategies: [{id: a, type: sma_cross}, {id: b, type: ema_cross}, {id: c, type: rsi_reversion}]\n"
            + "portfolios: [{id: p, strategies: [a, b, c], allocation: \(allocation)}]\n"
        return try plan(text).portfolios[0].options.weights
    }

    @Test(arguments: [
        [
            "{a: 1, b: 2, c: 3}", "{a: .1, b: .2, c: .3}", "{a: 10%, b: 20%, c: 30%}",
            "{a: 3e-5, b: 6e-5, c: 9e-5}",
        ],
        [
            "{a: 7, b: 11, c: 13}", "{a: 0.7, b: 1.1, c: 1.3}", "{a: 70bps, b: 1.1%, c: 0.013}",
            "{a: 49, b: 77, c: 91}",
        ],
        ["equal", "{a: 0.3, b: 0.3, c: 0.3}", "{a: 1e3, b: 1000, c: 100000%}"],
    ])
    func proportionalWeightsAreEqual(same: [String]) throws {
        let first = try weights(same[0])
        for text in same.dropFirst() { #expect(try weights(text) == first, "\(text)") }
    }

    @Test func theProportionsStay() throws {
        #expect(try weights("{a: 0.25, b: 0.5, c: 0.75}") == [1, 2, 3])
        #expect(try weights("{a: 3, b: 2, c: 1}") == [3, 2, 1])
        #expect(try weights("{a: 0.3, b: 0.30000001, c: 0.3}") == [30_000_000, 30_000_001, 30_000_000])
        // More digits than a whole number of a double has: as written.
        #expect(try weights("{a: 1e200, b: 2, c: 1.5}") == [1e200, 2, 1.5])
        #expect(try weights("{a: 1, b: 1, c: 1e18}") == [1, 1, 1e18])
    }

    @Test func sweptAllocationsAreRefusedWithTheirOwnRemedy() throws {
        let error = try onlyError(minimal + "sweep: {parameters: {main.allocation: [1]}}\n")
        #expect(error.hint?.contains("other weights") == true)
    }

    /// A case that says what another says, or what the file says, is one too many.
    @Test(arguments: [
        ("[{cross.fast: 5}, {cross.fast: 5}]", 1), ("[{cross.fast: 5}, {cross.fast: 6}]", 0),
        ("[{cross.fast: 5, cross.slow: 9}, {cross.slow: 9, cross.fast: 5}]", 1),
        ("[{cross.fast: 10}, {cross.slow: 30}]", 1),
        ("[{cross.fast: 5}, {cross.fast: 5}, {cross.fast: 5}]", 2),
        ("[{main.risk.stop_loss: 2%}, {main.risk.stop_loss: 0.02}]", 1),
    ])
    func doubledCases(cases: String, count: Int) {
        let outcome = load(minimal + "sweep: {cases: \(cases)}\n")
        #expect(outcome.diagnostics.map(\.code) == [String](repeating: "equal_values", count: count))
    }
}
