import BacktestConcurrency
import BacktestEvents
import BacktestExpressions
import BacktestMetrics
import BacktestModel
import BacktestResults
import Synchronization

/// The containers of one run on the pool, and what they leave for its end.
struct SweepExecution: Sendable {
    let prepared: PreparedRun
    let selection: ContainerSelection
    let tree: RunDirectory
    let options: SweepOptions
    let progress: any SweepProgress
    let interrupt: InterruptFlag

    typealias Chunks = [IndexedResult<ChunkResult>]

    /// Sets in one piece of work: many enough to share columns, few enough to share out.
    ///
    /// Depends on the sweep alone, because totals are summed piece by piece.
    private var chunkLength: Int { max(1, min(64, prepared.plan.sweep.setCount / 256)) }

    /// Sets in one wave at most.
    private static let waveLengthMax = 1 << 15

    private var chunkCount: Int { (prepared.plan.sweep.setCount + chunkLength - 1) / chunkLength }

    /// Runs all containers asked for: what each piece left, what stopped the run, and what observers complained of.
    func run() -> (chunks: Chunks, problem: SweepError?, warnings: [String]) {
        let shared = SharedState()
        progress.entered(phase: "running")
        progress.advanced(finished: 0, failed: 0, total: selection.count)
        var chunks: Chunks = []
        let wanted = wantedChunks
        var first = wanted.lowerBound
        while first < wanted.upperBound, !shared.isStopped, interrupt.signal == nil {
            let (wave, count) = nextWave(from: first, to: wanted.upperBound)
            chunks += run(wave, first: first, count: count, shared)
            first += count
        }
        return (chunks, shared.problem, shared.warnings + traceWarnings(chunks))
    }

    /// The first losses of traces, each in a sentence, and how many more there are.
    private func traceWarnings(_ chunks: Chunks) -> [String] {
        let losses = chunks.flatMap(\.result.traceLosses)
        let listed = 20
        guard losses.count > listed else { return losses }
        return losses.prefix(listed) + ["\(losses.count - listed) more traces are not whole"]
    }

    /// From the first to the last piece of which anything is asked for: `--limit 3` of millions prepares one.
    private var wantedChunks: Range<Int> {
        let sets = selection.sets(of: prepared.plan.sweep.setCount)
        return sets.lowerBound / chunkLength..<(sets.upperBound + chunkLength - 1) / chunkLength
    }

    /// The variants of as many pieces from `first` on as fit the memory for shared columns.
    ///
    /// Nobody looks for signals while variants are bound, so no wave is so long that an interruption waits for it.
    private func nextWave(from first: Int, to end: Int) -> (SignalVariants, Int) {
        var count = min(end - first, max(1, SweepExecution.waveLengthMax / chunkLength))
        while true {
            let sets = first * chunkLength..<min(prepared.plan.sweep.setCount, (first + count) * chunkLength)
            let variants = SignalVariants(
                prepared,
                sets: sets,
                limit: count == 1 ? Int.max : options.featureBytes,
                jobs: options.jobs
            )
            if let variants { return (variants, count) }
            count = max(1, count / 2)
        }
    }

    private func run(_ variants: SignalVariants, first: Int, count: Int, _ shared: SharedState) -> Chunks {
        let results = WorkerPool.map(
            count,
            threads: options.jobs,
            makeWorker: { ContainerWorker(prepared, variants, tree) }
        ) { worker, index in
            piece(first + index, worker, shared)
        }
        return results.map { IndexedResult(index: first + $0.index, result: $0.result) }
    }

    /// One piece of work; `nil` where the run is to stop.
    private func piece(_ chunk: Int, _ worker: ContainerWorker, _ shared: SharedState) -> ChunkResult? {
        var result = emptyResult()
        let sets = chunk * chunkLength..<min(prepared.plan.sweep.setCount, (chunk + 1) * chunkLength)
        do {
            for set in sets {
                for (index, template) in prepared.templates.enumerated()
                where selection.contains(template: index, set: set) {
                    if interrupt.signal != nil || shared.isStopped { return nil }
                    try container(template, index, set, worker, &result)
                }
            }
        } catch {
            shared.stop(.storage(error))
            return nil
        }
        shared.finished(result, worker, progress, total: selection.count)
        return result
    }

    private func container(
        _ template: ContainerTemplate,
        _ index: Int,
        _ set: Int,
        _ worker: ContainerWorker,
        _ result: inout ChunkResult
    ) throws(StorageError) {
        let record: ContainerRecord
        if options.resuming != nil, let kept = try worker.kept(template, set: set) {
            record = kept
            result.kept += 1
        } else {
            record = try worker.run(template, set: set)
            if let loss = worker.traceLoss { result.traceLosses.append(loss) }
        }
        SummaryWriter.writeRow(record, parameterPaths: prepared.plan.sweep.paths, into: &result.rows[index])
        result.totals[index].add(record, isRanked: isRanked(record))
        result.finished += 1
        if record.status == .failed {
            result.failures[index].append(
                Manifest.Failure(containerID: record.containerID, error: record.error ?? "")
            )
        }
    }

