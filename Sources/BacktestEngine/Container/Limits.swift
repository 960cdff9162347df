import BacktestModel

/// A limit that a mark crossed.
struct Breach {
    /// Timeline index of the bar at whose close it happened.
    var bar: Int
    /// Which limit: `maxDrawdown`, `insolvency` or `dailyLossLimit`.
    var reason: ExitReason
    /// What was observed: the loss as a share, or the equity for insolvency.
    var observed: Double
    /// The limit.
    var limit: Double
}

/// The container's limits on equity (rules R5 and R66), fed with every mark in order.
struct Limits {
    var maxDrawdown = Double.infinity
    var dailyLoss = Double.infinity
    private var peak = 0.0
    private var dayStart = 0.0
    private var last = 0.0
    private var day = Int32.min
    /// Day on which no entries are allowed any more.
    var blockedDay = Int32.min
    /// Whether the container has been halted for good.
    var isHalted = false
    /// Whether equity has been at or below 0.
    var isRuined = false

    init() {}

    init(portfolio: PortfolioOptions, days: UnsafePointer<Int32>, barCount: Int) {
        maxDrawdown = portfolio.risk.maxDrawdown ?? .infinity
        dailyLoss = portfolio.risk.dailyLossLimit ?? .infinity
        peak = portfolio.initialCapital
        dayStart = portfolio.initialCapital
        last = portfolio.initialCapital
        if barCount > 0 { day = days[0] }
    }

    /// Whether a limit beyond insolvency is set.
    var isOn: Bool { maxDrawdown < .infinity || dailyLoss < .infinity }

    /// Takes the equity at a bar's close; `nil` where no limit is crossed.
    mutating func check(_ equity: Double, bar: Int, days: UnsafePointer<Int32>) -> Breach? {
        if days[bar] != day {
            day = days[bar]
            dayStart = last
        }
        last = equity
        // Rule R5: a ruin after another halt is told, too.
        if equity <= 0, !isRuined {
            return Breach(bar: bar, reason: .insolvency, observed: equity, limit: 0)
        }
        if isHalted { return nil }
        if equity > peak { peak = equity }
        let drawdown = 1 - equity / peak
        if drawdown >= maxDrawdown {
            return Breach(bar: bar, reason: .maxDrawdown, observed: drawdown, limit: maxDrawdown)
        }
        let loss = 1 - equity / dayStart
        if loss >= dailyLoss, day != blockedDay {
            return Breach(bar: bar, reason: .dailyLossLimit, observed: loss, limit: dailyLoss)
        }
        return nil
    }

    /// Takes bars from `first` up to `end` during which nothing was held; only the first can cross a limit.
    mutating func check(
        flat equity: Double,
        from first: Int,
        to end: Int,
        days: UnsafePointer<Int32>
    ) -> Breach? {
        if let breach = check(equity, bar: first, days: days) { return breach }
        if days[end - 1] != day {
            day = days[end - 1]
            dayStart = equity
        }
        return nil
    }
}
