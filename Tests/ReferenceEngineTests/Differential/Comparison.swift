/// The first difference between two outcomes of one scenario, in the order in which a reader would look for it.
struct Comparison {
    let scenario: Reference.Scenario
    let expected: Reference.Outcome
    let actual: Reference.Outcome
    /// Relative tolerance of every number.
    var tolerance = 1e-9

    /// One line that names the first difference, `nil` where there is none.
    var firstDifference: String? {
        let curve = fillDifference ?? tradeDifference ?? equityDifference
        if curve != nil || isRuinedByRounding { return curve }
        return stateDifference ?? refusalDifference ?? metricDifference
    }

    /// Whether both engines have an equity of nothing and rounding alone (1e-13 of a currency unit, on either side of 0) decides
    /// which of them is insolvent: all that was paid in was sold at a price of 0 (R51).
    private var isRuinedByRounding: Bool {
        guard (expected.ruin == nil) != (actual.ruin == nil),
            let bar = expected.ruin ?? actual.ruin
        else { return false }
        let dust = 1e-12 * scenario.portfolio.capital
        return abs(expected.equity[bar]) <= dust && abs(actual.equity[bar]) <= dust
    }

    // MARK: - Numbers

    /// Equal to the tolerance; `scale` is what the number is a small difference of.
    private func same(_ a: Double, _ b: Double, scale: Double = 0) -> Bool {
        a == b || abs(a - b) <= tolerance * max(abs(a), abs(b)) + 1e-12 * scale
    }

    private func check(
        _ place: String,
        _ fields: [(String, Double, Double, scale: Double)]
    ) -> String? {
        for (name, a, b, scale) in fields where !same(a, b, scale: scale) {
            return "\(place): \(name) \(b), the reference has \(a)"
        }
        return nil
    }

    // MARK: - Fills and trades

    private var fillDifference: String? {
        for (index, (a, b)) in zip(expected.fills, actual.fills).enumerated() {
            let place = "fill \(index)"
            if (a.at, a.strategy, a.symbol, a.isEntry) != (b.at, b.strategy, b.symbol, b.isEntry)
                || a.sign != b.sign
            {
                return "\(place): \(b)\n  the reference has \(a)"
            }
            let difference = check(
                "\(place) at \(a.at)",
                [
                    ("quantity", a.quantity, b.quantity, 0), ("price", a.price, b.price, 0),
                    ("commission", a.commission, b.commission, 0),
                    ("slippage", a.slippage, b.slippage, a.quantity * abs(a.price)),
                ]
            )
            if let difference { return difference }
        }
        guard expected.fills.count != actual.fills.count else { return nil }
        let next = min(expected.fills.count, actual.fills.count)
        return """
            \(actual.fills.count) fills, the reference has \(expected.fills.count); number \(next) is
              \(next < actual.fills.count ? "\(actual.fills[next])" : "missing")
              the reference has \(next < expected.fills.count ? "\(expected.fills[next])" : "none")
            """
    }

    private var tradeDifference: String? {
        guard expected.trades.count == actual.trades.count else {
            return "\(actual.trades.count) trades, the reference has \(expected.trades.count)"
        }
        if Set(actual.tradeIDs).count != actual.tradeIDs.count { return "two trades have one number" }
        for (index, (a, b)) in zip(expected.trades, actual.trades).enumerated() {
            let place = "trade \(index)"
            if (a.strategy, a.symbol, a.entryTime, a.exitTime) != (
                b.strategy, b.symbol, b.entryTime, b.exitTime
            )
                || a.side != b.side || a.barsHeld != b.barsHeld || a.reason != b.reason
            {
                return "\(place): \(b)\n  the reference has \(a)"
            }
            let stake = a.quantity * abs(a.entryPrice)
            let difference = check(
                "\(place), entered at \(a.entryTime)",
                [
                    ("entry_price", a.entryPrice, b.entryPrice, 0),
                    ("exit_price", a.exitPrice, b.exitPrice, 0),
                    ("quantity", a.quantity, b.quantity, 0), ("gross_pnl", a.grossPnL, b.grossPnL, stake),
                    ("commission", a.commission, b.commission, 0),
                    ("slippage", a.slippage, b.slippage, stake),
                    ("net_pnl", a.netPnL, b.netPnL, stake), ("return", a.returnOnEntry, b.returnOnEntry, 1),
                    ("mae", a.mae, b.mae, 1),
                    ("mfe", a.mfe, b.mfe, 1),
                ]
            )
            if let difference { return difference }
        }
        return nil
    }

    // MARK: - Curve and state

    private var equityDifference: String? {
        if expected.times != actual.times { return "the timelines differ" }
        if expected.equity.count != actual.equity.count { return "the curves differ in length" }
        for (index, (a, b)) in zip(expected.equity, actual.equity).enumerated()
        where !same(a, b, scale: scenario.portfolio.capital) {
            return "equity at \(index): \(b), the reference has \(a)"
        }
        return nil
    }

    private var stateDifference: String? {
        if expected.halted != actual.halted {
            return "halted \(text(actual.halted)), the reference has \(text(expected.halted))"
        }
        guard expected.openPositions.count == actual.openPositions.count else {
            return
                "\(actual.openPositions.count) open positions, the reference has \(expected.openPositions.count)"
        }
        for (a, b) in zip(expected.openPositions, actual.openPositions) {
            if (a.strategy, a.symbol) != (b.strategy, b.symbol) { return "open position \(b), not \(a)" }
            if !same(a.position, b.position) { return "open position \(b), not \(a)" }
            if !same(a.entryPrice, b.entryPrice) { return "open position \(b), not \(a)" }
        }
        return nil
    }

