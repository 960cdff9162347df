import BacktestConcurrency
import BacktestEvents
import BacktestExpressions
import BacktestMetrics
import BacktestModel
import BacktestResults
import BacktestTracing
import Synchronization

/// The containers of one run on the pool, and what they leave for its end.
struct SweepExecution: Sendable {
    let prepared: PreparedRun
    let selection: ContainerSelection
    let tree: RunDirectory
    let options: SweepOptions
    let progress: any SweepProgress
    let interrupt: InterruptFlag
    let live: LiveRun
    /// Where returns go, `nil` where nobody asks for them.
    let returns: RunReturns?

    typealias Pieces = [IndexedResult<PieceResult>]

    private var chunks: SweepChunks { SweepChunks(setCount: prepared.plan.sweep.setCount) }
    private var chunkLength: Int { chunks.length }
    private var chunkCount: Int { chunks.count }

    /// Templates in one piece of work: all of them, unless there are too few runs of sets to share out.
    ///
    /// Depends on the plan alone, as `chunkLength` does.
    private var blockLength: Int {
        let wanted = max(1, 64 / chunkCount)
        return max(1, (prepared.templates.count + wanted - 1) / wanted)
    }

    private var blockCount: Int { (prepared.templates.count + blockLength - 1) / blockLength }

    /// The piece at a place: runs of sets one after the other, each with its blocks of templates.
    private func piece(at index: Int) -> Piece {
        let chunk = index / blockCount
        let block = index % blockCount
        return Piece(
            chunk: chunk,
            sets: chunk * chunkLength..<min(prepared.plan.sweep.setCount, (chunk + 1) * chunkLength),
            templates: block * blockLength..<min(prepared.templates.count, (block + 1) * blockLength)
        )
    }

    /// What running all containers left.
    struct Finish {
        /// What each piece left.
        var pieces: Pieces
        /// The best containers.
        var best: BestContainers
        /// What stopped the run, `nil` where nothing did.
        var problem: SweepError?
        /// What observers complained of, and what traces lost.
        var warnings: [String]
    }

    /// Runs all containers asked for.
    func run(_ spill: RowSpill) -> Finish {
        let shared = SharedState(BestContainers(prepared.plan.sweep, most: options.top))
        progress.entered(phase: "running")
        progress.advanced(finished: 0, failed: 0, total: selection.count)
        var pieces: Pieces = []
        let wanted = wantedChunks
        var first = wanted.lowerBound
        while first < wanted.upperBound, !shared.isStopped, interrupt.signal == nil {
            let (results, count) = runWave(from: first, to: wanted.upperBound, shared)
            var finished = results
            spill.take(&finished)
            pieces += finished
            first += count
            // Whatever comes next, another wave or the leaderboard, must not come on top of this one.
            if count < wanted.count { MemoryAdmission.giveBack() }
        }
        return Finish(
            pieces: pieces,
            best: shared.best,
            problem: shared.problem,
            warnings: shared.warnings + traceWarnings(pieces) + findings(pieces)
        )
    }

    /// What the containers did that a user should hear of, in container order whatever the order in which they ended.
    private func findings(_ pieces: Pieces) -> [String] {
        var all = RunFindings()
        for piece in pieces.sorted(by: { $0.index < $1.index }) { all.merge(piece.result.findings) }
        return all.sentences(prepared)
    }

    /// The first losses of traces, each in a sentence, and how many more there are.
    private func traceWarnings(_ pieces: Pieces) -> [String] {
        let losses = pieces.flatMap(\.result.traceLosses)
        let listed = 20
        guard losses.count > listed else { return losses }
        return losses.prefix(listed) + [
            "\(losses.count - listed) more traces and other files are not whole"
        ]
    }

    /// From the first to the last piece of which anything is asked for: `--limit 3` of millions prepares one.
    private var wantedChunks: Range<Int> {
        chunks.chunks(of: selection.sets(of: prepared.plan.sweep.setCount))
    }

