import BacktestEvents
import BacktestResults
import BacktestTracing

/// What the manifest says of traces that are not whole.
enum TraceSentences {
    /// What could not be stored; `nil` where everything was.
    static func lost(_ id: String, _ losses: TraceLosses) -> String? {
        guard losses.lostCount > 0 else { return nil }
        let reason = losses.firstError?.description ?? "the store failed"
        return "the trace of \(id) lacks \(losses.lostCount) events that could not be stored: \(reason)"
    }

    /// That a trace was lowered under load; `nil` where it was not.
    static func lowered(
        _ id: String,
        _ changes: [TraceReductionChange],
        in place: String,
        leftOut: Int = 0
    ) -> String? {
        guard let first = changes.first, let last = changes.last else { return nil }
        let count = leftOut > 0 ? ", \(leftOut) events left out" : ""
        let end =
            last.reduction == .none
            ? "raised again for good at event \(last.sequence)" : "to \(last.reduction.name) until the end"
        return
            "the trace of \(id) in \(place) was lowered from event \(first.sequence) on (\(first.load.name)), \(end)"
            + count
    }
}

extension TraceIndex {
    /// Takes over what was stored and what was not.
    mutating func note(_ losses: TraceLosses) {
        func byType(_ counts: [EventType: Int]) -> [Named<Int>] {
            EventType.allCases.compactMap { type in counts[type].map { Named(type.name, $0) } }
        }
        counts.stored = losses.stored
        counts.sampledOut = losses.sampledOut
        counts.lost = losses.lostCount
        counts.leftOut = losses.leftOutCount
        lostByType = byType(losses.lost)
        leftOutByType = byType(losses.leftOut)
        reductions = losses.reductions.map {
            Reduction(sequence: Int($0.sequence), level: $0.reduction.name, load: $0.load.name)
        }
        error = losses.firstError?.description
    }
}
