import BacktestConcurrency
package import BacktestResults
package import BacktestSweep
package import BacktestTracing
import Synchronization

/// The stored traces of a run, each read once: looked through for damage and, where it is full, replayed.
package struct TraceVerification: Sendable {
    /// What there is of a container's trace.
    private enum Trace {
        case none, inPart, replayed
    }

    private let reader: RunReader
    private let tracing: TracingPlan
    private let analyses: [String]
    private let jobs: Int

    /// Prepares the check of a run on some threads; `tracing` says which containers should have a trace,
    /// `analyses` which of their ids are those of analysis containers.
    package init(_ reader: RunReader, _ tracing: TracingPlan, analyses: [String] = [], jobs: Int) {
        self.reader = reader
        self.tracing = tracing
        self.analyses = analyses
        self.jobs = jobs
    }

    /// Checks the traces of all containers; throws the first difference by container id, whichever thread finds one first.
    ///
    /// - Returns: How many traces there are, and how many of them were replayed.
    package func run(_ progress: any SweepProgress) throws(CommandFailure) -> (traces: Int, replayed: Int) {
        let ids = try RunArgument.read { () throws(RunReadError) in try reader.containerIDs() }
        let shared = SharedChecks()
        let tracing = tracing
        let found = WorkerPool.map(ids.count, threads: jobs, makeWorker: { TraceResolver(tracing) }) {
            (resolver: inout TraceResolver, index) -> Trace? in
            do throws(CommandFailure) {
                let trace = try check(ids[index], &resolver)
                progress.advanced(finished: shared.finish(), failed: 0, total: ids.count)
                return trace
            } catch {
                shared.fail(index, error)
                return nil
            }
        }
        if let failure = shared.failure { throw failure }
        let traces = found.map(\.result).filter { $0 != .none }
        return (traces.count, traces.filter { $0 == .replayed }.count)
    }

    private func check(_ id: String, _ resolver: inout TraceResolver) throws(CommandFailure) -> Trace {
        let trace: StoredTrace?
        do throws(RunReadError) {
            trace = try StoredTrace.open(reader, containerID: id)
        } catch {
            throw CommandFailure(.unmet, "\(error.path): \(error.reason)", hint: error.remedy)
        }
        let record = try? reader.record(id)
        guard let trace else {
            try requireUntraced(id, record, &resolver)
            return .none
        }
        guard trace.isFull else {
            try requireWhole(trace.integrity(record), id)
            return .inPart
        }
        var replay: TraceReplay
        do throws(TraceReplay.Failure) {
            replay = try TraceReplay(trace)
        } catch {
            throw CommandFailure(.unmet, "\(id): \(error.description)")
        }
        try requireWhole(trace.integrity(record) { replay.take($0) }, id)
        let comparison = try ReplayComparison(trace) { () throws(TraceReplay.Failure) in
            try replay.metricsDocument()
        }
        guard let difference = comparison.difference else { return .replayed }
        throw CommandFailure(.unmet, "\(id): the trace gives another metrics.json: \(difference)")
    }

    /// A container without an index must be one that stores nothing, or nothing unless a dynamic rule says so.
    private func requireUntraced(
        _ id: String,
        _ record: ContainerRecord?,
        _ resolver: inout TraceResolver
    ) throws(CommandFailure) {
        guard let record, record.status == .completed else { return }
        // An analysis container is its own portfolio.
        let kind: ContainerKind = analyses.contains(record.portfolioID) ? .analysis : .portfolio
        let settings = resolver.settings(forContainer: id, ofPortfolio: record.portfolioID, kind: kind)
        guard settings.writesFiles else { return }
        throw CommandFailure(
            .unmet,
            "\(id)/\(TraceIndex.fileName) is missing, so its stored trace says nothing",
            hint: "`admf resume` the run to write it again"
        )
    }

    private func requireWhole(_ integrity: TraceIntegrity, _ id: String) throws(CommandFailure) {
        guard let damage = integrity.damage.first else { return }
        throw CommandFailure(.unmet, "\(id): \(damage.message)", hint: "see 'admf trace integrity'")
    }
}

/// What the threads share beside their work; a class because all of them refer to it.
private final class SharedChecks: Sendable {
    private struct Guarded {
        var finished = 0
        var first: (index: Int, failure: CommandFailure)?
    }

    private let guarded = Mutex(Guarded())

    var failure: CommandFailure? { guarded.withLock { $0.first?.failure } }

    /// Counts a container.
    ///
    /// - Returns: Containers so far.
    func finish() -> Int {
        guarded.withLock { state in
            state.finished += 1
            return state.finished
        }
    }

    /// Notes a difference: those before it in the order of the ids have been begun, and may have one too.
    func fail(_ index: Int, _ failure: CommandFailure) {
        guarded.withLock { state in
            if let first = state.first, first.index < index { return }
            state.first = (index, failure)
        }
    }
}