    /// The variants of as many pieces from `first` on as fit the memory for shared columns.
    ///
    /// Nobody looks for signals while variants are bound, so no wave is so long that an interruption waits for it.
    private func nextWave(from first: Int, to end: Int) -> (SignalVariants, Int) {
        var count = min(end - first, chunks.waveLength(templates: prepared.templates.count))
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

    /// Runs the next wave; its columns are gone when it returns.
    private func runWave(from first: Int, to end: Int, _ shared: SharedState) -> (Pieces, Int) {
        let (variants, count) = nextWave(from: first, to: end)
        return (run(variants, first: first, count: count, shared), count)
    }

    private func run(_ variants: SignalVariants, first: Int, count: Int, _ shared: SharedState) -> Pieces {
        let start = first * blockCount
        let batches = self.batches(of: count * blockCount)
        let results = WorkerPool.map(
            batches.count,
            threads: options.jobs,
            makeWorker: { ContainerWorker(prepared, variants, tree, live, options.signals, returns) }
        ) { worker, index in
            let pieces = batches[index].map { piece(at: start + $0) }
            worker.setsEnd = pieces.last?.sets.upperBound ?? 0
            var done: Pieces = []
            for (place, piece) in zip(batches[index], pieces) {
                guard let result = run(piece, worker, shared) else { break }
                done.append(IndexedResult(index: start + place, result: result))
            }
            return done.isEmpty ? nil : done
        }
        return results.flatMap(\.result)
    }

    /// The part of what is left that a worker takes at once, as a divisor; one alone has nobody to wait for.
    static func share(jobs: Int) -> Int { jobs > 1 ? 3 * jobs : 1 }

    /// Runs of pieces that a worker takes at once, because neighbours share columns.
    ///
    /// Long ones first, short ones last, so that all workers end at about the same time.
    private func batches(of count: Int) -> [Range<Int>] {
        let longest = max(1, SignalWindow.lengthMax / chunkLength)
        let share = SweepExecution.share(jobs: options.jobs)
        var batches: [Range<Int>] = []
        var start = 0
        while start < count {
            let length = min(max(1, (count - start) / share), longest)
            batches.append(start..<start + length)
            start += length
        }
        return batches
    }

    /// Does one piece of work; what there is of it where the run is to stop, `nil` where that is nothing.
    private func run(_ piece: Piece, _ worker: ContainerWorker, _ shared: SharedState) -> PieceResult? {
        var result = emptyResult(piece)
        defer { shared.note(worker.takeObserverFailures()) }
        for set in piece.sets {
            for index in piece.templates where selection.contains(template: index, set: set) {
                if interrupt.signal != nil || shared.isStopped { return result.finished > 0 ? result : nil }
                let failures = result.failed
                do {
                    try container(index, set, worker, shared, &result)
                } catch {
                    shared.stop(.storage(error))
                    return result.finished > 0 ? result : nil
                }
                shared.advance(hasFailed: result.failed > failures, progress, total: selection.count)
            }
        }
        return result
    }

    private func container(
        _ index: Int,
        _ set: Int,
        _ worker: ContainerWorker,
        _ shared: SharedState,
        _ result: inout PieceResult
    ) throws(StorageError) {
        let template = prepared.templates[index]
        let place = index - result.piece.templates.lowerBound
        let record: ContainerRecord
        if options.resuming != nil, let kept = try worker.kept(template, set: set) {
            record = kept
            result.kept += 1
        } else {
            let waited = worker.tracer.waits.nanoseconds
            record = try worker.run(template, set: set)
            result.traceWaitNanoseconds += worker.tracer.waits.nanoseconds - waited
            result.traceLosses += worker.losses
            result.findings.addEventsBeyondWindow(
                worker.eventsBeyondWindow,
                of: record,
                template: index,
                set: set
            )
        }
        if template.trades { result.findings.add(record, template: index, set: set) }
        SummaryWriter.writeRow(record, parameterPaths: prepared.plan.sweep.paths, into: &result.rows[place])
        let isRanked = SweepPlan.meets(prepared.condition, record)
        result.totals[place].add(record, isRanked: isRanked)
        shared.consider(record, template: index, set: set, meetsCondition: isRanked)
        result.done[place] += 1
        if record.status == .failed {
            result.failures[place].append(
                Manifest.Failure(containerID: record.containerID, error: record.error ?? "")
            )
        }
    }

    private func emptyResult(_ piece: Piece) -> PieceResult {
        PieceResult(
            piece: piece,
            rows: piece.templates.map { _ in ByteBuffer(capacity: 1_024) },
            totals: piece.templates.map { _ in prepared.plan.emptyTotals },
            failures: piece.templates.map { _ in [] },
            done: piece.templates.map { _ in 0 }
        )
    }

    /// Publishes what needs every container: root_container/metrics.json and summary.csv, in container order.
    func publish(_ pieces: Pieces, _ spill: RowSpill) throws(StorageError) {
        var summary = try SummaryWriter(tree, parameterPaths: prepared.plan.sweep.paths)
        var totals = prepared.plan.emptyTotals
        for template in prepared.templates.indices {
            for result in inOrder(pieces, of: template) {
                let place = template - result.piece.templates.lowerBound
                try spill.withRows(of: result, place: place) { (bytes) throws(StorageError) in
                    try summary.append(rows: bytes)
                }
                totals.merge(result.totals[place])
            }
        }
        try summary.finish()
        try tree.write(totals)
    }

    /// The results that hold a template, in the order of its sets.
    private func inOrder(_ pieces: Pieces, of template: Int) -> some Sequence<PieceResult> {
        pieces.lazy.map(\.result).filter { $0.piece.templates.contains(template) }
    }

    /// Puts the status of every container and the first errors into the manifest.
    func describe(_ pieces: Pieces, in manifest: inout Manifest) {
        var statuses = ContainerStatuses()
        for template in prepared.templates.indices {
            var results = inOrder(pieces, of: template).makeIterator()
            var result = results.next()
            for chunk in 0..<chunkCount {
                let sets = chunk * chunkLength..<min(prepared.plan.sweep.setCount, (chunk + 1) * chunkLength)
                var done = 0
                var failures: [Manifest.Failure] = []
                if let here = result, here.piece.chunk == chunk {
                    let place = template - here.piece.templates.lowerBound
                    done = here.done[place]
                    failures = here.failures[place]
                    result = results.next()
                }
                manifest.failures += failures.prefix(max(0, Manifest.failuresMax - manifest.failures.count))
                append(sets, of: template, done: done, failed: failures.map(\.containerID), to: &statuses)
            }
        }
        manifest.containers = statuses
    }

    /// Adds the statuses of one template's containers in a piece of work, of which the first `done` are done.
    ///
    /// Where all of them have one status only the first and the last are named: an interrupted run of millions must be
    /// described within the two seconds that it has.
    private func append(
        _ sets: Range<Int>,
        of template: Int,
        done: Int,
        failed: [String],
        to statuses: inout ContainerStatuses
    ) {
        func id(_ set: Int) -> String { prepared.containerID(prepared.templates[template], set: set) }
        if selection.isWhole(template: template), failed.isEmpty, done == 0 || done == sets.count {
            statuses.append(
                ContainerStatuses.Span(
                    status: done == 0 ? .pending : .completed,
                    first: id(sets.lowerBound),
                    last: id(sets.upperBound - 1),
                    count: sets.count
                )
            )
            return
        }
        var rest = failed[...]
        var left = done
        for set in sets where selection.contains(template: template, set: set) {
            let name = id(set)
            let hasFailed = rest.first == name
            if hasFailed { rest = rest.dropFirst() }
            statuses.append(name, hasFailed ? .failed : (left > 0 ? .completed : .pending))
            left -= 1
        }
    }
}

/// What the threads of a run share beside their work; a class because all of them refer to it.
private final class SharedState: Sendable {
    private struct Guarded {
        var problem: SweepError?
        var finished = 0
        var failed = 0
        var observerFailures: [ObserverFailure] = []
        var best: BestContainers
    }

