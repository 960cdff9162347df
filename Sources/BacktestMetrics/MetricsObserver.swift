public import BacktestEvents
internal import CKernels

/// What a container's stream is about, as far as metrics need to know.
public struct MetricsContext: Sendable {
    /// Cash at the start, E_0, in currency.
    public var initialCapital: Double
    /// Bars of the timeline, n.
    public var bars: Int
    /// Number of strategies; `Event.strategy` is below it.
    public var strategyCount: Int
    /// Number of symbols; `Event.symbol` is below it.
    public var symbolCount: Int
    /// For each strategy its place in an order that does not depend on the config's lists.
    public var strategyOrder: [Int]
    /// For each symbol its place in an order that does not depend on the config's lists.
    public var symbolOrder: [Int]
    /// Bar or daily returns.
    public var returns: ReturnBasis
    /// Timeline index of the last bar of each local day, ascending; needed for daily returns alone.
    public var dayEnds: [Int32]
    /// Periods a year, P: of bars or of days.
    public var periodsPerYear: Double
    /// Yearly risk-free rate.
    public var riskFree: Double

    /// Makes a context; the orders list strategy and symbol indices, first to last.
    public init(
        initialCapital: Double,
        bars: Int,
        strategyCount: Int,
        symbolCount: Int,
        strategyOrder: [Int],
        symbolOrder: [Int],
        returns: ReturnBasis,
        dayEnds: [Int32],
        periodsPerYear: Double,
        riskFree: Double
    ) {
        self.initialCapital = initialCapital
        self.bars = bars
        self.strategyCount = strategyCount
        self.symbolCount = symbolCount
        self.strategyOrder = strategyOrder
        self.symbolOrder = symbolOrder
        self.returns = returns
        self.dayEnds = dayEnds
        self.periodsPerYear = periodsPerYear
        self.riskFree = riskFree
    }
}

/// What a strategy or symbol contributed, by index.
public struct Contribution: Sendable, Equatable {
    /// Signals delivered.
    public var signals = 0
    /// Closed trades.
    public var totalTrades = 0
    /// Closed trades with a net profit above 0.
    public var winningTrades = 0
    /// Sum of their net profits, in currency.
    public var netProfit = 0.0
}

/// The only place where a metric is born: a projection of one container's events and marks.
///
/// A class because the bus and the worker that reuses it from container to container both refer to it. Returns of the
/// exposed bars are kept in one buffer a worker, so quantiles are exact; nothing is allocated from the second container on.
public final class MetricsObserver: EventObserver {
    /// FILL, POSITION_OPEN and POSITION_CLOSE.
    public let interests: EventTypeSet = .trades

    private let marks: UnsafeMutablePointer<admf_marks>
    private var returnsMemory: UnsafeMutablePointer<Double>
    private var returns: UnsafeMutablePointer<Double> { returnsMemory + MetricsObserver.slack }
    private var scratch: UnsafeMutablePointer<Double>
    private var capacity: Int
    private var context: MetricsContext
    private var sleeves: [TradeStatistics] = []
    private var dayCursor = 0
    /// Bars marked so far, where returns are daily.
    private var dailyBars = 0
    private var dayEquity: [Double] = []
    private var hints = QuantileHints()

    /// Kernels read and write whole vectors, up to this many doubles before the first return and after the last.
    private static let slack = 8

    /// Makes an observer without a container; call `begin` before it is attached to a stream.
    public init() {
        marks = .allocate(capacity: 1)
        marks.initialize(to: admf_marks())
        capacity = 1_024
        returnsMemory = .allocate(capacity: capacity + 2 * MetricsObserver.slack)
        scratch = .allocate(capacity: 3 * (capacity + MetricsObserver.slack))
        context = MetricsContext(
            initialCapital: 1,
            bars: 0,
            strategyCount: 0,
            symbolCount: 0,
            strategyOrder: [],
            symbolOrder: [],
            returns: .bar,
            dayEnds: [],
            periodsPerYear: 252,
            riskFree: 0
        )
    }

    deinit {
        marks.deallocate()
        returnsMemory.deallocate()
        scratch.deallocate()
    }

    /// Starts a container's stream.
    public func begin(_ context: MetricsContext) {
        self.context = context
        if context.bars > capacity {
            returnsMemory.deallocate()
            scratch.deallocate()
            capacity = context.bars
            returnsMemory = .allocate(capacity: capacity + 2 * MetricsObserver.slack)
            scratch = .allocate(capacity: 3 * (capacity + MetricsObserver.slack))
        }
        admf_marks_begin(
            marks,
            context.initialCapital,
            Int64(context.bars),
            returns,
            context.returns == .bar ? 1 : 0
        )
        let sleeveCount = context.strategyCount * context.symbolCount
        sleeves.removeAll(keepingCapacity: true)
        sleeves.append(contentsOf: repeatElement(TradeStatistics(), count: sleeveCount))
        dayCursor = 0
        dailyBars = 0
        dayEquity.removeAll(keepingCapacity: true)
    }

