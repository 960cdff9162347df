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

    /// Bar-evaluations a second and core where a container trades one symbol with one strategy.
    private static let barsPerSecond = 600e6
    /// Seconds a bar of every further pair of strategy and symbol, which are followed bar by bar.
    private static let secondsPerSleeveBar = 6e-9
    /// Seconds a container, most of them for its folder and file.
    private static let secondsPerContainer = 60e-6
    /// Seconds a number of a feature's column.
    private static let secondsPerFeature = 6e-9
    /// Bytes a second and core at which CSV is read.
    private static let bytesPerSecond = 400e6
    /// Seconds to start, to read the config and to end.
    private static let startSeconds = 0.01

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
        let sleeves = PlanEstimate.sleeveBars(plan, lengths, selected) * PlanEstimate.secondsPerSleeveBar
        let containers = Double(selected.count) * PlanEstimate.secondsPerContainer
        let bars = Double(barEvaluations) / PlanEstimate.barsPerSecond
        seconds =
            (bars + sleeves + features + containers) / workers
            + Double(fileBytes) / PlanEstimate.bytesPerSecond + PlanEstimate.startSeconds
    }

    /// Bars times pairs of strategy and symbol, over the containers that have more than one such pair.
    private static func sleeveBars(_ plan: RunPlan, _ lengths: [Int], _ selected: [Int]) -> Double {
        let strategies = plan.portfolios.map(\.strategies) + plan.analyses.map(\.strategies)
        let costs = zip(strategies, lengths).map { indices, length in
            let sleeves = indices.reduce(0) { $0 + plan.strategies[$1].symbols.count }
            return sleeves > 1 ? Double(sleeves) * Double(length) : 0
        }
        return selected.reduce(0) { $0 + costs[$1 / plan.sweep.setCount] }
    }

    private static func timelineLength(_ plan: RunPlan, _ tape: LoadedTape, _ place: Int) -> Int {
        let isPortfolio = place < plan.portfolios.count
        let strategies =
            isPortfolio
            ? plan.portfolios[place].strategies : plan.analyses[place - plan.portfolios.count].strategies
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
