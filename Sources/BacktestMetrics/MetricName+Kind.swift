extension MetricName {
    /// Whether a metric counts or measures.
    public enum Kind: String, Sendable, Hashable {
        case integer
        case real
    }

    /// What a metric is measured in.
    public enum Unit: String, Sendable, Hashable {
        /// Money of the account.
        case currency
        /// A plain fraction, 0.1 for 10 %.
        case fraction
        /// A ratio without unit.
        case ratio
        /// Bars of the timeline or of a symbol.
        case bars
        /// A number of trades or positions.
        case count
    }

    /// Whether it counts or measures.
    public var kind: Kind {
        switch self {
        case .longestDrawdownBars, .totalTrades, .winningTrades, .losingTrades, .openPositions: .integer
        default: .real
        }
    }

    /// What it is measured in.
    public var unit: Unit {
        switch self {
        case .initialCapital, .finalEquity, .expectancy, .averageWin, .averageLoss, .largestWin, .largestLoss,
            .totalCommission, .totalSlippage:
            .currency
        case .totalReturn, .cagr, .annualizedVolatility, .maxDrawdown, .valueAtRisk95, .expectedShortfall95,
            .ulcerIndex, .winRate, .kellyFraction, .exposureTime:
            .fraction
        case .sharpeRatio, .sortinoRatio, .calmarRatio, .omegaRatio, .tailRatio, .stability, .skewness,
            .kurtosis,
            .profitFactor, .payoffRatio, .sqn, .turnover:
            .ratio
        case .longestDrawdownBars, .averageDurationBars: .bars
        case .totalTrades, .winningTrades, .losingTrades, .openPositions: .count
        }
    }

    /// Whether more of it is better, `nil` where neither direction is.
    public var higherIsBetter: Bool? {
        switch self {
        case .finalEquity, .totalReturn, .cagr, .sharpeRatio, .sortinoRatio, .calmarRatio, .omegaRatio,
            .valueAtRisk95, .expectedShortfall95, .tailRatio, .stability, .skewness, .winRate, .profitFactor,
            .expectancy, .payoffRatio, .averageWin, .averageLoss, .largestWin, .largestLoss, .sqn,
            .kellyFraction,
            .winningTrades:
            // Losses and value at risk are signed: nearer to 0, or above it, is better.
            true
        case .annualizedVolatility, .maxDrawdown, .ulcerIndex, .longestDrawdownBars, .kurtosis,
            .totalCommission,
            .totalSlippage, .losingTrades:
            false
        case .initialCapital, .averageDurationBars, .exposureTime, .turnover, .totalTrades, .openPositions:
            nil
        }
    }
}