    /// Takes fills and the ends of trades into the sums of their sleeve.
    public func observe(events: UnsafeBufferPointer<Event>) {
        let symbolCount = context.symbolCount
        // One access for the batch: a class's property is checked for exclusivity at each.
        sleeves.withUnsafeMutableBufferPointer { sleeves in
            for index in events.indices {
                let sleeve = Int(events[index].strategy) &* symbolCount &+ Int(events[index].symbol)
                switch events[index].type {
                case .fill:
                    sleeves[sleeve].commission += events[index].value0
                    sleeves[sleeve].slippage += events[index].value1
                    sleeves[sleeve].notional += events[index].quantity * events[index].price
                case .positionOpen:
                    sleeves[sleeve].open += 1
                case .positionClose:
                    sleeves[sleeve].open -= 1
                    sleeves[sleeve].close(net: events[index].value1, barsHeld: Int(events[index].value2))
                default:
                    break
                }
            }
        }
    }

    /// Marks are what most metrics are made of.
    public var wantsMarks: Bool { true }

    /// Bar returns need the kernel alone; daily ones are taken out of the marks here.
    public var markSink: MarkSink? {
        guard context.returns == .bar else { return nil }
        return MarkSink(
            memory: marks,
            exposed: admf_marks_take_exposed,
            position: admf_marks_take_position,
            flat: admf_marks_take_flat
        )
    }

    /// Takes equity into the path-dependent sums.
    public func observe(marks span: MarkSpan) {
        if let equity = span.exposed {
            admf_marks_exposed(marks, Int64(span.first), equity, Int64(span.count))
        } else {
            admf_marks_flat(marks, Int64(span.first), Int64(span.count), span.flatEquity)
        }
        guard context.returns == .daily else { return }
        dailyBars = span.first + span.count
        while dayCursor < context.dayEnds.count {
            let offset = Int(context.dayEnds[dayCursor]) - span.first
            guard offset < span.count else { break }
            dayEquity.append(span.equity(at: offset))
            dayCursor += 1
        }
    }

    /// Ends the stream and gives the metrics.
    public func finish() -> MetricValues {
        admf_marks_end(marks)
        var values = MetricValues()
        let n = Double(context.bars)
        values[.initialCapital] = context.initialCapital
        values[.finalEquity] = marks.pointee.last
        values[.totalReturn] = marks.pointee.last / context.initialCapital - 1
        var trades = TradeStatistics()
        for strategy in context.strategyOrder {
            for symbol in context.symbolOrder {
                trades.merge(sleeves[strategy * context.symbolCount + symbol])
            }
        }
        trades.write(into: &values)
        guard context.bars > 0 else { return values }
        let path = marks.pointee
        values[.maxDrawdown] = path.worst_drawdown
        values[.longestDrawdownBars] = Double(path.longest_under_run)
        values[.ulcerIndex] = ulcerIndex(path)
        values[.exposureTime] = Double(path.exposed_bars) / n
        let meanEquity = (total(path.sum_equity) + path.flat_equity) / n
        if meanEquity > 0 { values[.turnover] = trades.notional / meanEquity }
        if context.returns == .bar {
            writeBarReturns(path, into: &values)
        } else {
            writeDailyReturns(ruin: path.ruin_bar, into: &values)
        }
        if let cagr = values[.cagr], path.worst_drawdown > 0 {
            values[.calmarRatio] = cagr / path.worst_drawdown
        }
        return values
    }

    /// The metrics of the bars so far, as if the container ended with the last span of marks; changes nothing.
    ///
    /// Marks come when something is about to change, so the bars lag behind the newest event.
    ///
    /// - Returns: Number of bars that the metrics cover, and the metrics.
    public func partial() -> (bars: Int, values: MetricValues) {
        let saved = (marks: marks.pointee, context: context, hints: hints)
        defer {
            marks.pointee = saved.marks
            context = saved.context
            hints = saved.hints
        }
        admf_marks_end(marks)
        let path = marks.pointee
        let isDaily = context.returns == .daily
        let bars = isDaily ? dailyBars : Int(path.return_count + path.zero_count)
        guard bars > 0 else { return (0, MetricValues()) }
        // The logarithms were weighed with the distance from the centre of all bars, not of those so far.
        let shift = Double(context.bars - bars) / 2
        marks.pointee.flat_index_log += shift * (total(path.sum_log) + path.flat_log)
        context.bars = bars
        return (bars, finish())
    }

    /// Sums by strategy, in the container's order of strategies; signals are counted by the caller.
    public func contributionsByStrategy() -> [Contribution] {
        (0..<context.strategyCount).map { strategy in
            contribution(of: context.symbolOrder.map { strategy * context.symbolCount + $0 })
        }
    }