    /// Whether a container meets the objective's condition.
    private func isRanked(_ record: ContainerRecord) -> Bool {
        guard let condition = prepared.condition else { return true }
        let value = condition.evaluate { name in
            if let metric = MetricName(name: name) { return record.metrics[metric] }
            guard case .number(let number)? = record.parameters.first(where: { $0.path == name })?.value
            else {
                return nil
            }
            return number
        }
        return value == .boolean(true)
    }

    private func emptyResult() -> ChunkResult {
        ChunkResult(
            rows: prepared.templates.map { _ in ByteBuffer(capacity: 1_024) },
            totals: prepared.templates.map { _ in emptyTotals() },
            failures: prepared.templates.map { _ in [] }
        )
    }

    private func emptyTotals() -> RunTotals {
        let objective = prepared.plan.sweep.objective
        return RunTotals(
            runHash: RunID.hashPart(of: prepared.plan.configurationHash),
            objectives: [
                RunTotals.Objective(
                    metric: objective?.metric ?? .sharpeRatio,
                    maximize: objective?.maximize ?? true
                )
            ],
            eventNames: EventType.allCases.map(\.name)
        )
    }

    /// Publishes what needs every container: root_container/metrics.json and summary.csv, in container order.
    func publish(_ chunks: Chunks) throws(StorageError) {
        var summary = try SummaryWriter(tree, parameterPaths: prepared.plan.sweep.paths)
        var totals = emptyTotals()
        for template in prepared.templates.indices {
            for chunk in chunks {
                try chunk.result.rows[template].withBytes { (bytes) throws(StorageError) in
                    try summary.append(rows: bytes)
                }
                totals.merge(chunk.result.totals[template])
            }
        }
        try summary.finish()
        try tree.write(totals)
    }

    /// Puts the status of every container and the first errors into the manifest.
    func describe(_ chunks: Chunks, in manifest: inout Manifest) {
        var statuses = ContainerStatuses()
        for index in prepared.templates.indices {
            var next = 0
            for chunk in 0..<chunkCount {
                while next < chunks.count, chunks[next].index < chunk { next += 1 }
                let result = next < chunks.count && chunks[next].index == chunk ? chunks[next].result : nil
                let failures = result?.failures[index] ?? []
                let room = max(0, Manifest.failuresMax - manifest.failures.count)
                manifest.failures += failures.prefix(room)
                append(
                    chunk,
                    of: index,
                    isDone: result != nil,
                    failed: failures.map(\.containerID),
                    to: &statuses
                )
            }
        }
        manifest.containers = statuses
    }

    /// Adds the statuses of one template's containers in a piece of work.
    ///
    /// Where all of them have one status only the first and the last are named: an interrupted run of millions must be
    /// described within the two seconds that it has.
    private func append(
        _ chunk: Int,
        of template: Int,
        isDone: Bool,
        failed: [String],
        to statuses: inout ContainerStatuses
    ) {
        let sets = chunk * chunkLength..<min(prepared.plan.sweep.setCount, (chunk + 1) * chunkLength)
        func id(_ set: Int) -> String { prepared.containerID(prepared.templates[template], set: set) }
        let usual: ContainerStatuses.Status = isDone ? .completed : .pending
        if selection.isWhole(template: template), failed.isEmpty {
            statuses.append(
                ContainerStatuses.Span(
                    status: usual,
                    first: id(sets.lowerBound),
                    last: id(sets.upperBound - 1),
                    count: sets.count
                )
            )
            return
        }
        var rest = failed[...]
        for set in sets where selection.contains(template: template, set: set) {
            let name = id(set)
            let hasFailed = rest.first == name
            if hasFailed { rest = rest.dropFirst() }
            statuses.append(name, hasFailed ? .failed : usual)
        }
    }
}

/// What the threads of a run share beside their work; a class because all of them refer to it.
private final class SharedState: Sendable {
    private struct Guarded {
        var problem: SweepError?
        var finished = 0
        var failed = 0
        var warnings: [String] = []
    }

    // Taken once a piece of work, never inside a container.
    private let guarded = Mutex(Guarded())

    var problem: SweepError? { guarded.withLock { $0.problem } }
    var isStopped: Bool { problem != nil }
    var warnings: [String] { guarded.withLock { $0.warnings.sorted() } }

    func stop(_ error: SweepError) {
        guarded.withLock { if $0.problem == nil { $0.problem = error } }
    }

    func finished(_ result: ChunkResult, _ worker: ContainerWorker, _ progress: any SweepProgress, total: Int)
    {
        let complaints = worker.failedObservers.map {
            "the observer '\($0.name)' failed \(EventBus.failureLimit) times and was detached: \($0.error)"
        }
        let (finished, failed) = guarded.withLock { state in
            state.finished += result.finished
            state.failed += result.failed
            for complaint in complaints where !state.warnings.contains(complaint) {
                state.warnings.append(complaint)
            }
            return (state.finished, state.failed)
        }
        progress.advanced(finished: finished, failed: failed, total: total)
    }
}
