import BacktestMarketData
import BacktestSweep

/// What a run would take, from its size and from speeds that were measured on one machine: good to a factor of 2 on
/// that machine when it is quiet.
struct PlanEstimate: Sendable, Hashable {
    /// Bars of every selected container's timeline, added up.
    var barEvaluations: Int
    /// Bytes of memory at the peak.
    var memoryBytes: Int
    /// Seconds on the wall clock.
    var seconds: Double
    /// Workers.
    var jobs: Int

    /// Seconds a bar that is evaluated.
    private static let secondsPerBar = 1.7e-9
    /// Seconds a bar of every pair of strategy and symbol, where a container has several.
    private static let secondsPerSleeveBar = 2e-9
    /// Seconds a signal, with the orders, fills and trades that come of it.
    private static let secondsPerSignal = 30e-9
    /// Seconds more for each further pair of strategy and symbol, whose equity is settled on that bar too.
    private static let secondsPerSignalAndSleeve = 4e-9
    /// Seconds a container, most of them for its folder and file.
    private static let secondsPerContainer = 80e-6
    /// Seconds a number of a feature's column.
    private static let secondsPerFeature = 6e-9
    /// Bytes a second and core at which CSV is read.
    private static let bytesPerSecond = 400e6
    /// Seconds to start, to read the config and to end.
    private static let startSeconds = 0.012

    init(plan: RunPlan, tape: LoadedTape, selected: [Int], jobs: Int, memory: RunMemory) {
        self.jobs = jobs
        memoryBytes = memory.peakBytes
        let lengths = (0..<(plan.portfolios.count + plan.analyses.count)).map { place in
            PlanEstimate.timelineLength(plan, tape, place)
        }
        barEvaluations = selected.reduce(0) { $0 + lengths[$1 / plan.sweep.setCount] }
        let workers = Double(memory.workers)
        let fileBytes = tape.files.reduce(0) { $0 + $1.byteCount }
        let ownFeatures = memory.ownFeatureBytes * min(plan.sweep.setCount, selected.count)
        let features = Double(memory.featureBytes + ownFeatures) / 8 * PlanEstimate.secondsPerFeature
        let costs = lengths.indices.map { place in
            PlanEstimate.containerSeconds(
                bars: Double(lengths[place]),
                sleeves: Double(PlanEstimate.sleeveCount(plan, place)),
                signals: Double(memory.signalCounts[place])
            )
        }
        let containers = selected.reduce(0) { $0 + costs[$1 / plan.sweep.setCount] }
        seconds =
            (containers + features) / workers
            + Double(fileBytes) / PlanEstimate.bytesPerSecond + PlanEstimate.startSeconds
    }

    private static func containerSeconds(bars: Double, sleeves: Double, signals: Double) -> Double {
        let signalSeconds = secondsPerSignal + (sleeves - 1) * secondsPerSignalAndSleeve
        let sleeveSeconds = sleeves > 1 ? bars * sleeves * secondsPerSleeveBar : 0
        return secondsPerContainer + bars * secondsPerBar + sleeveSeconds + signals * signalSeconds
    }

    /// Indices of the strategies of a portfolio, or of an analysis container after all portfolios.
    private static func strategies(_ plan: RunPlan, _ place: Int) -> [Int] {
        place < plan.portfolios.count
            ? plan.portfolios[place].strategies : plan.analyses[place - plan.portfolios.count].strategies
    }

    /// Pairs of strategy and symbol.
    private static func sleeveCount(_ plan: RunPlan, _ place: Int) -> Int {
        strategies(plan, place).reduce(0) { $0 + plan.strategies[$1].symbols.count }
    }

    private static func timelineLength(_ plan: RunPlan, _ tape: LoadedTape, _ place: Int) -> Int {
        let strategies = strategies(plan, place)
        let symbols = tape.tape.series.indices.filter { index in
            strategies.contains { plan.strategies[$0].symbols.contains(index) }
        }
        guard let first = symbols.first else { return 0 }
        if symbols.count == 1 { return tape.tape.series[first].tradableCount }
        return Timeline(tape: tape.tape, symbols: symbols).count
    }
}

extension Series {
    /// Bars that trading sees: those of the warm-up are not among them.
    fileprivate var tradableCount: Int { count - firstTradable }
}
