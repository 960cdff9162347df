import BacktestRules
import Testing

@Suite struct RuleParsingTests {
    static let context = RuleContext(
        parameters: ["fast", "slow", "level"],
        symbols: ["SPY", "QQQ", "BTC-USD", "BRK.B"]
    )

    @Test(arguments: [
        "crosses_above(rsi(close, 14), level) and close > sma(close, slow)",
        "QQQ.close > QQQ.open[1]", "BTC-USD.close / BRK.B.hl2 > 1", "hour == 9 and minute() >= 30",
        "sma(close, fast * 2)[fast] > 0", "(close > open)[2] or not (rsi(close, 14) < 30)",
        "bars_since(close > open) < 3", "min(open, close, 3) < max(high, low)",
        "rising(close) and falling(volume, 3)",
        "obv > obv()[1]", "change(close) > change(close, 3)",
        "realized_volatility(20) > realized_volatility(open, 20)",
        "bollinger_middle(close, 20) > bollinger_middle(close, 20, 2)", "random(fast) < 0.5",
        "macd(close, 12, 26, 9) > 0",
        "day_of_week < 5 and month != 12 and bars_into_session >= 6 and minutes_to_close > 30", "close > 2%",
        "close[0] > 0", "fast < slow", "close[fast] > vwap",
    ])
    func accepted(text: String) {
        let result = Rule.parse(text, as: .condition, in: Self.context)
        #expect(result.diagnostics == [])
        #expect(result.rule?.text == text)
    }

    @Test(arguments: [
        ("close", 0, 5, "needs a condition, this is a number"),
        ("clsoe > 1", 0, 5, "unknown name 'clsoe'"),
        ("close > fats", 8, 4, "unknown name 'fats'"),
        ("smaa(close, 3) > 1", 0, 4, "unknown function 'smaa'"),
        ("sma(close) > 1", 0, 10, "'sma' takes 2 arguments, not 1"),
        ("sma(close, 3, 4) > 1", 0, 16, "'sma' takes 2 arguments, not 3"),
        ("obv(3) > 1", 0, 6, "'obv' takes 0 arguments, not 1"),
        ("abs() > 1", 0, 5, "'abs' takes 1 argument, not 0"),
        ("change(close, 1, 2) > 1", 0, 19, "'change' takes 1 to 2 arguments, not 3"),
        ("min(close) > 1", 0, 10, "'min' takes at least 2 arguments, not 1"),
        ("sma > 1", 0, 3, "'sma' needs its arguments"),
        ("close(1) > 1", 0, 5, "'close' is not a function"),
        ("sma(close, close) > 1", 11, 5, "must be a number or a parameter"),
        ("sma(close, 2.5) > 1", 11, 3, "must be a whole number of 1 or more, not 2.5"),
        ("sma(close, 0) > 1", 11, 1, "must be a whole number of 1 or more, not 0"),
        ("sma(close, -3) > 1", 11, 2, "must be a whole number of 1 or more, not -3"),
        ("zscore(close, 1) > 1", 14, 1, "a whole number of 2 or more, not 1"),
        ("sma(close, 1e12) > 1", 11, 4, "must be a whole number"),
        ("sma(close > 1, 3) > 1", 4, 9, "'sma' needs a number, this is a condition"),
        ("close[-1] > 1", 6, 2, "cannot be negative"),
        ("close[1 - 2] > 1", 6, 5, "a whole number of 0 or more, not -1"),
        ("close[1.5] > 1", 6, 3, "a whole number of 0 or more, not 1.5"),
        ("close[volume] > 1", 6, 6, "must be a number or a parameter"),
        ("close and open > 1", 0, 5, "'and' needs a condition, this is a number"),
        ("not close", 4, 5, "'not' needs a condition"),
        ("close + (open > 1) > 2", 9, 8, "'+' needs a number, this is a condition"),
        ("bars_since(close) > 1", 11, 5, "'bars_since' needs a condition"),
        ("IWM.close > 1", 0, 3, "unknown symbol 'IWM'"),
        ("QQQ.clsoe > 1", 4, 5, "another symbol has no 'clsoe'"),
        ("QQQ.hour > 1", 4, 4, "another symbol has no 'hour'"),
        ("other.close > 1", 0, 5, "'other' needs a strategy of exactly two symbols"),
        ("close > 1 and", 13, 0, "a value is expected"),
        ("1 < close < 2", 10, 1, "do not chain"),
        ("crosses_above(close > 1, 2)", 14, 9, "needs a number, this is a condition"),
    ])
    func refused(text: String, offset: Int, length: Int, message: String) {
        let result = Rule.parse(text, as: .condition, in: Self.context)
        #expect(result.rule == nil)
        #expect(result.diagnostics.count == 1, "\(result.diagnostics)")
        let found = result.diagnostics.first
        #expect(found?.offset == offset)
        #expect(found?.length == length)
        #expect(found?.message.contains(message) == true, "\(found?.message ?? "none")")
    }

