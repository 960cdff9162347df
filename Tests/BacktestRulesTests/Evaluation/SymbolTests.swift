import BacktestMarketData
import BacktestModel
import BacktestRules
import Testing

/// Several symbols, time of day, sessions and chance.
@Suite struct SymbolTests {
    private let context = RuleContext(symbols: ["A", "B"], other: "other")

    private func bars(_ symbol: String, minutes: [Int64], close: [Double]) -> SampleBars {
        var bars = SampleBars(symbol: symbol)
        for (minute, price) in zip(minutes, close) {
            // 2024-01-05, a Friday, 23:00 UTC, and minutes from there.
            bars.timestamps.append((1_704_495_600 + minute * 60) * Timestamp.nanosecondsPerSecond)
            bars.open.append(price)
            bars.high.append(price + 1)
            bars.low.append(price - 1)
            bars.close.append(price)
            bars.volume.append(10)
        }
        return bars
    }

    private func numbers(_ text: String, _ tape: Tape, _ symbol: Int) throws -> [Double] {
        let rule: Rule = try #require(Rule.parse(text, as: .number, in: context).rule)
        return rule.numbers(tape: tape, symbol: symbol, strategySymbols: [0, 1])
    }

    private func same(_ a: [Double], _ b: [Double]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }

    /// Rule R25: the last close at or before t; an indicator over it alone runs on the other symbol's own bars.
    @Test func anotherSymbolIsSeenAtItsLastClose() throws {
        let a = bars("A", minutes: [0, 1, 2, 3, 10], close: [1, 2, 3, 4, 5])
        let b = bars("B", minutes: [1, 3, 4, 5, 11], close: [10, 20, 30, 40, 50])
        let tape = Tape(series: [a.series, b.series], timeZone: .utc)
        #expect(same(try numbers("B.close", tape, 0), [.nan, 10, 10, 20, 40]))
        #expect(same(try numbers("other.close", tape, 0), [.nan, 10, 10, 20, 40]))
        #expect(same(try numbers("sma(B.close, 2)", tape, 0), [.nan, .nan, .nan, 15, 35]))
        #expect(same(try numbers("B.close[1]", tape, 0), [.nan, .nan, .nan, 10, 30]))
        #expect(same(try numbers("sma(B.close - close, 2)", tape, 0), [.nan, .nan, 7.5, 11.5, 25.5]))
        #expect(same(try numbers("other.close", tape, 1), [2, 4, 4, 4, 5]))
        #expect(same(try numbers("A.close", tape, 0), [1, 2, 3, 4, 5]))
        #expect(same(try numbers("B.high - B.hl2", tape, 0), [.nan, 1, 1, 1, 1]))
    }

    @Test func thePairMirrorsItself() throws {
        let a = SampleBars.random(300, seed: 21, symbol: "A")
        var b = SampleBars.random(300, seed: 22, symbol: "B")
        b.timestamps = a.timestamps
        let tape = Tape(series: [a.series, b.series], timeZone: .utc)
        let strategy = try #require(BuiltinStrategies.named("pairs_zscore"))
        #expect(strategy.symbolCount == 2)
        let rules = strategy.strategyRules(symbols: ["A", "B"])
        var graph = FeatureGraph(tape: tape)
        let first = graph.bind(rules: rules, parameters: [20, 1.5, 0.5], symbol: 0, strategySymbols: [0, 1])
        let second = graph.bind(
            rules: rules,
            parameters: [20, 1.5, 0.5],
            symbol: 1,
            strategySymbols: [0, 1]
        )
        var evaluator = SignalEvaluator(graph: graph)
        let one = evaluator.signals(for: first, store: FeatureStore())
        let two = evaluator.signals(for: second, store: FeatureStore())
        #expect(one.count > 5)
        #expect(one.bars == two.bars)
        let mirrored = one.masks.map { mask in
            SignalAction.allCases.reduce(UInt8(0)) { out, action in
                guard mask & action.mask != 0 else { return out }
                let mirror: SignalAction =
                    switch action {
                    case .enterLong: .enterShort
                    case .enterShort: .enterLong
                    case .exitLong: .exitShort
                    case .exitShort: .exitLong
                    }
                return out | mirror.mask
            }
        }
        #expect(mirrored == two.masks)
    }

    @Test func clocksAndSessions() throws {
        // 23:00 and 23:30 on Friday the 5th, 00:00, 00:30 and 01:00 on Saturday, 23:00 on Saturday, 22:00 on Sunday.
        let minutes: [Int64] = [0, 30, 60, 90, 120, 1_440, 2_820]
        let tape = Tape(
            series: [bars("A", minutes: minutes, close: [1, 2, 3, 4, 5, 6, 7]).series],
            timeZone: .utc
        )
        #expect(try numbers("hour", tape, 0) == [23, 23, 0, 0, 1, 23, 22])
        #expect(try numbers("minute()", tape, 0) == [0, 30, 0, 30, 0, 0, 0])
        #expect(try numbers("day_of_week", tape, 0) == [4, 4, 5, 5, 5, 5, 6])
        #expect(try numbers("month", tape, 0) == [1, 1, 1, 1, 1, 1, 1])
        #expect(try numbers("bars_into_session", tape, 0) == [0, 1, 0, 1, 2, 3, 0])
        // Friday's last bar was at 23:30.
        #expect(same(try numbers("minutes_to_close", tape, 0), [.nan, .nan, 1_410, 1_380, 1_350, 30, 90]))
        // Without a vwap column: hlc3 weighted by volume since the local day began.
        #expect(try numbers("vwap", tape, 0) == [1, 1.5, 3, 3.5, 4, 4.5, 7])
    }

    @Test func chanceIsSeededAndUniform() throws {
        let tape = Tape(
            series: [
                SampleBars.random(4_000, seed: 5, symbol: "A").series,
                SampleBars.random(4_000, seed: 5, symbol: "B").series,
            ],
            timeZone: .utc
        )
        let one = try numbers("random(1)", tape, 0)
        #expect(one == (try numbers("random(1, 0)", tape, 0)))
        for other in [
            try numbers("random(2)", tape, 0), try numbers("random(1, 1)", tape, 0),
            try numbers("random(1)", tape, 1),
        ] {
            #expect(zip(one, other).count { abs($0 - $1) < 1e-3 } < 30)
        }
        #expect(one.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(one.reduce(0, +) / 4_000 - 0.5) < 0.03)
        #expect(abs(Double(one.count { $0 < 0.1 }) / 4_000 - 0.1) < 0.03)
        let lag = zip(one, one.dropFirst()).reduce(0) { $0 + ($1.0 - 0.5) * ($1.1 - 0.5) } / 4_000 * 12
        #expect(abs(lag) < 0.06)
    }

    @Test func engineColumnsAreTheRulesColumns() throws {
        let series = SampleBars.random(120, seed: 6, symbol: "A").series
        let tape = Tape(series: [series], timeZone: .utc)
        #expect(
            same(
                Indicators.averageTrueRange(series: series, period: 14).array,
                try numbers("atr(14)", tape, 0)
            )
        )
        let volatility = Indicators.realizedVolatility(series: series, lookback: 20).array
        #expect(same(volatility, try numbers("realized_volatility(20)", tape, 0)))
        #expect(volatility[19].isNaN && !volatility[20].isNaN)
        #expect(Indicators.averageTrueRange(series: SampleBars().series, period: 3).count == 0)
    }
}
