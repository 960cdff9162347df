import BacktestConfiguration
import BacktestEngine
import BacktestModel
import BacktestSweep
import Testing

/// Sweeps of which nobody makes every set: what they hold is told without making it.
@Suite("Large sweeps")
struct LargeSweepTests {
    private func text(_ fast: String, _ slow: String, _ constraint: String) -> String {
        minimal
            + "sweep:\n  parameters:\n    cross.fast: \(fast)\n    cross.slow: \(slow)\n  constraints: [\"\(constraint)\"]\n"
    }

    private let million = "range(1, 1000000, 1)"

    @Test(arguments: [
        "cross.fast < cross.slow", "cross.fast > cross.slow", "cross.fast * 2 <= cross.slow",
        "cross.fast > 3",
        "cross.fast + cross.slow > 1900000", "not (cross.fast >= cross.slow - 10)",
        "abs(cross.fast - cross.slow) > 10 and cross.fast != cross.slow",
    ])
    func aMillionTimesAMillionIsRefusedWithABound(constraint: String) throws {
        let error = try onlyError(text(million, million, constraint))
        #expect(error.code == "too_many_containers")
        #expect(error.message.contains("more than 10000000 containers of 1000000000000 combinations"))
    }

    /// The first sets of a large sweep are those of a small one, and their ids are as wide as the whole needs.
    @Test(arguments: [
        ("cross.fast < cross.slow", [[1.0, 2], [1, 3]]), ("cross.fast > cross.slow", [[2, 1], [3, 1]]),
        ("cross.fast > 999998 and cross.slow > 7", [[999_999, 8], [999_999, 9]]),
        ("cross.slow - cross.fast > 900000", [[1, 900_002], [1, 900_003]]),
    ])
    func aLimitFindsTheFirst(constraint: String, first: [[Double]]) throws {
        let plan = try plan(text(million, million, constraint), limit: 2)
        let found = (0..<2).map { plan.parameterValues(ofSet: $0).map(\.value) }
        #expect(found == first.map { $0.map { Scalar.number($0) } })
    }

    @Test func whatIsLeftOfALargeProductIsCountedExactly() throws {
        let small = try plan(text(million, million, "cross.fast + cross.slow < 100"))
        // 98 + 97 + ... + 1.
        #expect(small.sweep.setCount == 98 * 99 / 2)
        #expect(!small.sweep.isLowerBound)
        let last = small.parameterValues(ofSet: small.sweep.setCount - 1).map(\.value)
        #expect(last == [.number(98), .number(1)])
        let none = try onlyError(text(million, million, "cross.fast + cross.slow < 2"))
        #expect(none.code == "empty_sweep")
    }

    /// Under a limit an id is as wide as that of the whole run, where there can be one.
    @Test func idsAreThoseOfTheWholeRun() throws {
        let whole = text("range(1, 200, 1)", "range(1, 200000, 1)", "cross.slow < cross.fast * 10")
        let all = try plan(whole)
        let some = try plan(whole, limit: 3)
        #expect(all.sweep.setCount > 100_000)
        #expect(some.sweep.numberedSetCount == all.sweep.setCount)
        for set in 0..<3 {
            #expect(some.containerID(ofPortfolio: 0, set: set) == all.containerID(ofPortfolio: 0, set: set))
            #expect(some.sweep.rows(ofSet: set) == all.sweep.rows(ofSet: set))
        }
    }

    /// No order of the lists and no gap in them is taken for granted.
    @Test(arguments: ["cross.fast < cross.slow", "cross.fast == cross.slow or dip.trend > 150"])
    func listsInAnyOrder(constraint: String) throws {
        let lists =
            "sweep:\n  parameters:\n    cross.fast: [9, 2, 'range(3, 7, 2)', 4]\n    dip.trend: [100, 200, 50]\n"
            + "    cross.slow: ['range(4, 8, 1)', 3, 12]\n"
        let all = try plan(minimal + lists)
        let kept = try plan(minimal + lists + "  constraints: [\"\(constraint)\"]\n")
        let expected = (0..<all.sweep.setCount).filter { set in
            let values = all.settings(ofPortfolio: 0, set: set).parameters
            return constraint.hasSuffix("slow")
                ? values[0] < values[1] : values[0] == values[1] || values[3] > 150
        }
        #expect(kept.sweep.survivors == expected)
    }

