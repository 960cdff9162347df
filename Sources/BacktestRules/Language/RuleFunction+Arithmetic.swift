extension RuleFunction {
    private static let condition = Argument(name: "c", kind: .condition)
    private static let bars = Argument.window("n", standard: 1)

    static let arithmetic: [RuleFunction] = [
        RuleFunction(
            name: "crosses_above",
            arguments: [.x, .y],
            kind: .condition,
            summary: "x goes from below y to above it; ties in between neither hide nor double a cross",
            warmUp: "1",
            formula: "x > y, and at the last earlier bar where the two differed x < y"
        ),
        RuleFunction(
            name: "crosses_below",
            arguments: [.x, .y],
            kind: .condition,
            summary: "x goes from above y to below it; ties in between neither hide nor double a cross",
            warmUp: "1",
            formula: "x < y, and at the last earlier bar where the two differed x > y"
        ),
        RuleFunction(
            name: "rising",
            arguments: [.x, bars],
            kind: .condition,
            summary: "x rose on each of the last n bars, 1 where n is left out",
            warmUp: "n",
            formula: "x > x[1] and x[1] > x[2] ... n times"
        ),
        RuleFunction(
            name: "falling",
            arguments: [.x, bars],
            kind: .condition,
            summary: "x fell on each of the last n bars, 1 where n is left out",
            warmUp: "n",
            formula: "x < x[1] and x[1] < x[2] ... n times"
        ),
        RuleFunction(
            name: "bars_since",
            arguments: [condition],
            summary: "bars since a condition last held",
            warmUp: "0",
            formula: "0 on a bar where it holds, undefined before the first"
        ),
        RuleFunction(
            name: "abs",
            arguments: [.x],
            summary: "absolute value",
            warmUp: "0",
            formula: "|x|"
        ),
        RuleFunction(
            name: "min",
            arguments: [.x, .y],
            isVariadic: true,
            summary: "smallest of two or more numbers",
            warmUp: "0",
            formula: "undefined where one of them is"
        ),
        RuleFunction(
            name: "max",
            arguments: [.x, .y],
            isVariadic: true,
            summary: "largest of two or more numbers",
            warmUp: "0",
            formula: "undefined where one of them is"
        ),
        RuleFunction(
            name: "log",
            arguments: [.x],
            summary: "natural logarithm",
            warmUp: "0",
            formula: "ln x; undefined for x <= 0"
        ),
        RuleFunction(
            name: "exp",
            arguments: [.x],
            summary: "exponential",
            warmUp: "0",
            formula: "e^x"
        ),
        RuleFunction(
            name: "sqrt",
            arguments: [.x],
            summary: "square root",
            warmUp: "0",
            formula: "undefined for x < 0"
        ),
        RuleFunction(
            name: "sign",
            arguments: [.x],
            summary: "-1, 0 or 1",
            warmUp: "0",
            formula: "1 where x > 0, -1 where x < 0, else 0"
        ),
        RuleFunction(
            name: "random",
            arguments: [
                Argument(name: "seed", kind: .scalar), .window("stream", atLeast: 0, standard: 0),
            ],
            summary: "a number in [0, 1) that depends on seed, stream, symbol and the bar's time alone",
            warmUp: "0",
            formula: "SplitMix64 finaliser over seed, stream, symbol and stamp"
        ),
    ]

    static let times: [RuleFunction] = [
        RuleFunction(
            name: "hour",
            arguments: [],
            summary: "hour of the bar's stamp in data.timezone, 0 to 23",
            warmUp: "0",
            formula: "also without parentheses"
        ),
        RuleFunction(
            name: "minute",
            arguments: [],
            summary: "minute of the bar's stamp in data.timezone, 0 to 59",
            warmUp: "0",
            formula: "also without parentheses"
        ),
        RuleFunction(
            name: "day_of_week",
            arguments: [],
            summary: "day of the week in data.timezone, Monday = 0",
            warmUp: "0",
            formula: "also without parentheses"
        ),
        RuleFunction(
            name: "month",
            arguments: [],
            summary: "month in data.timezone, 1 to 12",
            warmUp: "0",
            formula: "also without parentheses"
        ),
        RuleFunction(
            name: "bars_into_session",
            arguments: [],
            summary: "bars since the first bar of the local day, which is 0",
            warmUp: "0",
            formula: "also without parentheses"
        ),
        RuleFunction(
            name: "minutes_to_close",
            arguments: [],
            summary: "minutes until the session's last bar, judged by earlier days alone",
            warmUp: "the first local day",
            formula: "latest local time of day of a bar on any earlier day, less this bar's; at least 0"
        ),
    ]
}
