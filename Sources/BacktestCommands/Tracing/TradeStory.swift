import BacktestEngine
import BacktestEvents
import BacktestModel
import BacktestReports
import BacktestResults
import BacktestSweep
import BacktestTracing

/// A trade told from its events, step by step.
struct TradeStory {
    private(set) var steps: [StoryStep] = []
    private let graph: TraceGraph
    private let words: EventWords

    init(trade number: UInt32, _ graph: TraceGraph, _ trace: StoredTrace) {
        self.graph = graph
        words = EventWords(trace)
        var told = Set<UInt32>()
        for event in graph.trade(number) {
            // What led to the event and belongs to no trade: bars and features, a crossed limit. What another trade has
            // to do with that limit is that trade's story.
            let causes = graph.causes(of: event).prefix { $0.trade == nil || $0.trade == number }
            for cause in causes.reversed() where told.insert(cause.sequence).inserted { tell(cause) }
            if told.insert(event.sequence).inserted { tell(event) }
        }
        if !graph.trade(number).contains(where: { $0.type == .positionClose }), let last = graph.events.last {
            let isOpen = graph.trade(number).contains { $0.type == .positionOpen }
            let text = isOpen ? "the position is still open" : "the order never filled"
            steps.append(StoryStep(time: last.timestamp.iso8601, step: "end of data", text: text))
        }
    }

    private mutating func tell(_ event: TracedEvent) {
        guard let (step, text) = words.told(event) else { return }
        steps.append(
            StoryStep(time: event.timestamp.iso8601, step: step, text: text, sequence: event.sequence)
        )
    }
}

/// What an event means, in words.
struct EventWords {
    private let trace: StoredTrace
    private let text: EventText

    init(_ trace: StoredTrace) {
        self.trace = trace
        text = EventText(trace)
    }

    /// The name of the step and a sentence; `nil` for events that say nothing new.
    func told(_ event: TracedEvent) -> (step: String, text: String)? {
        let numbers = event.numbers
        switch event.type {
        case .bar:
            return ("bar", "\(event.symbol ?? "") " + text.details(event))
        case .features:
            return ("features", features(event))
        case .signal:
            return ("signal", signal(event))
        case .orderRequest:
            return nil
        case .order:
            if numbers.flags & EventFlags.rejected != 0 {
                return ("rejected", "the order was refused: \(RejectionReason.text(numbers.reason))")
            }
            let aim = numbers.flags & EventFlags.entry != 0 ? "open" : "close"
            let kind = ["market", "limit", "stop", "unknown"][Int(numbers.flags >> EventFlags.kindShift)]
            let level = numbers.price.isNaN ? "" : " at \(number(numbers.price))"
            return ("order", "a \(kind) order\(level) to \(aim) a \(side(event)) position\(reason(event))")
        case .fill:
            return ("fill", fill(event))
        case .positionOpen:
            return ("opened", opened(event))
        case .positionClose:
            let result = number(numbers.value1)
            return (
                "closed",
                "\(ExitReason(rawValue: numbers.reason)?.name ?? "?") after \(Int(numbers.value2)) bars at"
                    + " \(number(numbers.price)), net \(result) of gross \(number(numbers.value0))"
            )
        case .riskBreach where numbers.flags & EventFlags.limit != 0:
            let name = ExitReason(rawValue: numbers.reason)?.name ?? "a limit"
            return ("limit", "\(name) crossed: \(number(numbers.value0)) against \(number(numbers.value1))")
        case .riskBreach:
            return ("refused", "the risk check refused it: \(RejectionReason.text(numbers.reason))")
        case .portfolioUpdate, .regimeChange, .error, .lifecycle:
            return nil
        }
    }

    /// The numbers that the strategy's rules compare.
    func features(_ event: TracedEvent) -> String {
        text.payload(event).map { name, value in
            if case .number(let value) = value { return "\(name) = \(number(value))" }
            return "\(name) undefined"
        }.joined(separator: ", ")
    }

    /// The rule behind an action of a strategy, `nil` where it is not known.
    func rule(_ action: SignalAction, of strategy: String?) -> String? {
        let rules = trace.index.rules.first { $0.name == strategy }?.value
        return rules?.first { $0.name == action.name }?.value
    }

    func number(_ value: Double) -> String { NumberFormat.general.text(value) }

    private func signal(_ event: TracedEvent) -> String {
        guard let action = SignalAction(rawValue: event.numbers.code) else { return "an unknown signal" }
        let because = rule(action, of: event.strategyID).map { ": \($0)" } ?? ""
        let strength = event.numbers.value0 == 1 ? "" : " with strength \(number(event.numbers.value0))"
        return "\(event.strategyID ?? "") says \(action.name)\(strength)\(because)"
    }

    private func side(_ event: TracedEvent) -> String { Side(rawValue: event.numbers.code)?.name ?? "?" }

    private func reason(_ event: TracedEvent) -> String {
        guard event.numbers.flags & EventFlags.entry == 0,
            let reason = ExitReason(rawValue: event.numbers.reason)
        else { return "" }
        return " (\(reason.name))"
    }

    private func fill(_ event: TracedEvent) -> String {
        let numbers = event.numbers
        let isEntry = numbers.flags & EventFlags.entry != 0
        let buys = (Side(rawValue: numbers.code) == .long) == isEntry
        var parts = ["\(buys ? "bought" : "sold") \(number(numbers.quantity)) at \(number(numbers.price))"]
        if numbers.flags & EventFlags.atOpen != 0 { parts.append("at the open") }
        if numbers.flags & EventFlags.atClose != 0 { parts.append("at the close") }
        if numbers.flags & EventFlags.cut != 0 { parts.append("cut to the cash at hand") }
        parts.append("commission \(number(numbers.value0))")
        parts.append("slippage \(number(numbers.value1))")
        return parts.joined(separator: ", ") + reason(event)
    }

    private func opened(_ event: TracedEvent) -> String {
        let numbers = event.numbers
        let stop = numbers.value0.isNaN ? "no stop" : "stop \(number(numbers.value0))"
        let target = numbers.value1.isNaN ? "no target" : "target \(number(numbers.value1))"
        return "\(side(event)) \(number(numbers.quantity)) at \(number(numbers.price)), \(stop), \(target)"
    }
}

extension RejectionReason {
    /// The text of a stored reason.
    static func text(_ code: UInt8) -> String { RejectionReason(rawValue: code)?.name ?? "reason \(code)" }
}
