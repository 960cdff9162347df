import BacktestMetrics
import BacktestReports
import BacktestResults
import BacktestStatistics
import Testing

@Suite struct BaselineCheckTests {
    private func check(
        _ count: Int,
        noise: Double = 0.01,
        _ change: @escaping (Int) -> Double
    ) -> BaselineCheck {
        BaselineCheck(
            .sharpeRatio,
            RunComparison(Pairing.sweep(count), Pairing.sweep(count, change: change)),
            noise: noise
        )
    }

    @Test func `noise alone does not fail`() {
        #expect(check(100) { _ in 0 }.outcome == .pass)
        #expect(check(101) { $0.isMultiple(of: 2) ? 0.3 : -0.3 }.outcome == .pass)
        #expect(check(100) { _ in -0.001 }.outcome == .pass, "within 1 % of the median 0.495")
    }

    @Test func `a fall of the whole sweep fails`() throws {
        let found = check(100) { _ in -0.1 }
        #expect(found.outcome == .fail)
        #expect(abs(try #require(found.observed) + 0.1) < 1e-12)
        #expect(abs(try #require(found.threshold) + 0.00495) < 1e-12)
        #expect(check(100, noise: 0.5) { _ in -0.1 }.outcome == .pass)
        #expect(check(100) { _ in 0.1 }.outcome == .pass)
    }

    @Test func `few containers are held against the threshold one by one`() {
        #expect(check(2) { $0 == 1 ? -0.1 : 0 }.outcome == .fail)
        #expect(check(2) { _ in 0.1 }.outcome == .pass)
    }

    @Test func `nothing to judge by`() {
        let none = RunComparison(Pairing.sweep(0), Pairing.sweep(0))
        #expect(BaselineCheck(.sharpeRatio, none, noise: 0).outcome == .cannotTell)
        #expect(
            BaselineCheck(.cagr, RunComparison(Pairing.sweep(9), Pairing.sweep(9)), noise: 0).outcome
                == .cannotTell
        )
        #expect(
            BaselineCheck(.totalTrades, RunComparison(Pairing.sweep(9), Pairing.sweep(9)), noise: 0).outcome
                == .cannotTell
        )
    }

    /// Seeded noise around 0, of variance 1 (a sum of twelve uniforms).
    private struct Noise {
        var state: UInt64

        mutating func next() -> Double {
            var sum = -6.0
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                sum += Double(state >> 11) / 9_007_199_254_740_992
            }
            return sum
        }
    }

    /// How often a check fails over many runs that differ from their baseline by noise and a shift.
    private func failureRate(_ count: Int, shift: Double, noise: Double = 0, runs: Int = 400) -> Double {
        var source = Noise(state: UInt64(count) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        var failures = 0
        for _ in 0..<runs {
            let changes = (0..<count).map { _ in shift + 0.1 * source.next() }
            if check(count, noise: noise, { changes[$0] }).outcome == .fail { failures += 1 }
        }
        return Double(failures) / Double(runs)
    }

    @Test(arguments: [6, 7, 8, 11, 13, 25, 100])
    func `pure noise fails in at most 2.5 % of the runs`(count: Int) {
        // 400 runs: 2.5 % +- 0.8 %; three deviations above are 4.9 %.
        #expect(failureRate(count, shift: 0) <= 0.049)
        #expect(failureRate(count, shift: 0, noise: 0.5) <= 0.01, "a threshold leaves less to chance")
    }

    @Test func `a real regression is found`() {
        // A fall of half a deviation in 100 containers, of one in 25.
        #expect(failureRate(100, shift: -0.05) > 0.95)
        #expect(failureRate(25, shift: -0.1) > 0.95)
        #expect(failureRate(6, shift: -0.3) > 0.95)
        #expect(failureRate(100, shift: 0.05) == 0, "a gain is none")
    }

    @Test(arguments: [7, 11, 13])
    func `an interval of few values alone does not fail`(count: Int) {
        // One gain among 7 falls: the bootstrap interval is below 0, and chance does that in 6 %.
        let gains = count == 7 ? 1 : 2
        let found = check(count, noise: 0) { $0 < gains ? 0.1 : -0.1 }
        let sign = PairedStatistics.signTest(up: gains, down: count - gains)
        #expect(found.outcome == (sign <= 0.05 ? .fail : .pass))
    }
}
