extension MetricName {
    /// How it is computed, in the notation of the trading contract.
    ///
    /// r_i: simple return of bar i = 1..n; E_t: equity at close t, E_0 the initial capital; P: periods a year; rf: risk-free
    /// rate a period; N: closed trades; x: net profit of a trade; W: win rate. A quotient by 0 is undefined.
    public var formula: String {
        switch self {
        case .initialCapital: "E_0"
        case .finalEquity: "E_n"
        case .totalReturn: "E_n / E_0 - 1"
        case .cagr: "(E_n / E_0)^(P / n) - 1"
        case .annualizedVolatility: "std(r, ddof 1) x sqrt(P)"
        case .sharpeRatio: "mean(r - rf) / std(r, ddof 1) x sqrt(P)"
        case .sortinoRatio: "mean(r - rf) / sqrt(mean(min(r - rf, 0)^2)) x sqrt(P)"
        case .maxDrawdown: "max over t of 1 - E_t / max(E_0..E_t)"
        case .calmarRatio: "cagr / max_drawdown"
        case .omegaRatio: "sum(max(r, 0)) / sum(max(-r, 0))"
        case .valueAtRisk95: "5 % quantile of r, linear interpolation"
        case .expectedShortfall95: "mean of r <= value_at_risk_95"
        case .ulcerIndex: "sqrt(mean((1 - E_t / max(E_0..E_t))^2)), t = 1..n"
        case .longestDrawdownBars: "longest run of t with E_t < max(E_0..E_t)"
        case .tailRatio: "abs(95 % quantile of r) / abs(5 % quantile of r)"
        case .stability: "R^2 of the cumulative log returns on 0..n-1"
        case .skewness: "mean((r - mean(r))^3) / std(r, ddof 0)^3"
        case .kurtosis: "mean((r - mean(r))^4) / std(r, ddof 0)^4 - 3"
        case .winRate: "winning_trades / total_trades"
        case .profitFactor: "sum(max(x, 0)) / sum(max(-x, 0))"
        case .expectancy: "mean(x)"
        case .payoffRatio: "average_win / -average_loss"
        case .averageWin: "mean of x > 0"
        case .averageLoss: "mean of x < 0"
        case .largestWin: "max of x > 0"
        case .largestLoss: "min of x < 0"
        case .sqn: "sqrt(N) x mean(x) / std(x, ddof 1)"
        case .kellyFraction: "W - (1 - W) / payoff_ratio"
        case .averageDurationBars: "mean(exit bar - entry bar)"
        case .exposureTime: "bars with a position after the last fill / n"
        case .turnover: "sum over fills of quantity x price / mean(E_1..E_n)"
        case .totalCommission: "sum over fills of commission"
        case .totalSlippage: "sum over fills of |fill price - reference price| x quantity"
        case .totalTrades: "number of closed trades"
        case .winningTrades: "number of x > 0"
        case .losingTrades: "number of x < 0"
        case .openPositions: "number of sleeves with a position after bar n"
        }
    }
}