    /// A case that leaves a path out has the value of the file there.
    @Test func casesUnderConstraints() throws {
        let plan = try plan(
            minimal
                + "sweep:\n  cases: [{cross.fast: 5}, {cross.slow: 9}, {cross.fast: 40}, {cross.fast: 7, cross.slow: 8}]\n"
                + "  constraints: [cross.fast < cross.slow]\n"
        )
        #expect(plan.sweep.survivors == [0, 3])
    }

    /// Nine million values are neither made nor kept, and each is there when it is asked for.
    @Test func aLongRangeIsNotExpanded() throws {
        let plan = try plan(minimal + "sweep:\n  parameters:\n    cross.fast: range(1, 9000000, 1)\n")
        #expect(plan.sweep.setCount == 9_000_000)
        for set in [0, 1, 4_321_987, 8_999_999] {
            #expect(plan.settings(ofPortfolio: 0, set: set).parameters[0] == Double(set + 1))
            #expect(plan.parameterValues(ofSet: set).map(\.value) == [.number(Double(set + 1))])
        }
        let rates = try stops("range(0.00001%, 90%, 0.00001%)")
        #expect(rates.settings(ofPortfolio: 0, set: 6_999_999).portfolio.risk.stopLoss == .rate(0.7))
    }

    private func stops(_ range: String) throws -> RunPlan {
        try plan(minimal + "sweep:\n  parameters:\n    main.risk.stop_loss: \(range)\n")
    }

    /// A value that a key refuses is found in a long range too: past a bound, and between whole numbers.
    @Test(arguments: [
        ("main.risk.max_drawdown", "range(0.000001, 1.2, 0.000001)"), ("cross.fast", "range(1, 30000, 0.5)"),
        ("cross.fast", "range(-3, 30000, 1)"),
    ])
    func whatALongRangeMayNotHold(path: String, range: String) throws {
        let error = try onlyError(minimal + "sweep:\n  parameters:\n    \(path): \(range)\n")
        #expect(error.code == "out_of_range")
    }

    /// Why the first two and the last value of a long range stand for all: what a path accepts has no gaps.
    @Test func whatAPathAcceptsHasNoGaps() throws {
        let text = minimal + "sweep:\n  parameters:\n"
        let base = try plan(minimal)
        let paths =
            ["cross.fast", "dip.oversold"]
            + [
                "initial_capital", "sizing.value", "sizing.lookback", "sizing.lot_size",
                "sizing.minimum_trades",
            ]
            .map { "main.\($0)" }
            + [
                "stop_loss", "take_profit", "trailing_stop", "max_holding_bars", "cooldown_bars",
                "max_positions",
                "max_drawdown", "daily_loss_limit", "max_leverage",
            ].map { "main.risk.\($0)" }
            + ["execution.latency_bars", "execution.max_participation", "metrics.periods_per_year"]
        for path in paths {
            for numbers in [
                [-3, -2, -1, 0, 1, 2, 3, 50, 1_000, 3_000_000_000], [-0.5, 0.1, 0.5, 0.9, 1.1, 1.5, 2.5],
            ] {
                let accepted = numbers.map { number in
                    load(text + "    \(path): [\(number)]\n").diagnostics.allSatisfy {
                        $0.code != "out_of_range"
                    }
                }
                if let first = accepted.firstIndex(of: true), let last = accepted.lastIndex(of: true) {
                    #expect(accepted[first...last].allSatisfy { $0 }, "\(path) \(numbers) \(accepted)")
                }
            }
        }
        #expect(base.sweep.setCount == 1)
    }

    @Test func zippedRangesCountTheirValues() throws {
        let plan = try plan(
            minimal
                + "sweep:\n  parameters:\n    cross.fast: ['range(1, 3, 1)', 10]\n    cross.slow: [20, 30, 40, 50]\n  zip: [[cross.fast, cross.slow]]\n"
        )
        #expect(plan.sweep.setCount == 4)
        #expect(plan.parameterValues(ofSet: 3).map(\.value) == [.number(10), .number(50)])
    }
}
