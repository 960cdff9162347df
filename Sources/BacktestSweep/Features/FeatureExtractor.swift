import BacktestEvents
import BacktestMarketData
import BacktestModel
import BacktestResults
import BacktestTracing

/// Writes a window of features for every SIGNAL of a container, with the outcome of its trade as label.
///
/// Windows are cut out of columns that the bars up to the decision's decide alone: the last value of a window is known at the
/// close on which the signal came, and nothing after it is looked at; only the labels know what came of it. A signal is 32
/// bytes until the container ends, at most `max_rows` of them. A class because the bus and the worker that reuses it both
/// refer to it.
final class FeatureExtractor: EventObserver {
    /// SIGNAL, POSITION_OPEN and POSITION_CLOSE where it watches, else nothing.
    private(set) var interests: EventTypeSet = []

    /// A signal, as far as a row needs it.
    struct Decision {
        var sequence: UInt32
        var bar: Int32
        var strategy: UInt16
        var symbol: UInt16
        var action: UInt8
        var correlation: UInt32
        var strength: Double
    }

    /// What became of a trade.
    struct Outcome {
        var reason: ExitReason
        var barsHeld: Int
        var netProfit: Double
        var netReturn: Double
    }

    private(set) var options = FeatureExtractionOptions()
    private(set) var context = TraceContext(
        runID: "",
        containerID: "",
        portfolioID: nil,
        strategies: [],
        symbols: []
    )
    private(set) var table = FeatureTable()
    private(set) var timeline: Timeline?
    private(set) var decisions: [Decision] = []
    private(set) var outcomes: [UInt32: Outcome] = [:]
    private(set) var opened: Set<UInt32> = []
    /// Signals over `max_rows`.
    private(set) var leftOut = 0

    /// Whether it watches the container under way.
    var isWatching: Bool { !interests.isEmpty }

    /// Starts a container that is not watched.
    func begin() {
        interests = []
        decisions.removeAll(keepingCapacity: true)
        outcomes.removeAll(keepingCapacity: true)
        opened.removeAll(keepingCapacity: true)
        leftOut = 0
        timeline = nil
    }

    /// Starts a container that is watched.
    func begin(
        _ options: FeatureExtractionOptions,
        _ context: TraceContext,
        _ table: FeatureTable,
        _ timeline: Timeline
    ) {
        begin()
        interests = EventTypeSet([.signal, .positionOpen, .positionClose])
        self.options = options
        self.context = context
        self.table = table
        self.timeline = timeline
    }

    func observe(events: UnsafeBufferPointer<Event>) {
        guard isWatching else { return }
        for event in events {
            switch event.type {
            case .signal: take(event)
            case .positionOpen: opened.insert(event.correlation)
            case .positionClose:
                outcomes[event.correlation] = Outcome(
                    reason: ExitReason(rawValue: event.reason) ?? .signal,
                    barsHeld: Int(event.value2),
                    netProfit: event.value1,
                    netReturn: event.value1 / (event.quantity * event.value3)
                )
            default: break
            }
        }
    }

    private func take(_ signal: Event) {
        guard decisions.count < options.maxRows else {
            leftOut += 1
            return
        }
        decisions.append(
            Decision(
                sequence: signal.sequence,
                bar: signal.bar,
                strategy: signal.strategy,
                symbol: signal.symbol,
                action: signal.code,
                correlation: signal.correlation,
                strength: signal.value0
            )
        )
    }

    /// What the row of a signal says of its trade: `closed`, `open`, `unfilled`, or `none` where nobody acted on it.
    func outcomeName(_ decision: Decision) -> String {
        if decision.correlation == 0 { return "none" }
        if outcomes[decision.correlation] != nil { return "closed" }
        return opened.contains(decision.correlation) ? "open" : "unfilled"
    }

    /// Calls `body` with each number of a signal's window: feature by feature, oldest bar first; NaN where it is undefined.
    func window(of decision: Decision, _ body: (Double) -> Void) {
        guard let timeline else { return }
        let lane = timeline.lanes[Int(decision.symbol)]
        let last = FeatureExtractor.local(lane, Int(decision.bar))
        let sleeve = Int(decision.strategy) * timeline.lanes.count + Int(decision.symbol)
        for column in table.columns[sleeve] {
            for place in (last - options.window + 1)...last {
                guard let column, place >= 0, place < column.count else {
                    body(.nan)
                    continue
                }
                body(column.pointer[place])
            }
        }
    }

    private static func local(_ lane: Timeline.Lane, _ bar: Int) -> Int {
        if let locals = lane.locals { return Int(locals.pointer[bar]) }
        return bar + lane.series.firstTradable
    }
}
