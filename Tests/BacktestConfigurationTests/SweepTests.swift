import BacktestConfiguration
import BacktestEngine
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestRules
import BacktestSweep
import Foundation
import Testing

@Suite("Sweeps")
struct SweepTests {
    private func sweep(_ text: String, limit: Int? = nil) throws -> RunPlan {
        try plan(minimal + "sweep:\n" + text, limit: limit)
    }

    /// The printed values of an axis with one path.
    private func printed(_ plan: RunPlan, axis: Int = 0) -> [Scalar] {
        plan.sweep.axes[axis].rows.compactMap { $0[0]?.printed }
    }

    @Test(arguments: [
        ("range(5, 50, 5)", [5.0, 10, 15, 20, 25, 30, 35, 40, 45, 50]),
        ("range(5, 52, 5)", [5, 10, 15, 20, 25, 30, 35, 40, 45, 50]),
        ("range(7, 7, 1)", [7]), ("range(1,3,1)", [1, 2, 3]), ("range(1e1, 2e1, 5)", [10, 15, 20]),
        ("[range(1, 3, 1), 10, range(20, 40, 10)]", [1, 2, 3, 10, 20, 30, 40]),
    ])
    func wholeRanges(text: String, values: [Double]) throws {
        let plan = try sweep(
            "  parameters: {}\n".replacingOccurrences(of: "{}", with: "\n    cross.fast: \"\"")
                .replacingOccurrences(of: "\"\"", with: quoted(text))
        )
        #expect(printed(plan) == values.map { .number($0) })
    }

    private func quoted(_ text: String) -> String {
        text.hasPrefix("[")
            ? text.replacingOccurrences(of: "range(1, 3, 1)", with: "'range(1, 3, 1)'")
                .replacingOccurrences(of: "range(20, 40, 10)", with: "'range(20, 40, 10)'") : text
    }

    @Test(arguments: [
        ("range(1%, 3%, 1%)", [0.01, 0.02, 0.03]), ("range(0.1, 0.3, 0.1)", [0.1, 0.2, 0.3]),
        ("range(10bps, 30bps, 10bps)", [0.001, 0.002, 0.003]),
        (
            "range(0.05, 0.7, 0.05)",
            [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7]
        ),
        ("[0.7%, 7bps, 0.007]", [0.007, 0.0007, 0.007]),
    ])
    func rates(text: String, values: [Double]) throws {
        let plan = try sweep("  parameters:\n    main.risk.stop_loss: \(text)\n")
        // Exactly these doubles: what the decimal text rounds to, not what a multiplication gives.
        #expect(printed(plan) == values.map { .number($0) })
        for (set, value) in values.enumerated() {
            #expect(plan.settings(ofPortfolio: 0, set: set).portfolio.risk.stopLoss == .rate(value))
        }
    }

    @Test func anObjectiveAloneRanksWithoutASweep() throws {
        let plan = try sweep("  objective: {maximize: sharpe_ratio}\n")
        #expect(!plan.sweep.isSweep)
        #expect(plan.sweep.objective?.metric == .sharpeRatio)
    }

    @Test func negativeRange() throws {
        let text =
            minimal.replacingOccurrences(of: "oversold: 30", with: "oversold: -1")
            + "sweep:\n  parameters:\n    dip.oversold: range(-0.2, 0.1, 0.1)\n"
        #expect(printed(try plan(text)) == [-0.2, -0.1, 0, 0.1].map { .number($0) })
    }