    /// Orders that came to nothing, by reason.
    private var refusalDifference: String? {
        for reason in Reference.Rejection.allCases {
            let a = expected.rejections[reason, default: 0]
            let b = actual.rejections[reason, default: 0]
            if a != b { return "\(b) rejections for \(reason), the reference has \(a)" }
        }
        let counts = [
            ("cut", expected.cuts, actual.cuts), ("unfilled", expected.unfilled, actual.unfilled),
            ("cancelled", expected.cancelled, actual.cancelled),
        ]
        for (name, a, b) in counts where a != b { return "\(b) orders \(name), the reference has \(a)" }
        let breaches = (expected.dailyBreaches, actual.dailyBreaches)
        return breaches.0 == breaches.1
            ? nil : "daily limits crossed at \(breaches.1), the reference has \(breaches.0)"
    }

    private func text(_ halt: Reference.Halt?) -> String { halt.map { "\($0)" } ?? "never" }

    // MARK: - Metrics

    private var metricDifference: String? {
        let unstable = UnstableMetrics.of(expected, scenario).union(UnstableMetrics.of(actual, scenario))
        let scales = MetricScales(expected, scenario)
        for metric in Reference.Metric.allCases where !unstable.contains(metric) {
            let a = expected.metrics[metric]
            let b = actual.metrics[metric]
            switch (a, b) {
            case (nil, nil): continue
            case (let a?, let b?) where same(a, b, scale: scales[metric]): continue
            default:
                return "\(metric.rawValue) \(b.map { "\($0)" } ?? "null"), the reference has "
                    + (a.map { "\($0)" } ?? "null")
            }
        }
        return nil
    }
}

/// What each metric is a small difference of, so that cancelled digits are not compared.
struct MetricScales {
    private let capital: Double

    init(_ outcome: Reference.Outcome, _ scenario: Reference.Scenario) {
        let traded = outcome.fills.map { $0.quantity * abs($0.price) }.reduce(0, +)
        capital = scenario.portfolio.capital + traded
    }

    subscript(metric: Reference.Metric) -> Double {
        switch metric {
        case .initialCapital, .finalEquity, .expectancy, .averageWin, .averageLoss, .largestWin, .largestLoss,
            .totalCommission, .totalSlippage:
            capital
        // A fourth power over a square: what is cancelled counts many times.
        case .kurtosis: 1_000
        case .totalTrades, .winningTrades, .losingTrades, .openPositions, .longestDrawdownBars: 0
        default: 100
        }
    }
}

/// Metrics that rounding alone decides in a scenario: quotients of noise, counts that an ulp moves.
enum UnstableMetrics {
    static func of(_ outcome: Reference.Outcome, _ scenario: Reference.Scenario) -> Set<Reference.Metric> {
        var unstable: Set<Reference.Metric> = []
        let curve = [scenario.portfolio.capital] + outcome.equity
        let metrics = outcome.metrics
        if (metrics[.annualizedVolatility] ?? 0) < 1e-6 {
            unstable.formUnion([.sharpeRatio, .skewness, .kurtosis, .stability, .tailRatio, .omegaRatio])
            unstable.formUnion([.sortinoRatio])
        }
        let returns = Reference.returns(
            curve,
            days: outcome.days,
            daily: scenario.metrics.daily,
            ruin: outcome.ruin
        )
        let losses = Reference.sum(returns.map { max(-$0, 0) })
        if losses < 1e-7 { unstable.formUnion([.omegaRatio, .sortinoRatio]) }
        let quantile = metrics[.valueAtRisk95] ?? 0
        if abs(quantile) < 1e-7 { unstable.insert(.tailRatio) }
        // R71 leaves nothing to rounding but what lies at the very edge of its tolerance.
        if returns.contains(where: { isAtEdge($0 - quantile) }) { unstable.insert(.expectedShortfall95) }
        if (metrics[.maxDrawdown] ?? 0) < 1e-10 { unstable.insert(.calmarRatio) }
        if curve.contains(where: { abs($0) < 1e-6 * scenario.portfolio.capital }) {
            unstable.formUnion(Reference.Metric.allCases.filter { $0 != .finalEquity })
        }
        if let tail = metrics[.tailRatio], tail < 1e-4 || tail > 1e3 { unstable.insert(.tailRatio) }
        if let calmar = metrics[.calmarRatio], abs(calmar) < 1e-6 { unstable.insert(.calmarRatio) }
        var peak = curve[0]
        for equity in curve {
            peak = max(peak, equity)
            if isAtEdge(1 - equity / peak) { unstable.insert(.longestDrawdownBars) }
        }
        let noisy = outcome.trades.contains { abs($0.netPnL) < 1e-9 * $0.quantity * abs($0.entryPrice) }
        if noisy {
            unstable.formUnion([.winRate, .profitFactor, .payoffRatio, .averageWin, .averageLoss])
            unstable.formUnion([.winningTrades, .losingTrades, .kellyFraction, .largestWin, .largestLoss])
        }
        let nets = outcome.trades.map(\.netPnL)
        let largest = nets.map { abs($0) }.max() ?? 0
        if let deviation = Reference.sampleDeviation(nets),
            deviation < 1e-9 * scenario.portfolio.capital || deviation < 1e-3 * largest
        {
            unstable.insert(.sqn)
        }
        return unstable
    }

    /// Within some ulps of 1e-12, R71's tolerance.
    private static func isAtEdge(_ distance: Double) -> Bool { abs(distance - 1e-12) < 1e-14 }
}
