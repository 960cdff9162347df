/// Sums over the closed trades of a container so far: what dynamic rules and alerts may ask for.
struct RunningTrades {
    private(set) var count = 0
    private var wins = 0
    private var losses = 0
    private var profit = 0.0
    private var loss = 0.0

    /// Takes a closed trade.
    mutating func take(net: Double) {
        count += 1
        if net > 0 {
            wins += 1
            profit += net
        } else if net < 0 {
            losses += 1
            loss -= net
        }
    }

    /// A metric so far, without `metrics.` before its name; the names are those of `DynamicTraceRule.metricNames`.
    func value(of name: String) -> Double? {
        switch name {
        case "total_pnl", "net_pnl": profit - loss
        case "total_trades": Double(count)
        case "winning_trades": Double(wins)
        case "losing_trades": Double(losses)
        case "win_rate": count > 0 ? Double(wins) / Double(count) : nil
        case "gross_profit": profit
        case "gross_loss": loss
        case "profit_factor": loss > 0 ? profit / loss : nil
        default: nil
        }
    }
}
