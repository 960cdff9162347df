extension RuleFunction {
    private static let optionalDeviations = Argument(name: "k", kind: .scalar, standard: 2)

    static let channels: [RuleFunction] = [
        RuleFunction(
            name: "bollinger_upper",
            arguments: [.x, .n, .k],
            summary: "upper Bollinger band",
            warmUp: "n - 1",
            formula: "sma(x, n) + k x stdev(x, n) (TA-Lib BBANDS)"
        ),
        RuleFunction(
            name: "bollinger_middle",
            arguments: [.x, .n, optionalDeviations],
            summary: "middle Bollinger band; k may be left out",
            warmUp: "n - 1",
            formula: "sma(x, n) (TA-Lib BBANDS)"
        ),
        RuleFunction(
            name: "bollinger_lower",
            arguments: [.x, .n, .k],
            summary: "lower Bollinger band",
            warmUp: "n - 1",
            formula: "sma(x, n) - k x stdev(x, n) (TA-Lib BBANDS)"
        ),
        RuleFunction(
            name: "atr",
            arguments: [.n],
            summary: "average true range of the symbol's bars",
            warmUp: "n",
            formula: "Wilder average of the true range, seeded with the mean of bars 1..n (TA-Lib ATR)"
        ),
        RuleFunction(
            name: "donchian_upper",
            arguments: [.n],
            summary: "highest high of the last n bars, the current one included",
            warmUp: "n - 1",
            formula: "highest(high, n); for a breakout compare with donchian_upper(n)[1]"
        ),
        RuleFunction(
            name: "donchian_lower",
            arguments: [.n],
            summary: "lowest low of the last n bars, the current one included",
            warmUp: "n - 1",
            formula: "lowest(low, n); for a breakout compare with donchian_lower(n)[1]"
        ),
        RuleFunction(
            name: "keltner_upper",
            arguments: [.n, .k],
            summary: "upper Keltner channel of the symbol's bars",
            warmUp: "n",
            formula: "ema(close, n) + k x atr(n)"
        ),
        RuleFunction(
            name: "keltner_middle",
            arguments: [.n, optionalDeviations],
            summary: "middle of the Keltner channel; k may be left out",
            warmUp: "n - 1",
            formula: "ema(close, n)"
        ),
        RuleFunction(
            name: "keltner_lower",
            arguments: [.n, .k],
            summary: "lower Keltner channel of the symbol's bars",
            warmUp: "n",
            formula: "ema(close, n) - k x atr(n)"
        ),
    ]

    static let statistics: [RuleFunction] = [
        RuleFunction(
            name: "stdev",
            arguments: [.x, .n],
            summary: "population standard deviation (ddof 0)",
            warmUp: "n - 1",
            formula: "sqrt(mean((x - mean)^2)) over the last n values (TA-Lib STDDEV)"
        ),
        RuleFunction(
            name: "zscore",
            arguments: [.x, .window("n", atLeast: 2)],
            summary: "distance from the mean in standard deviations (ddof 0)",
            warmUp: "n - 1",
            formula: "(x - sma(x, n)) / stdev(x, n); undefined where stdev is 0"
        ),
        RuleFunction(
            name: "realized_volatility",
            arguments: [.x, .window("n", atLeast: 2)],
            summary:
                "standard deviation (ddof 1) of log returns per bar, not annualised; x may be left out for close",
            warmUp: "n",
            formula: "sample deviation of log(x / x[1]) over the last n returns"
        ),
        RuleFunction(
            name: "correlation",
            arguments: [.x, .y, .window("n", atLeast: 2)],
            summary: "Pearson correlation of two series",
            warmUp: "n - 1",
            formula: "over the last n pairs of values (TA-Lib CORREL); undefined where one side is flat"
        ),
        RuleFunction(
            name: "beta",
            arguments: [.x, .y, .window("n", atLeast: 2)],
            summary: "slope of the returns of y on the returns of x",
            warmUp: "n",
            formula:
                "covariance / variance of the last n simple returns (TA-Lib BETA); undefined where x is flat"
        ),
        RuleFunction(
            name: "highest",
            arguments: [.x, .n],
            summary: "largest of the last n values, the current one included",
            warmUp: "n - 1",
            formula: "max of the last n values (TA-Lib MAX)"
        ),
        RuleFunction(
            name: "lowest",
            arguments: [.x, .n],
            summary: "smallest of the last n values, the current one included",
            warmUp: "n - 1",
            formula: "min of the last n values (TA-Lib MIN)"
        ),
        RuleFunction(
            name: "rank",
            arguments: [.x, .n],
            summary: "rank of the current among the last n values, 1 the smallest, ties averaged",
            warmUp: "n - 1",
            formula: "1 + count(smaller) + (count(equal) - 1) / 2"
        ),
        RuleFunction(
            name: "percentile_rank",
            arguments: [.x, .n],
            summary: "rank as a fraction, above 0, at most 1",
            warmUp: "n - 1",
            formula: "rank(x, n) / n"
        ),
    ]
}