    /// Sums by symbol, in the container's order of symbols.
    public func contributionsBySymbol() -> [Contribution] {
        (0..<context.symbolCount).map { symbol in
            contribution(of: context.strategyOrder.map { $0 * context.symbolCount + symbol })
        }
    }

    private func contribution(of indices: [Int]) -> Contribution {
        var sum = Contribution()
        for index in indices {
            sum.totalTrades += sleeves[index].count
            sum.winningTrades += sleeves[index].wins
            sum.netProfit += sleeves[index].net
        }
        return sum
    }

    /// Rule R5: a ruin counts as a drawdown of 1, and nothing after it counts.
    private func ulcerIndex(_ path: admf_marks) -> Double {
        guard path.ruin_bar >= 0 else {
            return ((total(path.sum_drawdown2) + path.flat_drawdown2) / Double(context.bars)).squareRoot()
        }
        let before = total(path.ruin_drawdown2) + path.ruin_flat_drawdown2
        return ((before + 1) / Double(path.ruin_bar + 1)).squareRoot()
    }

    /// Rule R5: the returns up to the ruin, whose own is -1; there is no growth rate, and no logarithm to be stable.
    private func writeReturnsToRuin(_ path: admf_marks, into values: inout MetricValues) {
        let count = Int(path.ruin_returns) + 1
        write(
            count: count,
            zeros: Int(path.ruin_zeros),
            sum: admf_sum(returns, Int64(count)),
            into: &values
        )
    }

    /// Statistics of the first `count` returns in memory and of `zeros` beyond them.
    private func write(count: Int, zeros: Int, sum: Double, into values: inout MetricValues) {
        let series = ReturnSeries(
            values: returns,
            count: count,
            zeros: zeros,
            sum: sum,
            scratch: scratch,
            periods: context.periodsPerYear,
            riskFree: context.riskFree / context.periodsPerYear
        )
        series.write(into: &values, hints: &hints)
    }

    private func writeBarReturns(_ path: admf_marks, into values: inout MetricValues) {
        guard path.ruin_bar < 0 else { return writeReturnsToRuin(path, into: &values) }
        let n = Double(context.bars)
        let growth = path.last / context.initialCapital
        values[.cagr] = power(growth, context.periodsPerYear / n) - 1
        write(
            count: Int(path.return_count),
            zeros: Int(path.zero_count),
            sum: total(path.sum_returns) + path.flat_returns,
            into: &values
        )
        values[.stability] = stability(
            count: n,
            sum: total(path.sum_log) + path.flat_log,
            squares: total(path.sum_log2) + path.flat_log2,
            products: total(path.sum_index_log) + path.flat_index_log
        )
    }

    private func writeDailyReturns(ruin: Int64, into values: inout MetricValues) {
        // The day of the ruin is the first that ends with or after it.
        let ruinDay = ruin < 0 ? nil : context.dayEnds.firstIndex { Int64($0) >= ruin }
        let days = ruinDay.map { min($0, dayEquity.count) } ?? dayEquity.count
        var previous = context.initialCapital
        var sum = 0.0
        var squares = 0.0
        var products = 0.0
        let center = (Double(days) - 1) / 2
        for (index, equity) in dayEquity[..<days].enumerated() {
            returns[index] = equity / previous - 1
            previous = equity
            let value = logarithm(equity / context.initialCapital)
            sum += value
            squares += value * value
            products += (Double(index) - center) * value
        }
        if ruinDay != nil { returns[days] = -1 }
        let count = ruinDay == nil ? days : days + 1
        guard count > 0 else { return }
        write(count: count, zeros: 0, sum: admf_sum(returns, Int64(count)), into: &values)
        guard ruinDay == nil else { return }
        let n = Double(count)
        values[.cagr] = power(previous / context.initialCapital, context.periodsPerYear / n) - 1
        values[.stability] = stability(count: n, sum: sum, squares: squares, products: products)
    }

    /// R^2 of cumulative log returns on 0..n-1, from sums with the index taken from its centre.
    private func stability(count n: Double, sum: Double, squares: Double, products: Double) -> Double? {
        let deviation = squares - sum * sum / n
        let indexDeviation = n * (n * n - 1) / 12
        guard n > 1, deviation > 1e-15 * squares else { return nil }
        return min(1, products * products / (deviation * indexDeviation))
    }
}

/// The sum of eight lanes, pairwise, in a fixed order.
private func total(
    _ lanes: (Double, Double, Double, Double, Double, Double, Double, Double)
) -> Double {
    ((lanes.0 + lanes.4) + (lanes.2 + lanes.6)) + ((lanes.1 + lanes.5) + (lanes.3 + lanes.7))
}
