public import BacktestMarketData
public import BacktestModel

extension Indicators {
    /// Wilder's average true range in price units, as `atr(period)` in a rule (TA-Lib ATR).
    ///
    /// - Parameters:
    ///   - series: The bars.
    ///   - period: Bars of the average, at least 1.
    /// - Returns: a value per bar, NaN before index `period`.
    public static func averageTrueRange(series: Series, period: Int) -> Column<Double> {
        precondition(period >= 1, "a period has at least one bar")
        return Column(count: series.count) { buffer in
            guard let out = buffer.baseAddress else { return }
            RecursiveKernels.trueRangeAverage(BarPointers(series), period, series.count, out)
        }
    }

    /// Standard deviation (ddof 1) of the log returns of the close per bar, not annualised, as
    /// `realized_volatility(lookback)` in a rule.
    ///
    /// - Parameters:
    ///   - series: The bars.
    ///   - lookback: Returns in the window, at least 2.
    /// - Returns: a value per bar, NaN before index `lookback`.
    public static func realizedVolatility(series: Series, lookback: Int) -> Column<Double> {
        precondition(lookback >= 2, "a sample deviation needs two returns")
        let count = series.count
        let returns = Column<Double>(count: count) { buffer in
            for i in 0..<count {
                buffer[i] = i == 0 ? .nan : ScalarMath.logarithm(series.close[i] / series.close[i - 1])
            }
        }
        let moments = Column<Double>(count: 4 * (count + 1)) { buffer in
            guard let out = buffer.baseAddress else { return }
            MomentKernels.prefixMoments(returns.pointer, count, out)
        }
        return Column(count: count) { buffer in
            guard let out = buffer.baseAddress else { return }
            MomentKernels.deviation(returns.pointer, moments.pointer, lookback, degrees: 1, count, out)
        }
    }
}
