public import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestRules

/// How a run's metrics are scaled to a year, and what is doubtful about its days (rules R13 and R25).
public struct RunCalendar: Sendable {
    /// The year of the containers that trade some symbols.
    public struct Annualization: Sendable, Hashable {
        /// The symbols.
        public var symbols: [String]
        /// Periods a year before the sweep's values are applied.
        public var periods: Double
        /// Why, one sentence without a full stop.
        public var reason: String
    }

    /// Spans of fewer days say little about a year.
    private static let shortSpanDays = 30

    /// Default periods of each timeline.
    let periods: [PeriodsPerYear]
    /// The year of each timeline's containers: one for each set of symbols, portfolios first.
    public let annualizations: [Annualization]
    /// What the user should know, one sentence each.
    public let warnings: [String]

    /// That of no timeline.
    init() { (periods, annualizations, warnings) = ([], [], []) }

    /// Looks at the timelines of a plan's portfolios and analyses.
    public init(_ plan: RunPlan, _ loaded: LoadedTape) {
        var sets: [[Int]] = []
        for strategies in plan.portfolios.map(\.strategies) + plan.analyses.map(\.strategies) {
            let symbols = Set(strategies.flatMap { plan.strategies[$0].symbols }).sorted()
            if !sets.contains(symbols) { sets.append(symbols) }
        }
        self.init(plan, loaded, sets.map { Timeline(tape: loaded.tape, symbols: $0) })
    }

    init(_ plan: RunPlan, _ loaded: LoadedTape, _ timelines: [Timeline]) {
        let periods = timelines.map { PeriodsPerYear(timeline: $0) }
        self.periods = periods
        annualizations = zip(timelines, periods).map { timeline, standard in
            let symbols = timeline.lanes.map(\.series.symbol)
            if let written = plan.metrics.periodsPerYear {
                let reason = "metrics.periods_per_year says so"
                return Annualization(symbols: symbols, periods: written, reason: reason)
            }
            return plan.metrics.returns == .daily
                ? Annualization(symbols: symbols, periods: standard.days, reason: standard.daysReason)
                : Annualization(symbols: symbols, periods: standard.bars, reason: standard.barsReason)
        }
        var warnings: [String] = []
        for (annualization, standard) in zip(annualizations, periods) {
            let symbols = annualization.symbols.joined(separator: ", ")
            if plan.metrics.periodsPerYear == nil, let warning = standard.warning {
                warnings.append("\(symbols): \(warning)")
            }
            if let note = RunCalendar.note(onSpan: standard.spanDays) {
                warnings.append("\(symbols): \(note)")
            }
        }
        self.warnings = warnings + RunCalendar.staleness(plan, loaded)
    }

    /// Why the years are what they are, in one sentence for all symbols where they agree.
    var reason: String {
        guard let first = annualizations.first else { return "no bars, taken as daily" }
        if annualizations.allSatisfy({ $0.periods == first.periods && $0.reason == first.reason }) {
            return first.reason
        }
        return annualizations.map {
            "\($0.symbols.joined(separator: ", ")): \($0.periods), because \($0.reason)"
        }
        .joined(separator: "; ")
    }

    /// What to know of a year made of few days, `nil` for enough of them.
    private static func note(onSpan days: Int) -> String? {
        guard days > 0, days < shortSpanDays else { return nil }
        return
            "note: a short span of \(days) day\(days == 1 ? "" : "s"); what is scaled to a year (cagr, volatility, Sharpe and the "
            + "like) says little below \(shortSpanDays) days"
    }

    /// For each symbol that rules name, the first time at which its last bar is too old.
    private static func staleness(_ plan: RunPlan, _ loaded: LoadedTape) -> [String] {
        var readers: [Int: Set<Int>] = [:]
        let heard = Set((plan.portfolios.map(\.strategies) + plan.analyses.map(\.strategies)).joined())
        for index in heard {
            let strategy = plan.strategies[index]
            guard case .rules(let rules) = strategy.source else { continue }
            for symbol in strategy.symbols {
                for source in rules.namedSymbols(evaluating: symbol, strategySymbols: strategy.symbols) {
                    readers[source, default: []].insert(symbol)
                }
            }
        }
        return readers.keys.sorted().compactMap { source in
            let all = (readers[source] ?? []).sorted().compactMap {
                Staleness(of: source, beside: $0, loaded.tape)
            }
            guard let first = all.min(by: { ($0.end, $0.symbol) < ($1.end, $1.symbol) }) else { return nil }
            let name = plan.data.bars[source].symbol
            return
                "\(name): its last bar, of \(Timestamp(nanoseconds: first.lastStamp).iso8601), is too old on "
                + "\(plan.data.bars[first.symbol].symbol)'s bar of \(Timestamp(nanoseconds: first.stamp).iso8601), so what rules "
                + "make of \(name) is undefined until its next bar; data.stale_after sets how old a bar may be"
        }
    }
}

/// The first tradable bar of a symbol on which another one's last bar is too old.
private struct Staleness {
    var symbol: Int
    var end: Int64
    var stamp: Int64
    var lastStamp: Int64

    /// `nil` where it never is.
    init?(of source: Int, beside symbol: Int, _ tape: Tape) {
        let series = tape.series[symbol]
        let other = tape.series[source]
        var found: (bar: Int, last: Int)?
        series.eachKnown(of: other, staleAfter: tape.staleAfter) { bar, last, isStale in
            if isStale, found == nil, bar >= series.firstTradable { found = (bar, last) }
        }
        guard let found else { return nil }
        self.symbol = symbol
        end = series.times(beside: other)[found.bar]
        stamp = series.timestamps[found.bar]
        lastStamp = other.timestamps[found.last]
    }
}
