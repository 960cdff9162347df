extension MetricName {
    /// The name in metrics.json, summary.csv, `--by`, `--where` and requirements.
    public var name: String {
        switch self {
        case .initialCapital: "initial_capital"
        case .finalEquity: "final_equity"
        case .totalReturn: "total_return"
        case .cagr: "cagr"
        case .annualizedVolatility: "annualized_volatility"
        case .sharpeRatio: "sharpe_ratio"
        case .sortinoRatio: "sortino_ratio"
        case .maxDrawdown: "max_drawdown"
        case .calmarRatio: "calmar_ratio"
        case .omegaRatio: "omega_ratio"
        case .valueAtRisk95: "value_at_risk_95"
        case .expectedShortfall95: "expected_shortfall_95"
        case .ulcerIndex: "ulcer_index"
        case .longestDrawdownBars: "longest_drawdown_bars"
        case .tailRatio: "tail_ratio"
        case .stability: "stability"
        case .skewness: "skewness"
        case .kurtosis: "kurtosis"
        case .winRate: "win_rate"
        case .profitFactor: "profit_factor"
        case .expectancy: "expectancy"
        case .payoffRatio: "payoff_ratio"
        case .averageWin: "average_win"
        case .averageLoss: "average_loss"
        case .largestWin: "largest_win"
        case .largestLoss: "largest_loss"
        case .sqn: "sqn"
        case .kellyFraction: "kelly_fraction"
        case .averageDurationBars: "average_duration_bars"
        case .exposureTime: "exposure_time"
        case .turnover: "turnover"
        case .totalCommission: "total_commission"
        case .totalSlippage: "total_slippage"
        case .totalTrades: "total_trades"
        case .winningTrades: "winning_trades"
        case .losingTrades: "losing_trades"
        case .openPositions: "open_positions"
        }
    }

    /// The metric of that name, `nil` where there is none.
    public init?(name: String) {
        guard let match = MetricName.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    /// Every name, in the order of metrics.json.
    public static let names: [String] = allCases.map(\.name)
}
