extension RuleCompiler {
    /// The steps that a checked call stands for: few primitive operations make up every function, so that
    /// `bollinger_upper(close, 20, 2)` shares its average with `sma(close, 20)`.
    mutating func lower(_ function: RuleFunction, _ x: [Int32]) -> Int32 {
        switch function.name {
        case "sma", "bollinger_middle": movingAverage(x[0], x[1])
        case "ema": emit(.exponentialAverage, x[0], n: x[1])
        case "wma": emit(.weightedAverage, x[0], n: x[1])
        case "linreg_slope": emit(.linearSlope, x[0], n: x[1])
        case "macd": emit(.blank, emit(.macdLine, x[0], n: x[1], m: x[2]), n: x[3])
        case "macd_signal": emit(.exponentialAverage, emit(.macdLine, x[0], n: x[1], m: x[2]), n: x[3])
        case "rsi": emit(.relativeStrength, x[0], n: x[1])
        case "roc": emit(.rateOfChange, x[0], n: x[1])
        case "momentum", "change": emit(.change, x[0], n: x[1])
        case "stoch_k": slowStochastic(x[0], x[1])
        case "stoch_d": movingAverage(slowStochastic(x[0], x[1]), x[2])
        case "cci": emit(.commodityChannel, own(.hlc3), n: x[0])
        case "adx": emit(.directionalIndex, n: x[0])
        case "plus_di": emit(.plusDirectional, n: x[0])
        case "minus_di": emit(.minusDirectional, n: x[0])
        case "obv": emit(.onBalanceVolume)
        case "random": emit(.random, n: x[0], m: x[1])
        default: lowerBands(function, x)
        }
    }

    private mutating func lowerBands(_ function: RuleFunction, _ x: [Int32]) -> Int32 {
        switch function.name {
        case "bollinger_upper": emit(.addScaled, movingAverage(x[0], x[1]), deviation(x[0], x[1]), n: x[2])
        case "bollinger_lower":
            emit(.addScaled, movingAverage(x[0], x[1]), deviation(x[0], x[1]), n: emit(.negate, x[2]))
        case "atr": emit(.trueRangeAverage, n: x[0])
        case "donchian_upper": emit(.highest, own(.high), n: x[0])
        case "donchian_lower": emit(.lowest, own(.low), n: x[0])
        case "keltner_middle": emit(.exponentialAverage, own(.close), n: x[0])
        case "keltner_upper":
            emit(
                .addScaled,
                emit(.exponentialAverage, own(.close), n: x[0]),
                emit(.trueRangeAverage, n: x[0]),
                n: x[1]
            )
        case "keltner_lower":
            emit(
                .addScaled,
                emit(.exponentialAverage, own(.close), n: x[0]),
                emit(.trueRangeAverage, n: x[0]),
                n: emit(.negate, x[1])
            )
        default: lowerStatistics(function, x)
        }
    }

    private mutating func lowerStatistics(_ function: RuleFunction, _ x: [Int32]) -> Int32 {
        switch function.name {
        case "stdev": deviation(x[0], x[1])
        case "zscore": emit(.zScore, x[0], emit(.prefixMoments, x[0]), n: x[1])
        case "realized_volatility": realizedVolatility(x[0], x[1])
        case "correlation": emit(.correlation, x[0], x[1], n: x[2])
        case "beta": emit(.beta, x[0], x[1], n: x[2])
        case "highest": emit(.highest, x[0], n: x[1])
        case "lowest": emit(.lowest, x[0], n: x[1])
        case "rank": emit(.rank, x[0], n: x[1])
        case "percentile_rank": emit(.percentileRank, x[0], n: x[1])
        case "crosses_above": emit(.crossesAbove, x[0], x[1])
        case "crosses_below": emit(.crossesBelow, x[0], x[1])
        case "rising": emit(.rising, x[0], n: x[1])
        case "falling": emit(.falling, x[0], n: x[1])
        case "bars_since": emit(.barsSince, x[0])
        default: lowerPointwise(function, x)
        }
    }

    private mutating func lowerPointwise(_ function: RuleFunction, _ x: [Int32]) -> Int32 {
        switch function.name {
        case "abs": return emit(.absolute, x[0])
        case "log": return emit(.logarithm, x[0])
        case "exp": return emit(.exponential, x[0])
        case "sqrt": return emit(.squareRoot, x[0])
        case "sign": return emit(.sign, x[0])
        case "min", "max":
            let operation: FeatureOperation = function.name == "min" ? .minimum : .maximum
            var result = x[0]
            for next in x.dropFirst() { result = emit(operation, result, next) }
            return result
        case "hour": return emit(.hour)
        case "minute": return emit(.minute)
        case "day_of_week": return emit(.dayOfWeek)
        case "month": return emit(.month)
        case "bars_into_session": return emit(.barsIntoSession)
        case "minutes_to_close": return emit(.minutesToClose)
        default: preconditionFailure("no operation for '\(function.name)'")
        }
    }

    private mutating func movingAverage(_ x: Int32, _ n: Int32) -> Int32 {
        emit(.movingAverage, x, emit(.prefixSum, x), n: n)
    }

    private mutating func deviation(_ x: Int32, _ n: Int32) -> Int32 {
        emit(.standardDeviation, x, emit(.prefixMoments, x), n: n)
    }

    private mutating func slowStochastic(_ k: Int32, _ slowing: Int32) -> Int32 {
        let low = emit(.lowest, own(.low), n: k)
        let high = emit(.highest, own(.high), n: k)
        return movingAverage(emit(.stochastic, own(.close), low, high), slowing)
    }

    private mutating func realizedVolatility(_ x: Int32, _ n: Int32) -> Int32 {
        let growth = emit(.divide, x, emit(.lag, x, n: constant(1)))
        let returns = emit(.logarithm, growth)
        return emit(.sampleDeviation, returns, emit(.prefixMoments, returns), n: n)
    }
}