    @Test(arguments: [
        ("clsoe > 1", "did you mean 'close'?"), ("smaa(close, 3) > 1", "did you mean 'sma'?"),
        ("close > fats", "did you mean 'fast'?"), ("QQQ.clsoe > 1", "did you mean 'close'?"),
        ("SPX.close > 1", "did you mean 'SPY'?"), ("close[-1] > 1", "no rule can see the future"),
        ("sma > 1", "write sma(x, n)"), ("close(1) > 1", "history is written close[1]"),
    ])
    func hints(text: String, hint: String) {
        #expect(Rule.parse(text, as: .condition, in: Self.context).diagnostics.first?.hint == hint)
    }

    @Test func everyProblemIsReportedInOneGo() {
        let result = Rule.parse("foo > 1 and bar(baz) < sma(close, 0)", as: .condition, in: Self.context)
        #expect(result.diagnostics.map(\.offset) == [0, 12, 16, 34])
    }

    @Test func kindsAndParameters() throws {
        let number = try #require(
            Rule.parse("slow * close + fast - slow", as: .number, in: Self.context).rule
        )
        #expect(number.usedParameters == ["slow", "fast"])
        #expect(Rule.parse("close > 1", as: .number, in: Self.context).diagnostics.count == 1)
        #expect(Rule.parse("close > 1", as: .condition, in: Self.context).rule?.usedParameters == [])
    }

    @Test func reservedNamesCoverTheLanguage() {
        for name in ["sma", "close", "and", "other", "hour", "bars_since", "vwap"] {
            #expect(Indicators.reservedNames.contains(name))
        }
        #expect(Set(Indicators.all.map(\.name)).count == Indicators.all.count)
        for item in Indicators.all {
            #expect(!item.summary.isEmpty && !item.warmUp.isEmpty && !item.formula.isEmpty)
        }
    }

    /// Everything that config.md lists can be used.
    @Test(arguments: [
        "sma ema wma rsi macd macd_signal bollinger_upper bollinger_middle bollinger_lower atr adx plus_di minus_di",
        "stoch_k stoch_d cci roc momentum donchian_upper donchian_lower keltner_upper keltner_middle keltner_lower obv",
        "stdev zscore correlation beta highest lowest rank percentile_rank realized_volatility linreg_slope",
        "crosses_above crosses_below abs min max log exp sqrt sign bars_since rising falling change",
        "hour minute day_of_week month bars_into_session minutes_to_close",
        "open high low close volume hl2 hlc3 ohlc4 vwap",
    ])
    func theLanguageIsComplete(names: String) {
        for name in names.split(separator: " ") {
            #expect(Indicators.all.contains { $0.name == name }, "\(name) is missing")
        }
    }

    @Test func randomTextNeverCrashes() {
        var random = SeededGenerator(state: 99)
        let words = [
            "close", "sma", "(", ")", "[", "]", ",", " and ", "not ", ">", "-", "1", "fast", "QQQ.close",
            "2.5", "rsi(",
            "bars_since(", "other.close", "é", ".", " ", "crosses_above(", "hour", "%",
        ]
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...16, using: &random)
            let text = (0..<length).map { _ in words.randomElement(using: &random) ?? "" }.joined()
            let result = Rule.parse(text, as: .condition, in: Self.context)
            #expect((result.rule == nil) == !result.diagnostics.isEmpty, "\(text)")
            for item in result.diagnostics {
                #expect(item.offset + item.length <= text.utf8.count, "\(text)")
            }
        }
    }
}
