import BacktestConfiguration
import Testing

/// Allocations in a sweep, and cases that say the same twice.
@Suite("Allocations and cases")
struct AllocationTests {
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
