import BacktestModel
import BacktestRules
import CKernels
import Testing

@Suite(.serialized) struct CrossingTests {
    private static let goog = Result { try SampleBars.fixture("goog_daily") }

    /// `sma_cross` on GOOG, long only, next open: closed trades per pair as backtesting.py 0.6.6 and backtrader count them.
    @Test(arguments: [
        (2, 5, 213), (3, 8, 132), (5, 10, 104), (5, 20, 56), (5, 50, 26), (8, 21, 45), (10, 20, 46),
        (10, 30, 32),
        (10, 50, 19), (10, 100, 18), (12, 26, 36), (15, 45, 22), (20, 40, 24), (20, 50, 19), (20, 60, 19),
        (20, 100, 13), (25, 75, 16), (30, 60, 20), (30, 90, 12), (40, 80, 15), (50, 100, 11), (50, 150, 8),
        (50, 200, 4), (100, 200, 4),
    ])
    func tradeCountsAgreeWithTheOracle(fast: Double, slow: Double, trades: Int) throws {
        let bars = try Self.goog.get()
        let list = try signals("sma_cross", [fast, slow], bars)
        var isLong = false
        var closed = 0
        // A signal on the last bar doesn't fill.
        for (bar, mask) in zip(list.bars, list.masks) where Int(bar) < bars.count - 1 {
            if isLong, mask & SignalAction.exitLong.mask != 0 {
                isLong = false
                closed += 1
            } else if !isLong, mask & SignalAction.enterLong.mask != 0 {
                isLong = true
            }
        }
        #expect(closed == trades)
    }

    /// Rule R1: the averages of 12 and 26 bars are equal in decimals on bar 697 and not in doubles, so the signal is on bar
    /// 697 and the fill on 698 (backtesting.py, backtrader), not one bar later (vectorbt).
    @Test func aTieInDecimalsIsNoTieInDoubles() throws {
        let bars = try Self.goog.get()
        let list = try signals("sma_cross", [12, 26], bars)
        let row = try #require(list.bars.firstIndex(of: 697))
        #expect(list.masks[row] == SignalAction.enterLong.mask | SignalAction.exitShort.mask)
        #expect(!list.bars.contains(698))
        let fast: Rule = try #require(Rule.parse("sma(close, 12)", as: .number, in: RuleContext()).rule)
        let slow: Rule = try #require(Rule.parse("sma(close, 26)", as: .number, in: RuleContext()).rule)
        #expect(fast.numbers(tape: bars.tape)[697] == 472.15000000000003)
        #expect(slow.numbers(tape: bars.tape)[697] == 472.15)
    }

    @Test(
        arguments: [
            // above and below alternate; ties and gaps (0/0) in between neither hide nor double a cross
            ([1, 3], [1], []), ([1, 3, 1], [1], [2]), ([3, 1, 3], [2], [1]), ([1, 2, 3], [2], []),
            ([1, 2, 2, 3], [3], []),
            ([3, 2, 3], [], []), ([2, 3], [], []), ([2, 2, 1, 3], [3], []), ([1, 0, 3], [2], []),
            ([1, 0, 2, 0, 3, 3], [4], []),
            ([0, 0, 3, 1], [], [3]),
        ] as [([Double], [Int32], [Int32])]
    )
    func crossesPassOverTiesAndGaps(closes: [Double], above: [Int32], below: [Int32]) {
        // 0 stands for an undefined value: log(0) is undefined.
        var bars = SampleBars.random(closes.count, seed: 1)
        bars.close = closes
        for (text, wanted) in [
            ("crosses_above(log(close), log(2))", above), ("crosses_below(log(close), log(2))", below),
        ] {
            #expect(rows(text, bars) == wanted, "\(text) on \(closes)")
        }
    }

    @Test func crossesSpanWordsOfTies() {
        // A side kept through hundreds of tied bars, over several 64-bit words, for every place of the last difference.
        for start in [0, 1, 62, 63, 64, 65, 127, 128] {
            var bars = SampleBars.random(400, seed: 2)
            bars.close = (0..<400).map { $0 == start ? 1 : $0 == 390 ? 3 : 2 }
            #expect(rows("crosses_above(close, 2)", bars) == [390])
            #expect(rows("crosses_below(close, 2)", bars) == [])
            #expect(rows("crosses_below(2, close)", bars) == [390])
        }
    }

