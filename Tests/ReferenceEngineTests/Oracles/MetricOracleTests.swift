import Testing

/// The naive metrics against formulas that four libraries agree on (DEFINITIONS.md of the oracle).
struct MetricOracleTests {
    struct Input: Decodable {
        var periodsPerYear: Double
        var equity: [Double]
        var trades: [Trade]
    }

    struct Trade: Decodable {
        var bars: Int
        var `return`: Double
    }

    struct Expected: Decodable {
        var reference: [String: Double]

        enum CodingKeys: CodingKey {
            case reference
        }

        struct Lenient: Decodable {
            var number: Double?

            init(from decoder: any Decoder) throws {
                number = try? decoder.singleValueContainer().decode(Double.self)
            }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            reference = try container.decode([String: Lenient].self, forKey: .reference)
                .compactMapValues(\.number)
        }
    }

    static let curveNames: [(String, Reference.Metric)] = [
        ("total_return", .totalReturn), ("cagr_by_bars", .cagr),
        ("ann_vol_ddof1", .annualizedVolatility), ("sharpe_ann_ddof1", .sharpeRatio),
        ("sortino_ann", .sortinoRatio), ("max_drawdown", .maxDrawdown), ("calmar_bars", .calmarRatio),
        ("omega_threshold0", .omegaRatio), ("ulcer_index_mean_excl_start", .ulcerIndex),
        ("longest_underwater_bars", .longestDrawdownBars), ("var95_hist_linear", .valueAtRisk95),
        ("cvar95_hist_le_quantile", .expectedShortfall95), ("tail_ratio", .tailRatio),
        ("stability_r2", .stability), ("skew_biased_g1", .skewness), ("kurtosis_excess_biased_g2", .kurtosis),
    ]

    static let tradeNames: [(String, Reference.Metric)] = [
        ("n_trades", .totalTrades), ("trade_win_rate", .winRate), ("trade_profit_factor", .profitFactor),
        ("trade_expectancy", .expectancy), ("trade_avg_win", .averageWin), ("trade_avg_loss", .averageLoss),
        ("trade_payoff", .payoffRatio), ("trade_kelly", .kellyFraction), ("sqn_ddof1", .sqn),
    ]

    @Test(arguments: ["goog_buyhold_daily", "goog_smacross_longonly_daily", "spx_buyhold_daily"])
    func everyMetric(name: String) throws {
        let input = try Fixture.decoded(Input.self, "metrics/\(name).input.json")
        let expected = try Fixture.decoded(Expected.self, "metrics/\(name).expected.json").reference
        var values: [Reference.Metric: Double?] = [:]
        var options = Reference.MetricsOptions()
        options.periodsPerYear = input.periodsPerYear
        Reference.curveMetrics(
            capital: input.equity[0],
            curve: input.equity,
            days: Array(input.equity.indices.dropLast()),
            options: options,
            into: &values
        )
        Reference.tradeMetrics(input.trades.map(\.return), bars: input.trades.map(\.bars), into: &values)
        for (key, metric) in Self.curveNames {
            try compare(values[metric] ?? nil, expected[key], "\(name) \(key)")
        }
        // A single trade leaves the spread of trades undefined, in the oracle too.
        for (key, metric) in Self.tradeNames where expected[key] != nil {
            try compare(values[metric] ?? nil, expected[key], "\(name) \(key)")
        }
    }

    private func compare(_ value: Double?, _ expected: Double?, _ label: String) throws {
        let value = try #require(value, "\(label)")
        let expected = try #require(expected, "\(label)")
        #expect(agree(value, expected, 1e-9), "\(label): \(value), expected \(expected)")
    }
}
