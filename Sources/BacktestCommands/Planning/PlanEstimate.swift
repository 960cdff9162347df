import BacktestMarketData
import BacktestSweep

/// What a run would take, from its size and from speeds that were measured on one machine: a guess, good to a factor of 3.
struct PlanEstimate: Sendable, Hashable {
    /// Bars of every selected container's timeline, added up.
    var barEvaluations: Int
    /// Bytes of memory at the peak.
    var memoryBytes: Int
    /// Seconds on the wall clock.
    var seconds: Double
    /// Workers.
    var jobs: Int

    /// Bar-evaluations a second and core.
    private static let barsPerSecond = 300e6
    /// Seconds that writing one container's files takes.
    private static let secondsPerContainer = 50e-6
    /// Bytes a second and core at which CSV is read.
    private static let bytesPerSecond = 200e6
    init(plan: RunPlan, tape: LoadedTape, selected: [Int], jobs: Int, memory: RunMemory) {
        self.jobs = jobs
        memoryBytes = memory.peakBytes
        let lengths = (0..<(plan.portfolios.count + plan.analyses.count)).map { place in
            PlanEstimate.timelineLength(plan, tape, place)
        }
        barEvaluations = selected.reduce(0) { $0 + lengths[$1 / plan.sweep.setCount] }
        let workers = Double(memory.workers)
        let fileBytes = tape.files.reduce(0) { $0 + $1.byteCount }
        seconds =
            Double(barEvaluations) / PlanEstimate.barsPerSecond / workers
            + Double(selected.count) * PlanEstimate.secondsPerContainer / workers
            + Double(fileBytes) / PlanEstimate.bytesPerSecond
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
