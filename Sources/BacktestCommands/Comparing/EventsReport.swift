import BacktestEvents
import BacktestModel
import BacktestReports
import BacktestResults
import BacktestSweep
import BacktestTracing

/// What `compare --events` finds in two runs.
struct EventsReport {
    /// A container and what came of it.
    struct Row {
        var pair: TracedPairs.Pair
        /// `nil` where only one run has the trace.
        var comparison: EventComparison?
        /// What led to the event at which they part, the root first; empty where they don't.
        var causesA: [TracedEvent] = []
        var causesB: [TracedEvent] = []

        /// In one word or two.
        var verdict: String {
            guard let comparison else { return pair.b == nil ? "only in a" : "only in b" }
            return comparison.parting == nil ? "same" : "parts"
        }
    }

    let pathA: String
    let pathB: String
    let changes: RunChanges
    let rows: [Row]

    /// Reads and compares the traces, one container at a time.
    ///
    /// - Parameters:
    ///   - a: The first run.
    ///   - b: The second run.
    ///   - types: The types that are looked at, `nil` for all.
    /// - Throws: status 6 where no container is traced in both, or a trace cannot be read.
    init(_ a: ComparedRun, _ b: ComparedRun, types: EventTypeSet? = nil) throws(CommandFailure) {
        pathA = a.path
        pathB = b.path
        var changes = RunChanges(a.reader.manifest, b.reader.manifest)
        changes.config = ConfigurationPaths.changes(a.reader, b.reader)
        self.changes = changes
        var rows: [Row] = []
        for pair in try TracedPairs(a, b).pairs { rows.append(try EventsReport.row(pair, types)) }
        self.rows = rows
        guard matchCount > 0 else {
            throw CommandFailure(
                .cannotCompare,
                "no container has a stored trace in both \(a.path) and \(b.path)",
                hint: "traced are " + EventsReport.ids(rows, \.a) + " and " + EventsReport.ids(rows, \.b)
            )
        }
    }

    /// Containers that both runs have traced.
    var matchCount: Int { rows.count { $0.comparison != nil } }
    /// Containers whose events part.
    var parted: [Row] { rows.filter { $0.comparison?.parting != nil } }
    /// The one that parts first in market time.
    var earliest: Row? {
        parted.enumerated().min {
            let (x, y) = ($0.element.comparison?.parting?.time, $1.element.comparison?.parting?.time)
            if let x, let y, x != y { return x < y }
            return $0.offset < $1.offset
        }?.element
    }

    /// Whether all is equal, as a requirement.
    var requirement: Verdict.Requirement {
        let words = "the same events"
        let count = "\(matchCount) container\(matchCount == 1 ? "" : "s")"
        if let row = earliest, let parting = row.comparison?.parting {
            let fields = parting.fields.map(\.name).joined(separator: ", ")
            return Verdict.Requirement(
                words,
                .fail,
                observed: Double(parted.count),
                threshold: 0,
                reason: "\(parted.count) of \(count) part, the first \(row.pair.containerID)"
                    + " at event \(parting.sequence): \(fields)"
            )
        }
        return Verdict.Requirement(words, .pass, observed: 0, threshold: 0, reason: "\(count) traced in both")
    }

    private static func row(_ pair: TracedPairs.Pair, _ types: EventTypeSet?) throws(CommandFailure) -> Row {
        guard let a = pair.a, let b = pair.b else { return Row(pair: pair) }
        let (first, second) = (try TracedPairs.events(a), try TracedPairs.events(b))
        let comparison = EventComparison(a, first, b, second, types: types)
        var row = Row(pair: pair, comparison: comparison)
        if let parting = comparison.parting {
            row.causesA = chain(parting.a, first)
            row.causesB = chain(parting.b, second)
        }
        return row
    }

    private static func chain(_ event: TracedEvent?, _ events: [TracedEvent]) -> [TracedEvent] {
        guard let event, event.cause != nil else { return [] }
        return TraceGraph(events).causes(of: event).reversed()
    }

    private static func ids(_ rows: [Row], _ side: KeyPath<TracedPairs.Pair, StoredTrace?>) -> String {
        let ids = rows.compactMap { $0.pair[keyPath: side]?.index.containerID }
        return ids.prefix(3).joined(separator: ", ") + (ids.count > 3 ? " and \(ids.count - 3) more" : "")
    }
}