    @Test func everyInstructionSetGivesTheSameBits() {
        defer { admf_compare_set_level(-1) }
        var random = SeededGenerator(state: 5)
        for count in [0, 1, 7, 63, 64, 65, 128, 200, 513] {
            let pool: [Double] = [1, 1, 2, 3, -0.0, 0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude]
            let a = (0..<count).map { _ in pool.randomElement(using: &random) ?? 0 }
            let b = (0..<count).map { _ in pool.randomElement(using: &random) ?? 0 }
            var byLevel: [[[UInt64]]] = []
            for level in [ADMF_COMPARE_PORTABLE, ADMF_COMPARE_AVX2, ADMF_COMPARE_AVX512] {
                admf_compare_set_level(Int32(level))
                byLevel.append(allComparisons(a, b, count))
            }
            #expect(byLevel[0] == byLevel[1])
            #expect(byLevel[0] == byLevel[2])
            let plain: [(Double, Double) -> Bool] = [
                { $0 > $1 }, { $0 >= $1 }, { $0 < $1 }, { $0 <= $1 }, { $0 == $1 }, { $0 < $1 || $0 > $1 },
            ]
            for (index, holds) in plain.enumerated() {
                for i in 0..<count {
                    #expect((byLevel[0][index][i / 64] >> UInt64(i % 64) & 1 == 1) == holds(a[i], b[i]))
                    #expect((byLevel[0][index + 6][i / 64] >> UInt64(i % 64) & 1 == 1) == holds(a[i], 1))
                }
                if count % 64 > 0 { #expect(byLevel[0][index][count / 64] >> UInt64(count % 64) == 0) }
            }
            #expect(byLevel[0][12] == byLevel[0][0] && byLevel[0][13] == byLevel[0][2])
            #expect(byLevel[0][14] == byLevel[0][6] && byLevel[0][15] == byLevel[0][8])
        }
    }

    private func allComparisons(_ a: [Double], _ b: [Double], _ count: Int) -> [[UInt64]] {
        var out = [[UInt64]](repeating: [UInt64](repeating: ~0, count: (count + 63) / 64), count: 16)
        admf_compare_gt(a, b, count, &out[0])
        admf_compare_ge(a, b, count, &out[1])
        admf_compare_lt(a, b, count, &out[2])
        admf_compare_le(a, b, count, &out[3])
        admf_compare_eq(a, b, count, &out[4])
        admf_compare_ne(a, b, count, &out[5])
        admf_compare_gt_scalar(a, 1, count, &out[6])
        admf_compare_ge_scalar(a, 1, count, &out[7])
        admf_compare_lt_scalar(a, 1, count, &out[8])
        admf_compare_le_scalar(a, 1, count, &out[9])
        admf_compare_eq_scalar(a, 1, count, &out[10])
        admf_compare_ne_scalar(a, 1, count, &out[11])
        var (greater, less) = (out[0], out[0])
        admf_compare_both(a, b, count, &greater, &less)
        out[12] = greater
        out[13] = less
        admf_compare_both_scalar(a, 1, count, &greater, &less)
        out[14] = greater
        out[15] = less
        return out
    }

    private func signals(_ name: String, _ parameters: [Double], _ bars: SampleBars) throws -> SignalList {
        let strategy = try #require(BuiltinStrategies.named(name))
        var graph = FeatureGraph(tape: bars.tape)
        let variant = graph.bind(
            rules: strategy.strategyRules(symbols: ["TEST"]),
            parameters: parameters,
            symbol: 0,
            strategySymbols: [0]
        )
        var evaluator = SignalEvaluator(graph: graph)
        return evaluator.signals(for: variant, store: FeatureStore())
    }

    private func rows(_ text: String, _ bars: SampleBars) -> [Int32] {
        let rules = StrategyRules(
            trigger: .level,
            enterLong: Rule.parse(text, as: .condition, in: RuleContext()).rule
        )
        var graph = FeatureGraph(tape: bars.tape)
        let variant = graph.bind(rules: rules, parameters: [], symbol: 0, strategySymbols: [0])
        var evaluator = SignalEvaluator(graph: graph)
        return evaluator.signals(for: variant, store: FeatureStore()).bars
    }
}
