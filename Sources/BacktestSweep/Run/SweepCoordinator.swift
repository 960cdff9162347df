public import BacktestConcurrency
import BacktestEngine
import BacktestMarketData
import BacktestModel
import BacktestResults

/// Runs a plan: loads the data, runs every container on a pool of threads, publishes the results tree.
///
///     plan ── data ── features and signals, once for each set ── containers ── metrics.json, one by one ── summary, manifest
///
/// Work is handed out in runs of neighbouring parameter sets, so that containers which share columns and signals run one
/// after the other. Nothing that is written depends on the number of threads or on who came first.
public struct SweepCoordinator: Sendable {
    let plan: RunPlan
    let options: SweepOptions
    let progress: any SweepProgress
    let interrupt: InterruptFlag

    /// Runs a plan to its end, to an interruption, or to an error that stops it.
    public static func run(
        _ plan: RunPlan,
        _ options: SweepOptions,
        progress: any SweepProgress,
        interrupt: InterruptFlag
    ) -> SweepOutcome {
        SweepCoordinator(plan: plan, options: options, progress: progress, interrupt: interrupt).run()
    }

    private func run() -> SweepOutcome {
        var outcome = SweepOutcome()
        let started = Clock.now()
        do {
            try run(&outcome, started)
        } catch {
            outcome.error = error
        }
        outcome.seconds = Clock.seconds(since: started)
        return outcome
    }

    private func run(_ outcome: inout SweepOutcome, _ started: Clock.Instant) throws(SweepError) {
        progress.entered(phase: "loading data")
        let loaded: LoadedTape
        do {
            loaded = try TapeLoader.load(plan.data, jobs: options.jobs, cache: options.cache)
        } catch {
            throw .data(error.problems.map(\.description))
        }
        let loadSeconds = Clock.seconds(since: started)
        let prepared = try PreparedRun(plan, loaded, jobs: options.jobs)
        let selection = ContainerSelection(prepared, only: options.only, limit: options.limit)
        outcome.warnings = plan.warnings + prepared.warnings
        outcome.bars = prepared.frames.map(\.timeline.count).max() ?? 0
        outcome.total = selection.count
        guard selection.count > 0 else {
            throw .configuration("no container matches --only \(options.only.joined(separator: ", "))")
        }
        let admitted = try admit(prepared, selection)
        var manifest = ManifestBuilder(plan: plan, options: options).manifest(prepared, selection)
        manifest.timings.append(Named("load", loadSeconds))
        do {
            let tree = try open(&manifest)
            outcome.runPath = tree.path
            try run(prepared, selection, tree, admitted, &manifest, &outcome, started)
        } catch let error as StorageError {
            throw .storage(error)
        } catch let error as SweepError {
            throw error
        } catch {
            preconditionFailure("a run throws storage and sweep errors only: \(error)")
        }
    }

    /// The options with as many workers and shared columns as fit into the memory that the run may take.
    private func admit(
        _ prepared: PreparedRun,
        _ selection: ContainerSelection
    ) throws(SweepError) -> SweepOptions {
        guard options.memoryBytes != nil else { return options }
        let admission = try MemoryAdmission(
            prepared,
            options,
            sets: selection.sets(of: plan.sweep.setCount),
            containers: selection.count
        )
        MemoryAdmission.returnFreedColumns()
        var admitted = options
        admitted.jobs = admission.jobs
        admitted.featureBytes = admission.featureBytes
        admitted.signals = admission.signals
        let features = "\(admission.featureBytes >> 20) MiB of features at once"
        progress.entered(phase: "admitting \(admission.jobs) of \(options.jobs) workers and \(features)")
        return admitted
    }

    /// Claims a new run's folder, or takes up the one that is to be resumed.
    private func open(_ manifest: inout Manifest) throws -> RunDirectory {
        guard let path = options.resuming else {
            return try RunDirectory.create(
                results: options.outputDirectory ?? plan.results.directory,
                manifest: &manifest,
                secondsSinceEpoch: Clock.secondsSinceEpoch(),
                configuration: plan.configurationBytes
            )
        }
        let tree = try RunDirectory.resume(
            path: path,
            configuration: options.restoresConfiguration ? plan.configurationBytes : nil
        )
        manifest.runID = tree.runID
        manifest.status = .running
        try tree.write(manifest)
        return tree
    }

    private func run(
        _ prepared: PreparedRun,
        _ selection: ContainerSelection,
        _ tree: RunDirectory,
        _ admitted: SweepOptions,
        _ manifest: inout Manifest,
        _ outcome: inout SweepOutcome,
        _ started: Clock.Instant
    ) throws {
        let spill = RowSpill(folder: tree.path, keptBytesMax: RunMemory.rowBytesMax)
        let execution = SweepExecution(
            prepared: prepared,
            selection: selection,
            tree: tree,
            options: admitted,
            progress: progress,
            interrupt: interrupt,
            live: LiveRun(
                prepared,
                tree,
                total: selection.count,
                isRehearsal: options.isRehearsal,
                writesProgress: options.writesProgress,
                progress,
                interrupt
            ),
            returns: try RunReturns(prepared, selection, folder: tree.path)
        )
        let runStarted = Clock.now()
        let finish = execution.run(spill)
        let (pieces, problem) = (finish.pieces, finish.problem)
        outcome.warnings += execution.live.finish(isResumed: options.resuming != nil)
        manifest.timings.append(Named("run", Clock.seconds(since: runStarted)))
        let waited = pieces.reduce(0) { $0 + $1.result.traceWaitNanoseconds }
        if waited > 0 { manifest.timings.append(Named("trace_wait", Double(waited) / 1e9)) }
        outcome.warnings += finish.warnings
        outcome.finished = pieces.reduce(0) { $0 + $1.result.finished }
        outcome.kept = pieces.reduce(0) { $0 + $1.result.kept }
        outcome.failed = pieces.reduce(0) { $0 + $1.result.failed }
        outcome.interrupted = problem == nil && outcome.finished < selection.count ? interrupt.signal : nil
        if let link = tree.latestProblem { outcome.warnings.append(link.description) }
        manifest.warnings = outcome.warnings
        execution.describe(pieces, in: &manifest)
        manifest.times.append(Named("ended", Clock.iso8601()))
        if let problem {
            manifest.status = .failed
            // The disk may be full: what cannot be written now is what resume mends.
            try? tree.write(manifest)
            throw problem
        }
        if outcome.interrupted != nil {
            manifest.status = .interrupted
            try tree.write(manifest)
            return
        }
        progress.entered(phase: "writing summary")
        let written = Clock.now()
        try execution.publish(pieces, spill)
        try execution.publishAlerts()
        outcome.best = finish.best
        if execution.returns != nil { progress.entered(phase: "statistics") }
        outcome.statistics = try execution.returns?.publish(in: tree, best: finish.best)
        if selection.count > SweepChunks.waveContainerMax { MemoryAdmission.giveBack() }
        manifest.timings.append(Named("summary", Clock.seconds(since: written)))
        manifest.timings.append(Named("total", Clock.seconds(since: started)))
        manifest.status = .completed
        try tree.write(manifest)
    }
}
