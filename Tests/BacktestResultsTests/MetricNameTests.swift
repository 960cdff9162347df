import BacktestMetrics
import Testing

@Suite struct MetricNameTests {
    @Test(arguments: MetricName.allCases)
    func everyMetricIsDescribed(metric: MetricName) {
        #expect(MetricName(name: metric.name) == metric)
        #expect(
            metric.name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
            }
        )
        #expect(metric.summary.hasSuffix(".") && !metric.formula.isEmpty)
        #expect((metric.unit == .count) == (metric.kind == .integer && metric != .longestDrawdownBars))
    }

    @Test func namesAreThoseOfTheContract() {
        #expect(Set(MetricName.names).count == MetricName.count)
        #expect(
            MetricName.names.joined(separator: " ")
                == """
                initial_capital final_equity total_return cagr annualized_volatility sharpe_ratio sortino_ratio \
                max_drawdown calmar_ratio omega_ratio value_at_risk_95 expected_shortfall_95 ulcer_index \
                longest_drawdown_bars tail_ratio stability skewness kurtosis win_rate profit_factor expectancy \
                payoff_ratio average_win average_loss largest_win largest_loss sqn kelly_fraction average_duration_bars \
                exposure_time turnover total_commission total_slippage total_trades winning_trades losing_trades \
                open_positions
                """
        )
        #expect(MetricName(name: "Sharpe_Ratio") == nil)
        #expect(MetricName(name: "") == nil)
    }

    @Test func directions() {
        #expect(MetricName.sharpeRatio.higherIsBetter == true)
        #expect(MetricName.maxDrawdown.higherIsBetter == false)
        #expect(MetricName.largestLoss.higherIsBetter == true, "losses are negative: nearer to 0 is better")
        #expect(MetricName.valueAtRisk95.higherIsBetter == true, "signed as returns are")
        #expect(MetricName.totalTrades.higherIsBetter == nil)
    }
}
