import BacktestEngine
public import BacktestMarketData
import BacktestModel
import BacktestRules

/// The memory of a run, part by part, told from its plan and data: what `plan` prints and what `--memory` is held against.
public struct RunMemory: Sendable, Hashable {
    /// The program itself: code, libraries, buffers for reading, the config.
    public static let processBytes = 18 << 20
    /// Bytes a container that are kept until the end of its wave, and then written away.
    static let waveBytesPerContainer = 1_850
    /// Bytes a container of the waves before, until the end of the run.
    static let earlierBytesPerContainer = 480
    /// Rows of the summary that memory keeps before they are written away.
    static let rowBytesMax = 16 << 20

    /// Bars and what is derived of them for every container: timelines, true ranges, volatilities.
    public var tapeBytes: Int
    /// Shared feature columns of the largest wave while they are made, steps included.
    public var featureBytes: Int
    /// Those that stay while its containers run.
    public var keptFeatureBytes: Int
    /// The part of `workerBytes` that feature columns take which no other set shares.
    public var ownFeatureBytes: Int
    /// What one worker needs.
    public var workerBytes: Int
    /// Workers.
    public var workers: Int
    /// What containers leave until it is written.
    public var containerBytes: Int

    /// Signals that a container hears in the middle one of the parameter sets, for each portfolio and then each analysis.
    public var signalCounts: [Int]

    /// The highest point: while columns are made, or while workers use them.
    public var peakBytes: Int {
        let highest = max(featureBytes, keptFeatureBytes + workerBytes * workers)
        return RunMemory.processBytes + tapeBytes + highest + containerBytes
    }

    /// What a plan would take on loaded data.
    ///
    /// `selected` are the positions of the containers that run, in container order; `limit` are the bytes that the run may take,
    /// `nil` for what it needs.
    ///
    /// - Throws: what `run` would say of the plan and its data, and a limit that is too small.
    public init(
        _ plan: RunPlan,
        _ loaded: LoadedTape,
        jobs: Int,
        limit: Int?,
        selected: [Int]
    ) throws(SweepError) {
        var options = SweepOptions(jobs: jobs)
        options.memoryBytes = limit
        let prepared = try PreparedRun(plan, loaded, jobs: jobs)
        let setCount = plan.sweep.setCount
        let places = selected.lazy.map { $0 % setCount }
        let sets = (places.min() ?? 0)..<(places.max() ?? 0) + 1
        self = try MemoryAdmission(prepared, options, sets: sets, containers: selected.count).memory
    }

    init(
        _ prepared: PreparedRun,
        jobs: Int,
        containers count: Int,
        _ demand: FeatureDemand,
        _ signals: SignalDemand
    ) {
        tapeBytes = RunMemory.tapeBytes(prepared)
        featureBytes = demand.sharedBytes
        keptFeatureBytes = demand.keptBytes
        workers = max(1, min(jobs, count))
        ownFeatureBytes = demand.ownBytes
        workerBytes = RunMemory.workerBytes(prepared) + demand.ownBytes
        containerBytes = min(
            count * RunMemory.waveBytesPerContainer,
            RunMemory.rowBytesMax * 3 / 2 + SweepChunks.waveContainerMax * RunMemory.waveBytesPerContainer
        )
        containerBytes += max(0, count - SweepChunks.waveContainerMax) * RunMemory.earlierBytesPerContainer
        signalCounts = prepared.templates.map { template in
            template.sleeves.reduce(0) { $0 + signals.counts[$1.slot] }
        }
    }

    private static func tapeBytes(_ prepared: PreparedRun) -> Int {
        var bytes = 0
        for series in prepared.loaded.tape.series {
            bytes += series.count * 8 * (series.vwap == nil ? 6 : 7)
        }
        for frame in prepared.frames {
            // Times and days of a timeline of several symbols, and for each the two maps and the closes.
            let lanes = frame.lanes.count
            bytes += frame.timeline.count * (lanes == 1 ? 4 : 12 + 16 * lanes)
            for symbol in frame.lanes {
                let columns = symbol.auxiliary.averageTrueRange.count + symbol.auxiliary.volatility.count
                bytes += columns * symbol.lane.series.count * 8
            }
        }
        return bytes
    }

    /// Returns twice (as they come and sorted), and the curve where it is stored.
    private static func workerBytes(_ prepared: PreparedRun) -> Int {
        let longest = prepared.frames.map(\.timeline.count).max() ?? 0
        let results = prepared.plan.results
        let curve = results.storeEquityCurve || results.storeReturns ? 8 : 0
        return (1 << 20) + longest * (16 + curve)
    }
}
