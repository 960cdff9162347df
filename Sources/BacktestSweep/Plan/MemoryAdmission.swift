import BacktestConcurrency
import CMalloc

/// How much of a run fits into a bound at once: its workers, and the shared columns of a wave.
struct MemoryAdmission: Sendable {
    /// Workers that run.
    var jobs: Int
    /// Bytes that the shared columns of a wave may take.
    var featureBytes: Int
    /// How far ahead each worker works signals out.
    var signals: SignalBudget
    /// What the run takes so.
    var memory: RunMemory

    /// Admits as many workers as fit beside the smallest wave, and then columns into what is left.
    ///
    /// `sets` holds the parameter sets of which anything is asked for, `count` is the number of containers asked for.
    ///
    /// - Throws: `SweepError.configuration` where not even one worker and the smallest wave fit.
    init(
        _ prepared: PreparedRun,
        _ options: SweepOptions,
        sets: Range<Int>,
        containers count: Int
    ) throws(SweepError) {
        let chunks = SweepChunks(setCount: prepared.plan.sweep.setCount)
        let wanted = chunks.chunks(of: sets)
        let demanded = SignalDemand(prepared, sets: sets)
        // Of fewer workers each takes more sets at once, and how few a bound leaves is not known yet.
        let share = sets.count / SweepExecution.share(jobs: options.memoryBytes == nil ? options.jobs : 1)
        guard let limit = options.memoryBytes else {
            signals = options.signals
            let demand = MemoryAdmission.firstWave(prepared, chunks, wanted, within: options.featureBytes)
            jobs = options.jobs
            featureBytes = options.featureBytes
            memory = RunMemory(prepared, jobs: jobs, containers: count, demand, demanded)
            memory.workerBytes += demanded.bytes(signals, sets: max(1, share))
            return
        }
        let smallest = MemoryAdmission.largestChunk(prepared, chunks, wanted, jobs: options.jobs)
        signals = SignalBudget(memoryBytes: limit, bytesPerSet: demanded.bytesPerSet)
        var memory = RunMemory(prepared, jobs: options.jobs, containers: count, smallest, demanded)
        memory.workerBytes += demanded.bytes(signals, sets: max(1, share))
        while memory.peakBytes > limit, memory.workers > 1 { memory.workers -= 1 }
        guard memory.peakBytes <= limit else {
            throw .configuration(MemoryAdmission.refusal(memory, limit, prepared))
        }
        jobs = min(options.jobs, memory.workers)
        // What the other parts leave; the columns of the smallest wave fit, as has been seen.
        featureBytes = min(options.featureBytes, smallest.sharedBytes + limit - memory.peakBytes)
        let wave = MemoryAdmission.firstWave(prepared, chunks, wanted, within: featureBytes)
        memory.featureBytes = wave.sharedBytes
        memory.keptFeatureBytes = wave.keptBytes
        self.memory = memory
    }

    /// Has freed columns go back to the system at once, so that a wave does not come on top of the one before.
    ///
    /// glibc raises its bound for that with every large block that is freed, unless it is told one.
    static func returnFreedColumns() { mallopt(M_MMAP_THRESHOLD, 256 << 10) }

    /// Gives the memory of what has been freed back to the system, which takes milliseconds.
    static func giveBack() { malloc_trim(0) }

    /// The demand of the first wave, which is as long as those that follow.
    private static func firstWave(
        _ prepared: PreparedRun,
        _ chunks: SweepChunks,
        _ wanted: Range<Int>,
        within limit: Int
    ) -> FeatureDemand {
        var count = min(wanted.count, chunks.waveLength(templates: prepared.templates.count))
        while true {
            let demand = FeatureDemand(
                prepared,
                sets: chunks.sets(of: wanted.lowerBound..<wanted.lowerBound + count)
            )
            if demand.sharedBytes <= limit || count == 1 { return demand }
            count = max(1, count / 2)
        }
    }

    /// The largest demand of any chunk: what the smallest wave may need.
    private static func largestChunk(
        _ prepared: PreparedRun,
        _ chunks: SweepChunks,
        _ wanted: Range<Int>,
        jobs: Int
    ) -> FeatureDemand {
        let demands = WorkerPool.map(wanted.count, threads: jobs) { place in
            let chunk = wanted.lowerBound + place
            return FeatureDemand(prepared, sets: chunks.sets(of: chunk..<chunk + 1))
        }
        var largest = FeatureDemand()
        for demand in demands {
            largest.sharedBytes = max(largest.sharedBytes, demand.sharedBytes)
            largest.keptBytes = max(largest.keptBytes, demand.keptBytes)
            largest.ownBytes = max(largest.ownBytes, demand.ownBytes)
        }
        return largest
    }

    private static func refusal(_ memory: RunMemory, _ limit: Int, _ prepared: PreparedRun) -> String {
        func megabytes(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20)M" }
        let parts = [
            ("the program", RunMemory.processBytes), ("bars", memory.tapeBytes),
            ("features", memory.featureBytes), ("one worker", memory.workerBytes),
            ("results", memory.containerBytes),
        ]
        let list = parts.map { "\($0.0) \(megabytes($0.1))" }.joined(separator: ", ")
        return
            "the run needs at least \(megabytes(memory.peakBytes)) of memory and may take \(megabytes(limit))"
            + " (\(list)); raise --memory, or load fewer bars or symbols"
    }
}

/// The parameter sets of a sweep in runs of neighbours, each one piece of work or several.
struct SweepChunks: Sendable, Hashable {
    /// Parameter sets of the sweep.
    let setCount: Int

    /// Sets in one chunk: many enough to share columns, few enough to share out.
    ///
    /// Depends on the sweep alone, because totals are summed piece by piece.
    var length: Int { max(1, min(64, setCount / 256)) }

    /// Chunks of the sweep.
    var count: Int { (setCount + length - 1) / length }

    /// Containers in one wave at most.
    static let waveContainerMax = 1 << 15

    /// Chunks in one wave at most: nobody looks for signals of the system while variants are bound, and rows wait in memory.
    func waveLength(templates: Int) -> Int { max(1, SweepChunks.waveContainerMax / templates / length) }

    /// The chunks that hold some sets.
    func chunks(of sets: Range<Int>) -> Range<Int> {
        sets.lowerBound / length..<(sets.upperBound + length - 1) / length
    }

    /// The sets of neighbouring chunks.
    func sets(of chunks: Range<Int>) -> Range<Int> {
        chunks.lowerBound * length..<min(setCount, chunks.upperBound * length)
    }
}
