import BacktestExpressions
import BacktestMarketData
import BacktestModel
import BacktestRules
import Testing

/// Another symbol's values (rule R25) against a plain search, over random pairs of timelines.
@Suite struct OtherSymbolTests {
    private static let hour: Int64 = 3_600 * Timestamp.nanosecondsPerSecond
    private static let day = 24 * hour

    /// A pair of symbols, own bars and those of W, with the lengths of their bars in nanoseconds.
    private struct Pair {
        var own: SampleBars
        var other: SampleBars
        var ownLength: Int64
        var otherLength: Int64
        var staleAfter: Int64?

        init(seed: UInt64) {
            var random = SeededGenerator(state: seed)
            let lengths = [
                OtherSymbolTests.hour, 4 * OtherSymbolTests.hour, OtherSymbolTests.day,
                7 * OtherSymbolTests.day,
            ]
            ownLength = lengths.randomElement(using: &random) ?? OtherSymbolTests.hour
            otherLength = lengths.randomElement(using: &random) ?? OtherSymbolTests.day
            staleAfter =
                [nil, nil, 2 * OtherSymbolTests.day, 20 * OtherSymbolTests.day].randomElement(using: &random)
                ?? nil
            own = Pair.bars("TEST", ownLength, Int.random(in: 1...120, using: &random), seed &* 3, &random)
            other = Pair.bars(
                "W",
                otherLength,
                Int.random(in: 1...120, using: &random),
                seed &* 5 &+ 1,
                &random
            )
        }

        /// Bars on a grid from about the same time on, with holes of some bars and now and then of many.
        private static func bars(
            _ symbol: String,
            _ length: Int64,
            _ count: Int,
            _ seed: UInt64,
            _ random: inout SeededGenerator
        ) -> SampleBars {
            var bars = SampleBars.random(count, seed: seed, symbol: symbol)
            var bar = Int64.random(in: 0...5, using: &random)
            bars.timestamps = (0..<count).map { _ in
                defer {
                    let isLong = Int.random(in: 0..<12, using: &random) == 0
                    bar += isLong ? Int64.random(in: 2...40, using: &random) : 1
                }
                return 19_723 * OtherSymbolTests.day + bar * length
            }
            return bars
        }

        private func series(_ bars: SampleBars, _ length: Int64) -> Series {
            let plain = bars.series
            let calendar = BarCalendar(length: BarLength(nanoseconds: length))
            let isMixed = ownLength != otherLength
            return Series(
                symbol: bars.symbol,
                calendar: calendar,
                timestamps: plain.timestamps,
                known: isMixed ? calendar.ends(of: plain.timestamps) : plain.timestamps,
                open: plain.open,
                high: plain.high,
                low: plain.low,
                close: plain.close,
                volume: plain.volume
            )
        }

        var tape: Tape {
            Tape(
                series: [series(own, ownLength), series(other, otherLength)],
                timeZone: .utc,
                staleAfter: staleAfter
            )
        }

        /// W's values on the own bars: the last one that has ended, where it is not too old.
        func carried(_ values: [Double?]) -> [Double?] {
            let limit = staleAfter ?? max(7 * OtherSymbolTests.day, 3 * otherLength)
            return own.timestamps.map { stamp in
                let end = stamp + ownLength
                guard let last = other.timestamps.lastIndex(where: { $0 + otherLength <= end }) else {
                    return nil
                }
                return end - (other.timestamps[last] + otherLength) > limit ? nil : values[last]
            }
        }
    }

    /// A number made of W's series alone.
    private static func number(_ depth: Int, _ random: inout SeededGenerator) -> String {
        func pick(_ words: [String], _ random: inout SeededGenerator) -> String {
            words.randomElement(using: &random) ?? "W.close"
        }
        if depth == 0 { return pick(["W.close", "W.high", "W.hl2", "W.volume", "W.open"], &random) }
        let x = number(depth - 1, &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return "(\(x) + \(number(depth - 1, &random)))"
        case 1: return "(\(x) - 3 * \(number(depth - 1, &random)))"
        case 2: return "(\(x))[\(pick(["0", "1", "2"], &random))]"
        case 3: return "max(\(x), 100)"
        case 4: return "-abs(\(x))"
        default:
            let name = pick(["sma", "ema", "rsi", "highest", "lowest", "change", "wma", "momentum"], &random)
            return "\(name)(\(x), \(pick(["2", "3", "7"], &random)))"
        }
    }

