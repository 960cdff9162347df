import BacktestEngine
import BacktestEvents
import BacktestModel
import BacktestResults
import BacktestSweep
import BacktestTracing

/// What a container's strategies saw and did on one bar of a symbol, and what kept each signal from a trade.
struct RefusalStory {
    private(set) var steps: [StoryStep] = []
    private let symbol: String
    private let bar: Int32
    private let time: String
    private let graph: TraceGraph
    private let trace: StoredTrace
    private let words: EventWords

    /// Tells of the last bar of the symbol at or before a time; `nil` where the trace knows of none.
    init?(_ symbol: String, _ time: Timestamp, _ graph: TraceGraph, _ trace: StoredTrace) {
        let own = graph.events.last { event in
            event.symbol == symbol && event.timestamp <= time
                && [.bar, .features, .signal].contains(event.type)
        }
        guard let own else { return nil }
        self.symbol = symbol
        bar = own.numbers.bar
        self.time = own.timestamp.iso8601
        self.graph = graph
        self.trace = trace
        words = EventWords(trace)
        for event in onBar(.bar) { say(event) }
        for strategy in trace.index.strategies { tell(strategy) }
    }

    private func onBar(_ type: EventType) -> [TracedEvent] {
        graph.events.filter { $0.numbers.bar == bar && $0.symbol == symbol && $0.type == type }
    }

    private mutating func say(_ event: TracedEvent) {
        guard let (step, text) = words.told(event) else { return }
        add(step, text, event.sequence)
    }

    private mutating func add(_ step: String, _ text: String, _ sequence: UInt32? = nil) {
        steps.append(StoryStep(time: time, step: step, text: text, sequence: sequence))
    }

    private mutating func tell(_ strategy: String) {
        let features = onBar(.features).filter { $0.strategyID == strategy }
        let signals = onBar(.signal).filter { $0.strategyID == strategy }
        // A strategy of the container may trade other symbols alone.
        guard !features.isEmpty || !signals.isEmpty || !trace.index.eventTypes.contains("FEATURES") else {
            return
        }
        for event in features { add("features", "\(strategy): \(words.features(event))", event.sequence) }
        guard signals.isEmpty else {
            for signal in signals {
                say(signal)
                explain(signal, among: signals)
            }
            return
        }
        add("no signal", "\(strategy): no condition turned true on this bar")
        for action in [SignalAction.enterLong, .enterShort] {
            guard let rule = words.rule(action, of: strategy) else { continue }
            let allowed = allows(action.side) ? "" : ", and the portfolio is \(trace.index.basis.direction)"
            add("rule", "\(strategy) \(action.name) needs: \(rule)\(allowed)")
        }
    }

    private func allows(_ side: Side) -> Bool {
        (Direction(rawValue: trace.index.basis.direction) ?? .longShort).allows(side)
    }

    /// What became of a signal: a trade, a refusal, or nothing, and why.
    private mutating func explain(_ signal: TracedEvent, among signals: [TracedEvent]) {
        let requests = graph.consequences(of: signal).filter { $0.type == .orderRequest }
        guard !requests.isEmpty else {
            add("ignored", reasonIgnored(signal, among: signals))
            return
        }
        for request in requests {
            for outcome in graph.consequences(of: request) { explain(outcome: outcome, signal) }
        }
    }

    private mutating func explain(outcome: TracedEvent, _ signal: TracedEvent) {
        let aim = outcome.numbers.flags & EventFlags.entry != 0 ? "entry" : "exit"
        if outcome.type == .riskBreach {
            say(outcome)
            return
        }
        guard outcome.type == .order else { return }
        let after = graph.consequences(of: outcome)
        if let refusal = after.first(where: {
            $0.type == .order && $0.numbers.flags & EventFlags.rejected != 0
        }) {
            let reason = RejectionReason.text(refusal.numbers.reason)
            let cash = RejectionReason(rawValue: refusal.numbers.reason) == .sizeZero ? cashText(signal) : ""
            let day = refusal.timestamp.iso8601
            add("refused", "the \(aim) order was refused on \(day): \(reason)\(cash)", refusal.sequence)
        } else if let fill = after.first(where: { $0.type == .fill }) {
            let trade = fill.trade.map { " of trade T\($0)" } ?? ""
            add("filled", "it did act: the \(aim)\(trade) filled on \(fill.timestamp.iso8601)", fill.sequence)
        } else {
            add(
                "waiting",
                "the \(aim) order never filled: its price was not reached, or the data ended",
                outcome.sequence
            )
        }
    }

    /// Why a signal led to no order: direction, position, or another signal of the bar.
    private func reasonIgnored(_ signal: TracedEvent, among signals: [TracedEvent]) -> String {
        guard let action = SignalAction(rawValue: signal.numbers.code) else { return "the signal is unknown" }
        if !trace.index.basis.trades { return "the container observes and does not trade" }
        if !allows(action.side) { return "the portfolio is \(trace.index.basis.direction)" }
        let exit: SignalAction = action.side == .long ? .exitLong : .exitShort
        if action.isEntry, signals.contains(where: { $0.numbers.code == exit.rawValue }) {
            return "\(exit.name) came on the same bar: the exit acts, the entry is dropped"
        }
        let held = position(before: signal)
        let pending = pendingEntry(before: signal) ? ", or an entry was waiting to fill" : ""
        if action.isEntry { return "the strategy was \(action.side.name) already (\(held)\(pending))" }
        return "there was no \(action.side.name) position to close (\(held))"
    }

    private func updates(before signal: TracedEvent) -> [TracedEvent] {
        graph.events.filter {
            $0.type == .portfolioUpdate && $0.sequence < signal.sequence
                && $0.numbers.flags & EventFlags.mark == 0 && $0.symbol == signal.symbol
                && $0.strategyID == signal.strategyID
        }
    }

    private func position(before signal: TracedEvent) -> String {
        let units = updates(before: signal).last?.numbers.quantity ?? 0
        return units == 0 ? "it held nothing" : "it held \(words.number(units))"
    }

    private func pendingEntry(before signal: TracedEvent) -> Bool {
        graph.events.contains {
            $0.type == .order && $0.sequence < signal.sequence && $0.symbol == signal.symbol
                && $0.strategyID == signal.strategyID
                && $0.numbers.flags & (EventFlags.entry | EventFlags.rejected) == EventFlags.entry
                && !graph.consequences(of: $0).contains { $0.sequence < signal.sequence }
        }
    }

    private func cashText(_ signal: TracedEvent) -> String {
        guard let last = updates(before: signal).last else { return "" }
        return "; the cash was \(words.number(last.numbers.value0))"
    }
}