    // Taken twice a container, which takes a thousand times as long.
    private let guarded: Mutex<Guarded>

    init(_ best: BestContainers) { guarded = Mutex(Guarded(best: best)) }

    var problem: SweepError? { guarded.withLock { $0.problem } }
    var isStopped: Bool { problem != nil }

    /// What observers complained of, a sentence each.
    var warnings: [String] { guarded.withLock { $0.observerFailures.map(\.description).sorted() } }

    func stop(_ error: SweepError) {
        guarded.withLock { if $0.problem == nil { $0.problem = error } }
    }

    /// The best containers so far.
    var best: BestContainers { guarded.withLock { $0.best } }

    /// Takes a container in among the best where it belongs there.
    func consider(_ record: ContainerRecord, template: Int, set: Int, meetsCondition: Bool) {
        guarded.withLock {
            $0.best.add(record, template: template, set: set, meetsCondition: meetsCondition)
        }
    }

    /// Counts a container.
    func advance(hasFailed: Bool, _ progress: any SweepProgress, total: Int) {
        let (finished, failed) = guarded.withLock { state in
            state.finished += 1
            if hasFailed { state.failed += 1 }
            return (state.finished, state.failed)
        }
        progress.advanced(finished: finished, failed: failed, total: total)
    }

    /// Adds what observers complained of; each is reported once.
    func note(_ failures: [ObserverFailure]) {
        guard !failures.isEmpty else { return }
        guarded.withLock { state in
            for failure in failures { failure.merge(into: &state.observerFailures) }
        }
    }
}