    private static let mixed = [
        "{w}", "sma({w} - close, 3)", "{w} + close[1]", "rsi(close * 2 - {w}, 4)", "bars_since({w} > close)",
        "bars_since(crosses_above({w}, close))", "({w} + 0 * open)[2]", "highest({w} + low, 5)",
        "bars_since(rising({w}, 2))", "bars_since(({w} > 100)[1])",
    ]

    @Test(arguments: 0..<40)
    func randomPairsAgree(block: Int) throws {
        var defined = 0
        for number in 0..<25 {
            let seed = UInt64(block * 100 + number)
            let pair = Pair(seed: seed)
            var random = SeededGenerator(state: seed &+ 77)
            let inner = OtherSymbolTests.number(Int.random(in: 0...2, using: &random), &random)
            let outer = OtherSymbolTests.mixed[number % OtherSymbolTests.mixed.count]
            let text = outer.replacing("{w}", with: inner)
            var slowOther = SlowEvaluator(bars: pair.other, parameters: [:])
            let values = slowOther.numbers(try ExpressionParser.parse(inner.replacing("W.", with: "")))
            var slow = SlowEvaluator(bars: pair.own, parameters: [:])
            slow.columns["w"] = pair.carried(values)
            let plain = try ExpressionParser.parse(
                outer.replacing("{w}", with: "w"),
                vocabulary: ExpressionVocabulary(names: ["w"], prefixes: [])
            )
            let wanted = slow.numbers(plain)
            if slow.uncertain > 0 || slowOther.uncertain > 0 { continue }
            let context = RuleContext(symbols: ["TEST", "W"], other: "other")
            for written in [text, text.replacing("W.", with: "other.")] {
                let rule: Rule = try #require(
                    Rule.parse(written, as: .number, in: context).rule,
                    "\(written)"
                )
                let found = rule.numbers(tape: pair.tape, strategySymbols: [0, 1])
                let scale = max(1, wanted.compactMap { $0.map(abs) }.max() ?? 1)
                for (bar, values) in zip(found, wanted).enumerated() {
                    if values.1 != nil { defined += 1 }
                    let agrees = values.1.map { abs($0 - values.0) <= 1e-8 * scale } ?? values.0.isNaN
                    if !agrees {
                        Issue.record(
                            "seed \(seed), bar \(bar): \(values.0), not \(values.1 ?? .nan): \(written)"
                        )
                        break
                    }
                }
            }
        }
        #expect(defined > 100, "nearly nothing was compared")
    }

    /// Cutting the data at any bar, W's at the same instant, changes nothing before it.
    @Test(arguments: 0..<60)
    func nothingIsSeenBeforeItHasEnded(seed: Int) throws {
        let pair = Pair(seed: UInt64(seed) &+ 9_000)
        var random = SeededGenerator(state: UInt64(seed))
        let inner = OtherSymbolTests.number(2, &random)
        let text = OtherSymbolTests.mixed[seed % OtherSymbolTests.mixed.count].replacing("{w}", with: inner)
        let context = RuleContext(symbols: ["TEST", "W"], other: "other")
        let rule: Rule = try #require(Rule.parse(text, as: .number, in: context).rule)
        let whole = rule.numbers(tape: pair.tape, strategySymbols: [0, 1])
        for count in 1...pair.own.count {
            var cut = pair
            let end = pair.own.timestamps[count - 1] + pair.ownLength
            cut.own = pair.own.first(count)
            cut.other = pair.other.first(pair.other.timestamps.count { $0 + pair.otherLength <= end })
            let part = rule.numbers(tape: cut.tape, strategySymbols: [0, 1])
            #expect(part.map(\.bitPattern) == whole.prefix(count).map(\.bitPattern), "\(text) at \(count)")
        }
    }

    @Test func theWarmUpIsALowerBound() throws {
        let context = RuleContext(symbols: ["TEST", "W"])
        func warmup(_ text: String) throws -> Int {
            let rule = try #require(Rule.parse(text, as: .condition, in: context).rule)
            return StrategyRules(enterLong: rule).warmupBars(parameters: [])
        }
        #expect(try warmup("sma(close, 30) > 1") == 29)
        // Thirty bars of W may lie within two bars of TEST.
        #expect(try warmup("sma(W.close, 30) > 1") == 0)
        #expect(try warmup("sma(W.close - close, 30) > 1") == 29)
    }
}
