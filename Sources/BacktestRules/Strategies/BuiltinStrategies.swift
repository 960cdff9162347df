import BacktestModel

/// The strategies that come with the program, all in the rule language (rule R26).
public enum BuiltinStrategies {
    /// In the order in which `admf strategies` prints them.
    public static let all: [BuiltinStrategy] = [
        smaCross, emaCross, macdCross, rsiReversion, bollingerReversion, bollingerBreakout, donchianBreakout,
        keltnerBreakout, momentum, pairsZscore, buyAndHold, randomEntry,
    ]

    /// The strategy of that name, `nil` where there is none.
    public static func named(_ name: String) -> BuiltinStrategy? { all.first { $0.name == name } }

    private static let smaCross = BuiltinStrategy(
        name: "sma_cross",
        summary: "long while the fast simple average is above the slow one, short below",
        parameters: [
            window("fast", 10, "bars of the fast average"), window("slow", 30, "bars of the slow average"),
        ],
        symbolCount: nil,
        rules: crossing("sma(close, fast)", "sma(close, slow)")
    )

    private static let emaCross = BuiltinStrategy(
        name: "ema_cross",
        summary: "long while the fast exponential average is above the slow one, short below",
        parameters: [
            window("fast", 12, "bars of the fast average"), window("slow", 26, "bars of the slow average"),
        ],
        symbolCount: nil,
        rules: crossing("ema(close, fast)", "ema(close, slow)")
    )

    private static let macdCross = BuiltinStrategy(
        name: "macd_cross",
        summary: "long while the MACD is above its signal line, short below",
        parameters: [
            window("fast", 12, "bars of the fast average"), window("slow", 26, "bars of the slow average"),
            window("signal", 9, "bars of the signal line"),
        ],
        symbolCount: nil,
        rules: crossing("macd(close, fast, slow, signal)", "macd_signal(close, fast, slow, signal)")
    )

    private static let rsiReversion = BuiltinStrategy(
        name: "rsi_reversion",
        summary: "buys when the RSI falls below oversold, sells short when it rises above overbought",
        parameters: [
            window("period", 14, "bars of the RSI"),
            number("oversold", 30, "RSI level that opens a long", 0, 100),
            number("overbought", 70, "RSI level that opens a short", 0, 100),
            number("exit", 50, "RSI level that closes either", 0, 100),
        ],
        symbolCount: nil,
        rules: [
            (.exitLong, "crosses_above(rsi(close, period), exit)"),
            (.exitShort, "crosses_below(rsi(close, period), exit)"),
            (.enterLong, "crosses_below(rsi(close, period), oversold)"),
            (.enterShort, "crosses_above(rsi(close, period), overbought)"),
        ]
    )

    private static let bollingerReversion = BuiltinStrategy(
        name: "bollinger_reversion",
        summary:
            "buys a fall through the lower Bollinger band, sells a rise through the upper, back to the middle",
        parameters: bands,
        symbolCount: nil,
        rules: [
            (.exitLong, "crosses_above(close, bollinger_middle(close, period))"),
            (.exitShort, "crosses_below(close, bollinger_middle(close, period))"),
            (.enterLong, "crosses_below(close, bollinger_lower(close, period, deviations))"),
            (.enterShort, "crosses_above(close, bollinger_upper(close, period, deviations))"),
        ]
    )

    private static let bollingerBreakout = BuiltinStrategy(
        name: "bollinger_breakout",
        summary:
            "buys a rise through the upper Bollinger band, sells a fall through the lower, back to the middle",
        parameters: bands,
        symbolCount: nil,
        rules: [
            (.exitLong, "crosses_below(close, bollinger_middle(close, period))"),
            (.exitShort, "crosses_above(close, bollinger_middle(close, period))"),
            (.enterLong, "crosses_above(close, bollinger_upper(close, period, deviations))"),
            (.enterShort, "crosses_below(close, bollinger_lower(close, period, deviations))"),
        ]
    )

    private static let donchianBreakout = BuiltinStrategy(
        name: "donchian_breakout",
        summary:
            "buys a close above the highest high of earlier bars, sells one below the lowest low (turtle rules)",
        parameters: [
            window("entry", 20, "bars of the channel that opens"),
            window("exit", 10, "bars of the channel that closes"),
        ],
        symbolCount: nil,
        rules: [
            (.exitLong, "close < donchian_lower(exit)[1]"),
            (.exitShort, "close > donchian_upper(exit)[1]"),
            (.enterLong, "close > donchian_upper(entry)[1]"),
            (.enterShort, "close < donchian_lower(entry)[1]"),
        ]
    )

