import BacktestSweep
import Testing

/// Of weights only the proportions matter, and exactly those.
@Suite struct ProportionTests {
    @Test(arguments: [
        [[1.0, 2, 3], [0.1, 0.2, 0.3], [10, 20, 30], [3e-5, 6e-5, 9e-5], [1e20, 2e20, 3e20]],
        [[7, 11, 13], [0.7, 1.1, 1.3], [0.007, 0.011, 0.013], [49, 77, 91]],
        [[1, 1, 1], [0.3, 0.3, 0.3], [1e3, 1_000, 1_000]],
    ])
    func `what is proportional becomes the same`(same: [[Double]]) {
        for weights in same { #expect(Proportions.smallest(weights) == same[0], "\(weights)") }
    }

    @Test func `the proportions stay`() {
        #expect(Proportions.smallest([0.25, 0.5, 0.75]) == [1, 2, 3])
        #expect(Proportions.smallest([3, 0.25]) == [12, 1])
        #expect(Proportions.smallest([0.3, 0.30000001]) == [30_000_000, 30_000_001])
        #expect(Proportions.smallest([]) == [])
        // More digits than a whole number of a double has.
        #expect(Proportions.smallest([1e200, 2, 1.5]) == [1e200, 2, 1.5])
        #expect(Proportions.smallest([1e-300, 0.1234567890123456]) == [1e-300, 0.1234567890123456])
    }
}
