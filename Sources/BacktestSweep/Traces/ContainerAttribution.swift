import BacktestMetrics
import BacktestResults

/// Puts what strategies and symbols contributed into a record, in an order that no list of the config decides.
enum ContainerAttribution {
    /// Fills `byStrategy` and `bySymbol`.
    ///
    /// - Parameters:
    ///   - record: The record with its strategies and symbols.
    ///   - metrics: The observer that has seen the container.
    ///   - strategyOrder: Strategy indices by id.
    ///   - symbolOrder: Symbol indices by name.
    ///   - signals: Signals delivered, by strategy and symbol index.
    static func fill(
        _ record: inout ContainerRecord,
        _ metrics: MetricsObserver,
        strategyOrder: [Int],
        symbolOrder: [Int],
        signals: [[Int]]
    ) {
        func attribution(_ key: String, _ part: Contribution, _ signals: Int) -> Attribution {
            Attribution(
                key: key,
                signals: signals,
                totalTrades: part.totalTrades,
                winningTrades: part.winningTrades,
                netProfit: part.netProfit
            )
        }
        let byStrategy = metrics.contributionsByStrategy()
        let bySymbol = metrics.contributionsBySymbol()
        record.byStrategy = strategyOrder.map { index in
            attribution(record.strategies[index], byStrategy[index], signals[index].reduce(0, +))
        }
        record.bySymbol = symbolOrder.map { lane in
            attribution(record.symbols[lane], bySymbol[lane], signals.reduce(0) { $0 + $1[lane] })
        }
    }
}