    private static let keltnerBreakout = BuiltinStrategy(
        name: "keltner_breakout",
        summary:
            "buys a rise through the upper Keltner channel, sells a fall through the lower, back to the middle",
        parameters: [
            window("period", 20, "bars of the average and of the true range"),
            number("multiplier", 2, "average true ranges between the middle and a band", 0),
        ],
        symbolCount: nil,
        rules: [
            (.exitLong, "crosses_below(close, keltner_middle(period))"),
            (.exitShort, "crosses_above(close, keltner_middle(period))"),
            (.enterLong, "crosses_above(close, keltner_upper(period, multiplier))"),
            (.enterShort, "crosses_below(close, keltner_lower(period, multiplier))"),
        ]
    )

    private static let momentum = BuiltinStrategy(
        name: "momentum",
        summary: "long while the rate of change is positive, short while it is negative",
        parameters: [
            window("lookback", 20, "bars of the rate of change"),
            number("threshold", 0, "rate of change in percent that opens a position", 0),
        ],
        symbolCount: nil,
        rules: [
            (.exitLong, "roc(close, lookback) < 0"),
            (.exitShort, "roc(close, lookback) > 0"),
            (.enterLong, "roc(close, lookback) > threshold"),
            (.enterShort, "roc(close, lookback) < -threshold"),
        ]
    )

    // Each symbol sees the spread from its own side, so the second one mirrors the first by itself.
    private static let pairsZscore = BuiltinStrategy(
        name: "pairs_zscore",
        summary: "trades the log spread of two symbols back to its mean; each symbol mirrors the other",
        parameters: [
            window("lookback", 60, "bars of the spread's mean and deviation", atLeast: 2),
            number("entry", 2, "z-score that opens", 0),
            number("exit", 0.5, "z-score that closes", 0),
        ],
        symbolCount: 2,
        rules: [
            (.exitLong, "crosses_above(\(spreadScore), -exit)"),
            (.exitShort, "crosses_below(\(spreadScore), exit)"),
            (.enterLong, "crosses_below(\(spreadScore), -entry)"),
            (.enterShort, "crosses_above(\(spreadScore), entry)"),
        ]
    )

    private static let spreadScore = "zscore(log(close) - log(other.close), lookback)"

    private static let buyAndHold = BuiltinStrategy(
        name: "buy_and_hold",
        summary: "buys at the first chance and never sells",
        parameters: [],
        symbolCount: nil,
        rules: [(.enterLong, "close > 0")]
    )

    private static let randomEntry = BuiltinStrategy(
        name: "random_entry",
        summary: "buys and sells at random times, the same for the same seed: a baseline that knows nothing",
        parameters: [
            number("probability", 0.05, "chance of an entry on each bar", 0, 1),
            number("exit_probability", 0.05, "chance of an exit on each bar", 0, 1),
            BuiltinParameter(
                name: "seed",
                defaultValue: 42,
                summary: "any whole number; another seed gives another run of luck",
                isWhole: true,
                minimum: 0,
                maximum: 9_007_199_254_740_992
            ),
        ],
        symbolCount: nil,
        rules: [
            (.exitLong, "random(seed, 1) < exit_probability"),
            (.exitShort, "random(seed, 3) < exit_probability"),
            (.enterLong, "random(seed, 0) < probability"),
            (.enterShort, "random(seed, 2) < probability"),
        ]
    )

    private static let bands = [
        window("period", 20, "bars of the average and the deviation"),
        number("deviations", 2, "standard deviations between the middle and a band", 0),
    ]

    private static func crossing(_ fast: String, _ slow: String) -> [(action: SignalAction, text: String)] {
        [
            (.exitLong, "crosses_below(\(fast), \(slow))"),
            (.exitShort, "crosses_above(\(fast), \(slow))"),
            (.enterLong, "crosses_above(\(fast), \(slow))"),
            (.enterShort, "crosses_below(\(fast), \(slow))"),
        ]
    }

    private static func window(
        _ name: String,
        _ value: Double,
        _ summary: String,
        atLeast minimum: Double = 1
    ) -> BuiltinParameter {
        BuiltinParameter(name: name, defaultValue: value, summary: summary, isWhole: true, minimum: minimum)
    }

    private static func number(
        _ name: String,
        _ value: Double,
        _ summary: String,
        _ minimum: Double,
        _ maximum: Double? = nil
    ) -> BuiltinParameter {
        BuiltinParameter(
            name: name,
            defaultValue: value,
            summary: summary,
            isWhole: false,
            minimum: minimum,
            maximum: maximum
        )
    }
}