    @Test func theLastPathVariesFastest() throws {
        let plan = try sweep(
            "  parameters:\n    cross.fast: [1, 2]\n    cross.slow: [10, 20, 30]\n"
        )
        let sets = (0..<plan.sweep.setCount).map { plan.parameterValues(ofSet: $0).map(\.value) }
        #expect(
            sets
                == [[1, 10], [1, 20], [1, 30], [2, 10], [2, 20], [2, 30]].map { $0.map { Scalar.number($0) } }
        )
        #expect(plan.containerID(ofPortfolio: 0, set: 5) == "main_0005")
        #expect(plan.tradingContainerCount == 6)
    }

    @Test func valuesReachTheirPlaces() throws {
        let text =
            minimalData + minimalStrategies + """
                portfolios:
                  - {id: a, strategies: [cross]}
                  - {id: b, strategies: [dip]}
                sweep:
                  parameters:
                    b.risk.stop_loss: [null, {atr: 2}, {distance: 1.5}, 1%]
                    execution.commission: [0.1%]
                    execution.slippage.spread: [0.02]
                    execution.fill: [next_close]
                    a.direction: [short_only]
                    b.sizing.fractional: [false]
                    metrics.risk_free: [2%]
                    dip.trend: [100]

                """
        let plan = try plan(text)
        let a = plan.settings(ofPortfolio: 0, set: 1)
        let b = plan.settings(ofPortfolio: 1, set: 1)
        #expect(a.portfolio.risk.stopLoss == nil)
        #expect(b.portfolio.risk.stopLoss == .atr(multiple: 2, period: 14))
        #expect(a.portfolio.direction == .shortOnly)
        #expect(b.portfolio.direction == .longOnly)
        #expect(b.portfolio.sizing.lotSize == 1)
        #expect(a.portfolio.sizing.lotSize == nil)
        for settings in [a, b] {
            #expect(settings.execution.commission.rate == 0.001)
            #expect(settings.execution.slippage.spread == 0.02)
            #expect(settings.execution.fill == .nextClose)
            #expect(settings.metrics.riskFree == 0.02)
            #expect(settings.parameters == [10, 30, 30, 100])
        }
        let printed = plan.parameterValues(ofSet: 1).map(\.value)
        #expect(
            printed == [
                .text("{atr: 2, period: 14}"), .number(0.001), .number(0.02), .text("next_close"),
                .text("short_only"), .boolean(false), .number(0.02), .number(100),
            ]
        )
        #expect(plan.settings(ofPortfolio: 1, set: 0).portfolio.risk.stopLoss == nil)
        #expect(plan.parameterValues(ofSet: 0)[0].value == .null)
        #expect(plan.settings(ofPortfolio: 1, set: 2).portfolio.risk.stopLoss == .price(1.5))
    }

    @Test func zipWalksTogether() throws {
        let plan = try sweep(
            """
              parameters:
                cross.fast: [5, 10]
                dip.oversold: [20, 30, 40]
                cross.slow: range(50, 60, 10)
              zip: [[cross.fast, cross.slow]]

            """
        )
        #expect(plan.sweep.setCount == 6)
        #expect(plan.sweep.paths == ["cross.fast", "dip.oversold", "cross.slow"])
        let sets = (0..<6).map { plan.parameterValues(ofSet: $0).map(\.value) }
        #expect(sets[0] == [.number(5), .number(20), .number(50)])
        #expect(sets[2] == [.number(5), .number(40), .number(50)])
        #expect(sets[3] == [.number(10), .number(20), .number(60)])
    }

    @Test func casesAreSets() throws {
        let plan = try sweep(
            """
              cases:
                - {cross.fast: 5, cross.slow: 20}
                - {cross.fast: 8, main.risk.stop_loss: 2%}

            """
        )
        #expect(plan.sweep.setCount == 2)
        #expect(plan.parameterValues(ofSet: 0).map(\.path) == ["cross.fast", "cross.slow"])
        #expect(plan.parameterValues(ofSet: 1).map(\.path) == ["cross.fast", "main.risk.stop_loss"])
        // What a case leaves out stays as the file has it.
        #expect(plan.settings(ofPortfolio: 0, set: 1).parameters == [8, 30, 30, 200])
        #expect(plan.settings(ofPortfolio: 0, set: 1).portfolio.risk.stopLoss == .rate(0.02))
        #expect(plan.settings(ofPortfolio: 0, set: 0).portfolio.risk.stopLoss == nil)
    }

    @Test func casesTimesParameters() throws {
        let plan = try sweep(
            "  parameters:\n    dip.trend: [100, 200]\n  cases: [{cross.fast: 5}, {cross.fast: 6}, {cross.slow: 9}]\n"
        )
        #expect(plan.sweep.setCount == 6)
        #expect(plan.settings(ofPortfolio: 0, set: 5).parameters == [10, 9, 30, 200])
    }

    @Test(arguments: [
        "cross.fast < cross.slow", "cross.fast * 2 <= cross.slow and dip.oversold != 20",
        "cross.slow - cross.fast > dip.oversold / 2 or cross.fast = 1", "not (cross.fast > 4)",
        "cross.fast + dip.trend >= 203", "main.initial_capital > 1 and cross.slow >= 4",
    ])
    func constraintsKeepExactlyWhatTheyAllow(constraint: String) throws {
        let constraint = constraint.replacingOccurrences(of: " = ", with: " == ")
        let lists =
            "  parameters:\n    cross.fast: range(1, 7, 1)\n    dip.oversold: [10, 20, 30]\n    cross.slow: range(2, 8, 2)\n"
        let all = try sweep(lists)
        let kept = try sweep(lists + "  constraints: [\"\(constraint)\"]\n")
        func allowed(_ set: Int) -> Bool {
            let values = all.parameterValues(ofSet: set).map { value -> Double in
                if case .number(let number) = value.value { return number }
                return .nan
            }
            let (fast, oversold, slow) = (values[0], values[1], values[2])
            switch constraint {
            case "cross.fast < cross.slow": return fast < slow
            case "cross.fast * 2 <= cross.slow and dip.oversold != 20":
                return fast * 2 <= slow && oversold != 20
            case "cross.slow - cross.fast > dip.oversold / 2 or cross.fast == 1":
                return slow - fast > oversold / 2 || fast == 1
            case "not (cross.fast > 4)": return fast <= 4
            case "cross.fast + dip.trend >= 203": return fast + 200 >= 203
            default: return slow >= 4
            }
        }
        let expected = (0..<all.sweep.setCount).filter(allowed)
        #expect(!expected.isEmpty && expected.count < all.sweep.setCount)
        #expect(kept.sweep.survivors == expected)
        #expect(kept.sweep.setCount == expected.count)
        for (index, position) in expected.enumerated() {
            #expect(kept.sweep.rows(ofSet: index) == all.sweep.rows(ofSet: position))
        }
    }

    @Test func severalConstraints() throws {
        let plan = try sweep(
            "  parameters:\n    cross.fast: range(1, 100, 1)\n    cross.slow: range(1, 100, 1)\n"
                + "  constraints: [cross.fast < cross.slow, cross.slow <= 10]\n"
        )
        #expect(plan.sweep.setCount == 45)
    }

    @Test func numbersAreAsWideAsTheyNeed() throws {
        let plan = try sweep(
            "  parameters:\n    cross.fast: range(1, 101, 1)\n    cross.slow: range(1, 100, 1)\n"
        )
        #expect(plan.sweep.setCount == 10_100)
        #expect(plan.containerID(ofPortfolio: 0, set: 7) == "main_00007")
    }

    @Test func tooManyContainersNeedALimit() throws {
        let text =
            minimal
            + "sweep:\n  parameters:\n    cross.fast: range(1, 4000, 1)\n    cross.slow: range(1, 4000, 1)\n"
        let error = try onlyError(text)
        #expect(error.code == "too_many_containers")
        #expect(error.message.contains("16000000"))
        let limited = try plan(text, limit: 100)
        #expect(limited.sweep.setCount == 100)
        #expect(limited.sweep.numberedSetCount == 16_000_000)
        #expect(limited.containerID(ofPortfolio: 0, set: 99) == "main_00000099")
        #expect(limited.parameterValues(ofSet: 99).map(\.value) == [.number(1), .number(100)])
        let huge =
            minimal + "sweep:\n  parameters:\n"
            + ["cross.fast", "cross.slow", "dip.trend"].map {
                "    \($0): range(1, 4000, 1)\n"
            }.joined()
        #expect(try onlyError(huge).message.contains("64000000000"))
        let few = try plan(huge, limit: 5)
        #expect(few.sweep.setCount == 5)
        #expect(few.sweep.numberedSetCount == 64_000_000_000)
        #expect(try onlyError(huge, limit: 5_000_000_000).code == "too_many_containers")
        #expect(try plan(text, limit: 16_000_000).sweep.survivors == nil)
    }

    /// Containers are counted portfolio by portfolio: the first three are of the first one, with a constraint and without.
    @Test(arguments: ["", "  constraints: [cross.fast < 9]\n"])
    func aLimitKeepsTheFirstContainers(constraint: String) throws {
        let text =
            minimalData + minimalStrategies
            + "portfolios: [{id: p, strategies: [cross]}, {id: q, strategies: [cross]}]\n"
            + "sweep:\n  parameters: {cross.fast: \"range(1, 9, 1)\"}\n" + constraint
        #expect(try plan(text, limit: 3).sweep.setCount == 3)
        #expect(try plan(text, limit: .max).sweep.numberedSetCount == (constraint.isEmpty ? 9 : 8))
    }

    @Test func analysesAreContainersToo() throws {
        let text =
            minimalData + minimalStrategies
            + "portfolios: [{id: p, strategies: [cross]}]\ncontainers: [{id: watch, type: analysis, strategies: [cross]}]\n"
            + "sweep:\n  parameters:\n    cross.fast: range(1, 3000, 1)\n    cross.slow: range(1, 2000, 1)\n"
        let error = try onlyError(text)
        #expect(error.code == "too_many_containers")
        #expect(error.message.contains("12000000"))
    }

    /// More sets than an integer counts, in the parameters of one portfolio even.
    @Test func aProductBeyondIntegersIsCutToo() throws {
        let names = ["stop_loss", "take_profit", "trailing_stop", "max_drawdown"]
        let swept = ["p", "q"].flatMap { id in
            names.map { "    \(id).risk.\($0): range(0.0001, 0.9, 0.0001)\n" }
        }
        let text =
            minimalData + minimalStrategies
            + "portfolios: [{id: p, strategies: [cross]}, {id: q, strategies: [cross]}]\n"
            + "sweep:\n  parameters:\n" + swept.joined()
            + "    cross.fast: range(1, 1000, 1)\n    p.risk.daily_loss_limit: range(0.0001, 0.9, 0.0001)\n"
        let plan = try plan(text, limit: 3)
        #expect(plan.sweep.productCount == .max)
        #expect(plan.sweep.setCount == 3)
        #expect(plan.sweep.numberedSetCount == .max)
        #expect(plan.tradingContainerCount == 6)
        #expect(try onlyError(text).code == "too_many_containers")
    }

    @Test(arguments: ["1e-9223372036854775808", "1e-19", "1e9223372036854775807"])
    func anExponentOutOfReachIsAnError(number: String) throws {
        let error = try onlyError(
            minimal + "sweep:\n  parameters:\n    cross.fast: \"range(\(number), 3, 1)\"\n"
        )
        #expect(error.code == "invalid_range")
    }

    @Test(
        arguments: [
            ("{method: risk_per_trade, value: 1%}", "{p.sizing.value: [1%, 200]}"),
            ("{method: percent_of_equity, value: 1}", "{p.sizing.value: [101]}"),
            ("{method: fixed_quantity, value: 200}", "{p.sizing.method: [percent_of_equity]}"),
            ("{method: percent_of_equity, value: 1}", "{p.sizing.value: \"range(99, 300, 1)\"}"),
            ("{method: percent_of_equity, value: 200}", "{p.risk.stop_loss: [1%]}"),
        ]
    )
    func aSweptSizeIsBoundedAsAWrittenOneIs(sizing: String, swept: String) throws {
        let error = try onlyError(
            minimalData + minimalStrategies
                + "portfolios: [{id: p, strategies: [cross], risk: {stop_loss: 5%}, sizing: \(sizing)}]\n"
                + "sweep: {parameters: \(swept)}\n"
        )
        #expect(error.code == "out_of_range")
        #expect(error.message.contains("more than 10000 %"))
    }

    /// Only what runs is checked, however many combinations there are.
    @Test func whatALimitLeavesOutIsNotChecked() throws {
        let text =
            minimalData + minimalStrategies + "portfolios: [{id: p, strategies: [cross]}]\n"
            + "sweep:\n  parameters:\n    p.risk.take_profit: range(0.001, 0.9, 0.001)\n"
            + "    p.risk.max_drawdown: range(0.001, 0.9, 0.001)\n"
            + "    p.risk.daily_loss_limit: range(0.001, 0.9, 0.001)\n    p.risk.stop_loss: [0.5, 2]\n"
        #expect(try plan(text, limit: 1).sweep.setCount == 1)
        #expect(try onlyError(text, limit: 2).code == "out_of_range")
    }

    @Test func aLargeFixedQuantityIsNoShare() throws {
        let text =
            minimalData + minimalStrategies
            + "portfolios: [{id: p, strategies: [cross], sizing: {method: fixed_quantity, value: 1}}]\n"
        #expect(
            try plan(text + "sweep: {parameters: {p.sizing.value: [1, 200]}}\n").sweep.setCount == 2
        )
    }

    @Test func aLimitKeepsTheNumbersOfTheWholeSweep() throws {
        let text =
            "  parameters:\n    cross.fast: range(1, 200, 1)\n    cross.slow: range(1, 200, 1)\n  constraints: [cross.fast < cross.slow]\n"
        let all = try sweep(text)
        #expect(all.sweep.setCount == 19_900)
        let some = try sweep(text, limit: 10)
        #expect(some.sweep.setCount == 10)
        #expect(some.sweep.numberedSetCount == 19_900)
        #expect(some.containerID(ofPortfolio: 0, set: 3) == all.containerID(ofPortfolio: 0, set: 3))
    }

    @Test func rulesAreCheckedForTheSetsThatRun() throws {
        let strategies =
            "strategies:\n  - {id: s, params: {a: 5, b: 2}, rules: {enter_long: 'close > sma(close, a - b)'}}\n"
        let base = minimalData + strategies + "portfolios: [{id: p, strategies: [s]}]\n"
        let swept = "sweep:\n  parameters: {s.a: [3, 4], s.b: [1, 2, 3]}\n"
        let outcome = load(base + swept)
        let errors = outcome.diagnostics.filter { $0.severity == .error }
        #expect(errors.map(\.code) == ["rule"], "\(outcome.render(color: false))")
        #expect(errors.first?.message.contains("a = 3, b = 3") == true, "\(outcome.render(color: false))")
        // A constraint that leaves the bad set out makes the sweep sound.
        #expect(try plan(base + swept + "  constraints: [s.a > s.b]\n").sweep.setCount == 5)
    }

    @Test func conflictsThatOnlySomeSetsHave() throws {
        let stops =
            "sweep:\n  parameters: {main.sizing.method: [risk_per_trade], main.risk.stop_loss: [1%, null]}\n"
        let outcome = load(minimal + stops)
        #expect(outcome.diagnostics.map(\.code) == ["conflict"], "\(outcome.render(color: false))")
        let sound = stops.replacingOccurrences(of: "null", with: "{distance: 2}")
        #expect(load(minimal + sound).diagnostics.isEmpty)
        let both = "sweep:\n  parameters: {execution.stop: [null, 1%]}\n"
        #expect(load(minimal + "execution: {limit: 1%}\n" + both).diagnostics.map(\.code) == ["conflict"])
    }

    @Test func shortsMayHaveAStopBeyondTheDoubledPrice() throws {
        let text =
            minimalData + minimalStrategies
            + "portfolios: [{id: p, strategies: [cross], direction: short_only, risk: {stop_loss: 150%}}]\n"
        #expect(try plan(text).portfolios[0].options.risk.stopLoss == .rate(1.5))
    }

    @Test func signalFilesBringTheirOwnStop() throws {
        let text =
            minimalData
            + "strategies: [{id: s, signals: {file: s.csv}}]\n"
            + "portfolios: [{id: p, strategies: [s], sizing: {method: risk_per_trade, value: 1%}}]\n"
        #expect(try plan(text).portfolios[0].options.sizing.method == .riskPerTrade)
    }

    @Test func idsWithDots() throws {
        let text =
            minimalData + "strategies: [{id: a.b, type: sma_cross}, {id: a, type: ema_cross}]\n"
            + "portfolios: [{id: p.1, strategies: [a.b, a]}]\n"
            + "sweep: {parameters: {a.b.fast: [3], a.fast: [4], p.1.risk.cooldown_bars: [2]}, constraints: [a.b.fast < a.b.slow]}\n"
        let settings = try plan(text).settings(ofPortfolio: 0, set: 0)
        #expect(settings.parameters[0] == 3)
        #expect(settings.parameters[2] == 4)
        #expect(settings.portfolio.risk.cooldownBars == 2)
    }

    @Test func warnings() {
        let text = minimal + "sweep: {parameters: {cross.fast: [5, 5], execution.fill: [close, next_open]}}\n"
        #expect(load(text).diagnostics.map(\.code) == ["equal_values", "look_ahead"])
        #expect(load(text).plan?.sweep.setCount == 4)
    }
}
