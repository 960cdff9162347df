/// Rebuilds the equity curve from the list of fills alone, so that the engine's own books are checked.
enum Replay {
    static func difference(_ outcome: Reference.Outcome, _ scenario: Reference.Scenario) -> String? {
        var worst: String?
        walk(outcome, scenario) { at, cash, marks in
            let equity = cash + marks
            let scale = abs(outcome.equity[at]) + scenario.portfolio.capital + abs(marks)
            if worst == nil, abs(equity - outcome.equity[at]) > 1e-11 * scale {
                worst = "bar \(at): equity \(outcome.equity[at]), replayed \(equity)"
            }
        }
        return worst
    }

    static func lowestCash(_ outcome: Reference.Outcome, _ scenario: Reference.Scenario) -> Double {
        var lowest = scenario.portfolio.capital
        walk(outcome, scenario) { _, cash, _ in lowest = min(lowest, cash) }
        return lowest
    }

    private static func walk(
        _ outcome: Reference.Outcome,
        _ scenario: Reference.Scenario,
        _ visit: (_ at: Int, _ cash: Double, _ marks: Double) -> Void
    ) {
        var cash = scenario.portfolio.capital
        let strategies = scenario.strategies.count
        var positions = [[Double]](
            repeating: [Double](repeating: 0, count: strategies),
            count: scenario.symbols.count
        )
        for (at, time) in outcome.times.enumerated() {
            for fill in outcome.fills where fill.at == at {
                cash -= fill.sign * fill.quantity * fill.price + fill.commission
                positions[fill.symbol][fill.strategy] += fill.sign * fill.quantity
            }
            var marks = 0.0
            for (index, symbol) in scenario.symbols.enumerated() {
                guard let bar = symbol.bars.dropFirst(symbol.warmup).last(where: { $0.time <= time }) else {
                    continue
                }
                for position in positions[index] {
                    marks += position * bar.close
                    guard position < 0, bar.time == time else { continue }
                    // R52; what is left of a rounded close is no position.
                    let notional = -position * bar.close
                    cash -= notional * scenario.execution.borrowRate / scenario.metrics.periodsPerYear
                }
            }
            visit(at, cash, marks)
        }
    }
}
