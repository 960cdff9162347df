extension RuleFunction {
    static let averages: [RuleFunction] = [
        RuleFunction(
            name: "sma",
            arguments: [.x, .n],
            summary: "simple moving average",
            warmUp: "n - 1",
            formula: "mean of the last n values, compensated to about one unit in the last place (TA-Lib SMA)"
        ),
        RuleFunction(
            name: "ema",
            arguments: [.x, .n],
            summary: "exponential moving average",
            warmUp: "n - 1",
            formula: "e + 2 / (n + 1) x (x - e), seeded with the mean of the first n values (TA-Lib EMA)"
        ),
        RuleFunction(
            name: "wma",
            arguments: [.x, .n],
            summary: "linearly weighted moving average",
            warmUp: "n - 1",
            formula: "sum of i x value i over i = 1..n (oldest first) / (n (n + 1) / 2) (TA-Lib WMA)"
        ),
        RuleFunction(
            name: "linreg_slope",
            arguments: [.x, .window("n", atLeast: 2)],
            summary: "slope of the least-squares line through the last n values, per bar",
            warmUp: "n - 1",
            formula: "least squares on 0..n-1, oldest first (TA-Lib LINEARREG_SLOPE)"
        ),
        RuleFunction(
            name: "macd",
            arguments: [.x, .window("fast"), .window("slow"), .window("signal")],
            summary: "moving average convergence divergence",
            warmUp: "slow + signal - 2",
            formula: "ema(x, fast) - ema(x, slow), both seeded at slow - 1 (TA-Lib MACD)"
        ),
        RuleFunction(
            name: "macd_signal",
            arguments: [.x, .window("fast"), .window("slow"), .window("signal")],
            summary: "signal line of macd",
            warmUp: "slow + signal - 2",
            formula: "ema of the macd line over signal bars (TA-Lib MACD signal)"
        ),
    ]

    static let momentums: [RuleFunction] = [
        RuleFunction(
            name: "rsi",
            arguments: [.x, .n],
            summary: "relative strength index, 0 to 100",
            warmUp: "n",
            formula: "100 x gain / (gain + loss), Wilder averages; 0 where nothing moves (TA-Lib RSI)"
        ),
        RuleFunction(
            name: "roc",
            arguments: [.x, .n],
            summary: "rate of change in percent",
            warmUp: "n",
            formula: "100 x (x / x[n] - 1); undefined where x[n] is 0 (TA-Lib ROC)"
        ),
        RuleFunction(
            name: "momentum",
            arguments: [.x, .n],
            summary: "difference from n bars back",
            warmUp: "n",
            formula: "x - x[n] (TA-Lib MOM)"
        ),
        RuleFunction(
            name: "change",
            arguments: [.x, .window("n", standard: 1)],
            summary: "difference from n bars back, 1 where n is left out",
            warmUp: "n",
            formula: "x - x[n]"
        ),
        RuleFunction(
            name: "stoch_k",
            arguments: [.window("k"), .window("slowing")],
            summary: "slow stochastic %K of the symbol's bars, 0 to 100",
            warmUp: "k + slowing - 2",
            formula:
                "sma of 100 x (close - lowest) / (highest - lowest) over k bars; 0 in a flat window (TA-Lib STOCH)"
        ),
        RuleFunction(
            name: "stoch_d",
            arguments: [.window("k"), .window("slowing"), .window("d")],
            summary: "slow stochastic %D of the symbol's bars, 0 to 100",
            warmUp: "k + slowing + d - 3",
            formula: "sma(stoch_k(k, slowing), d) (TA-Lib STOCH)"
        ),
        RuleFunction(
            name: "cci",
            arguments: [.window("n", atLeast: 2)],
            summary: "commodity channel index of the symbol's bars",
            warmUp: "n - 1",
            formula: "(hlc3 - mean) / (0.015 x mean absolute deviation); 0 in a flat window (TA-Lib CCI)"
        ),
        RuleFunction(
            name: "adx",
            arguments: [.window("n", atLeast: 2)],
            summary: "average directional index of the symbol's bars",
            warmUp: "2 n - 1",
            formula: "Wilder average of 100 x |+DI - -DI| / (+DI + -DI) (TA-Lib ADX)"
        ),
        RuleFunction(
            name: "plus_di",
            arguments: [.window("n", atLeast: 2)],
            summary: "plus directional indicator of the symbol's bars",
            warmUp: "n",
            formula: "100 x Wilder sum of upward movement / Wilder sum of true range (TA-Lib PLUS_DI)"
        ),
        RuleFunction(
            name: "minus_di",
            arguments: [.window("n", atLeast: 2)],
            summary: "minus directional indicator of the symbol's bars",
            warmUp: "n",
            formula: "100 x Wilder sum of downward movement / Wilder sum of true range (TA-Lib MINUS_DI)"
        ),
        RuleFunction(
            name: "obv",
            arguments: [],
            summary: "on-balance volume of the symbol's bars",
            warmUp: "0",
            formula: "volume[0], then + volume on a rise of the close, - volume on a fall (TA-Lib OBV)"
        ),
    ]
}
