import BacktestModel
import BacktestResults
import BacktestSweep
import BacktestTracing

/// The containers of two runs of which either has stored a trace, joined as `compare` joins containers.
struct TracedPairs {
    /// A container's traces; at least one side has it.
    struct Pair {
        var a: StoredTrace?
        var b: StoredTrace?

        /// The id in the first run, else in the second.
        var containerID: String { (a ?? b)?.index.containerID ?? "" }
    }

    private struct Key: Hashable {
        var portfolioID: String
        var parameters: [String]
        var values: [Scalar]

        init(_ trace: StoredTrace) {
            portfolioID = trace.index.portfolioID
            parameters = trace.index.parameters.map(\.name)
            values = trace.index.parameters.map(\.value)
        }
    }

    /// In the order of the first run's ids, then what only the second has.
    private(set) var pairs: [Pair] = []

    /// Joins two runs on portfolio and parameters, else on the id; two named containers stand for each other.
    init(_ a: ComparedRun, _ b: ComparedRun) throws(CommandFailure) {
        let first = try TracedPairs.traces(a)
        var second = try TracedPairs.traces(b)
        if a.reader.containerID != nil, b.reader.containerID != nil {
            pairs = [Pair(a: first.first, b: second.first)]
            return
        }
        let byKey = Dictionary(
            second.indices.map { (Key(second[$0]), $0) },
            uniquingKeysWith: { old, _ in old }
        )
        let byID = Dictionary(
            second.indices.map { (second[$0].index.containerID, $0) },
            uniquingKeysWith: { $1 }
        )
        let matched = first.map { byKey[Key($0)] }
        var isTaken = [Bool](repeating: false, count: second.count)
        for index in matched { if let index { isTaken[index] = true } }
        for (trace, match) in zip(first, matched) {
            var match = match
            if match == nil, let same = byID[trace.index.containerID], !isTaken[same] {
                match = same
                isTaken[same] = true
            }
            pairs.append(Pair(a: trace, b: match.map { second[$0] }))
        }
        second = second.indices.filter { !isTaken[$0] }.map { second[$0] }
        // Who names a container on one side wants nothing but its match.
        if a.reader.containerID == nil { pairs += second.map { Pair(a: nil, b: $0) } }
        if b.reader.containerID != nil { pairs.removeAll { $0.b == nil } }
    }

    /// The traces of a run, or that of the one container that was named, sorted by id.
    private static func traces(_ run: ComparedRun) throws(CommandFailure) -> [StoredTrace] {
        do throws(RunReadError) {
            if let id = run.reader.containerID {
                guard let trace = try StoredTrace.open(run.reader, containerID: id) else {
                    throw untraced("\(run.path) has no stored trace")
                }
                return [trace]
            }
            var traces: [StoredTrace] = []
            for id in try run.reader.containerIDs() {
                if let trace = try StoredTrace.open(run.reader, containerID: id) { traces.append(trace) }
            }
            guard traces.isEmpty else { return traces }
            throw untraced("no container of \(run.path) has a stored trace")
        } catch {
            throw CommandFailure(.cannotCompare, "\(error.path): \(error.reason)", hint: error.remedy)
        }
    }

    private static func untraced(_ reason: String) -> RunReadError {
        RunReadError(.incomplete, "compare --events", reason, remedy: TraceArguments.howToTrace)
    }

    /// The events of a trace in sequence order; damage, also a cut file, ends the command.
    static func events(_ trace: StoredTrace) throws(CommandFailure) -> [TracedEvent] {
        var events: [TracedEvent] = []
        events.reserveCapacity(trace.index.counts.stored)
        var problem: String?
        do throws(TraceReader.Failure) {
            try trace.read { events.append($0) }
        } catch {
            problem = error.description
        }
        if problem == nil, events.count != trace.index.counts.stored {
            problem = "\(events.count) events are there, \(trace.index.counts.stored) were stored"
        }
        if let problem {
            throw CommandFailure(
                .cannotCompare,
                "\(trace.folder): the trace is damaged: \(problem)",
                hint: "see 'admf trace integrity'; run the config again to write it anew"
            )
        }
        return events.sorted { $0.sequence < $1.sequence }
    }
}
