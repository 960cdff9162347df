import BacktestMarketData
import BacktestRules
import Testing

/// What rolling sums get wrong: drift, cancellation, gaps.
@Suite struct AccuracyTests {
    private func numbers(_ text: String, _ bars: SampleBars) throws -> [Double] {
        let rule: Rule = try #require(Rule.parse(text, as: .number, in: RuleContext()).rule)
        return rule.numbers(tape: bars.tape)
    }

    /// The mean is within an ulp or two of the correctly rounded one after a long way over rough ground.
    @Test func averagesDoNotDrift() throws {
        var random = SeededGenerator(state: 17)
        var bars = SampleBars.random(20_000, seed: 17)
        bars.close = bars.close.map { _ in
            Double.random(in: 0.1...1, using: &random) * (random.next() % 50 == 0 ? 1e6 : 1)
        }
        for n in [2, 7, 50] {
            let found = try numbers("sma(close, \(n))", bars)
            for t in stride(from: n - 1, to: bars.count, by: 97) {
                let wanted = exactSum(bars.close[(t - n + 1)...t]) / Double(n)
                #expect(abs(found[t] - wanted) <= 2 * wanted.ulp, "\(n) on bar \(t)")
            }
        }
    }

    // Sorted by size and compensated: right to the last bit on these few numbers.
    private func exactSum(_ values: ArraySlice<Double>) -> Double {
        var sum = 0.0
        var error = 0.0
        for value in values.sorted(by: { abs($0) > abs($1) }) {
            let next = sum + value
            error += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
            sum = next
        }
        return sum + error
    }

    /// A deviation keeps nine digits at a price level of 1e6 with a spread of 1e-3, and far from where the data began.
    @Test func deviationsKeepTheirDigits() throws {
        var random = SeededGenerator(state: 18)
        var bars = SampleBars.random(5_000, seed: 18)
        bars.close = bars.close.indices.map {
            1e6 + Double($0) * 0.5 + Double.random(in: 0...1e-3, using: &random)
        }
        // The same values about their own ramp, whose deviation a plain two-pass formula gets right.
        let found = try numbers("stdev(close, 10)", bars)
        for t in stride(from: 9, to: bars.count, by: 61) {
            let window = bars.close[(t - 9)...t].map { $0 - bars.close[t] }
            let mean = window.reduce(0, +) / 10
            let wanted = (window.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10).squareRoot()
            #expect(abs(found[t] - wanted) <= 1e-9 * wanted, "bar \(t)")
        }
    }

    @Test func flatWindowsAreFlat() throws {
        var bars = SampleBars.random(40, seed: 19)
        bars.close = (0..<40).map { $0 < 10 ? 0.1 + Double($0) : $0 < 30 ? 0.7 : 0.3 }
        #expect(try numbers("stdev(close, 5)", bars)[14...29].allSatisfy { $0 == 0 })
        #expect(try numbers("zscore(close, 5)", bars)[14...29].allSatisfy(\.isNaN))
        #expect(try numbers("correlation(close, open, 5)", bars)[14...29].allSatisfy(\.isNaN))
        #expect(try numbers("rsi(close * 0 + 5, 3)", bars)[3...].allSatisfy { $0 == 0 })
        #expect(try numbers("bollinger_upper(close, 5, 2)", bars)[29] == numbers("sma(close, 5)", bars)[29])
    }

    /// The mean of equal values is that value to the last bit, so nothing crosses in a market that stands still.
    @Test func averagesOfFlatWindowsAreTheirValue() throws {
        var bars = SampleBars.random(400, seed: 21)
        var random = SeededGenerator(state: 21)
        for start in stride(from: 0, to: 400, by: 20) {
            let price = Double.random(in: 1e-6...1e6, using: &random)
            for t in start..<(start + 20) { bars.close[t] = price }
        }
        for n in [3, 6, 7, 15] {
            for text in ["sma(close, \(n))", "wma(close, \(n))", "bollinger_upper(close, \(n), 1.5)"] {
                let found = try numbers(text, bars)
                for t in 0..<400 where t % 20 >= n - 1 {
                    #expect(found[t] == bars.close[t], "\(text) on bar \(t)")
                }
            }
            let slopes = try numbers("linreg_slope(close, \(n))", bars)
            for t in 0..<400 where t % 20 >= n - 1 { #expect(slopes[t] == 0, "slope of \(n) on bar \(t)") }
        }
    }

    /// Rule R22: a window is undefined while any value in it is, and a recursion starts anew after a gap.
    @Test(arguments: [
        ("sma(log(close), 3)", 2), ("ema(log(close), 3)", 2), ("wma(log(close), 3)", 2),
        ("stdev(log(close), 3)", 2),
        ("rsi(log(close), 3)", 3), ("highest(log(close), 3)", 2), ("linreg_slope(log(close), 3)", 2),
        ("zscore(log(close), 3)", 2), ("correlation(log(close), high, 3)", 2), ("rank(log(close), 3)", 2),
        ("macd(log(close), 2, 3, 2)", 3), ("beta(exp(log(close)), high, 3)", 3),
        ("realized_volatility(close, 3)", 3),
    ])
    func gapsRestartWindows(text: String, warmUp: Int) throws {
        var bars = SampleBars.random(60, seed: 20)
        // No flat windows, whose ratios are undefined for another reason.
        for t in 0..<60 {
            bars.close[t] += Double(t * t % 7) / 100
            bars.high[t] += Double(t * t % 5) / 100
        }
        var tail = bars
        for gap in [0, 20, 22, 23] { bars.close[gap] = 0 }
        let found = try numbers(text, bars)
        for (start, end) in [(1, 20), (24, 60)] {
            for t in start..<end { #expect(found[t].isNaN == (t < start + warmUp), "\(text) on bar \(t)") }
        }
        #expect([0, 20, 21, 22, 23].allSatisfy { found[$0].isNaN })
        // After the gap nothing remembers what was before it.
        tail.timestamps.removeFirst(24)
        tail.open.removeFirst(24)
        tail.high.removeFirst(24)
        tail.low.removeFirst(24)
        tail.close.removeFirst(24)
        tail.volume.removeFirst(24)
        let fresh = try numbers(text, tail)
        #expect(zip(found.dropFirst(24), fresh).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }, "\(text)")
    }

    @Test func windowsLongerThanTheDataAreUndefined() throws {
        let bars = SampleBars.random(10, seed: 1)
        for text in [
            "sma(close, 11)", "ema(close, 1000000000)", "wma(close, 11)", "stdev(close, 11)",
            "highest(close, 11)",
            "close[10]", "atr(10)", "adx(6)", "rsi(close, 10)", "roc(close, 10)", "cci(11)", "stoch_k(9, 3)",
        ] { #expect(try numbers(text, bars).allSatisfy(\.isNaN), "\(text)") }
    }
}
