import BacktestConcurrency
import BacktestEngine
import BacktestEvents
import BacktestExpressions
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestRules
import BacktestTracing

/// A plan joined to its data: everything that containers share, read only.
struct PreparedRun: Sendable {
    let plan: RunPlan
    let loaded: LoadedTape
    /// What the traces of all workers take in memory.
    let traceMemory = TraceMemory()
    private(set) var templates: [ContainerTemplate] = []
    private(set) var frames: [MarketFrame] = []
    private(set) var slots: [SignalSlot] = []
    /// Signals of slots that come from a file.
    private(set) var fileSignals: [Int: SignalList] = [:]
    /// Signal files as they were read: path and SHA-256.
    private(set) var signalFiles: [(path: String, sha256: String, byteCount: Int, rows: Int)] = []
    private(set) var warnings: [String] = []
    /// The year of each frame, and what is doubtful about the days.
    private(set) var calendar = RunCalendar()
    /// The objective's condition.
    private(set) var condition: Formula?

    /// Joins a plan to loaded data.
    init(_ plan: RunPlan, _ loaded: LoadedTape, jobs: Int) throws(SweepError) {
        var plan = plan
        for index in plan.portfolios.indices {
            plan.portfolios[index].options.weights = Proportions.smallest(
                plan.portfolios[index].options.weights
            )
        }
        self.plan = plan
        self.loaded = loaded
        if let text = plan.sweep.objective?.condition { condition = try? Formula.parse(text) }
        var symbolSets: [[Int]] = []
        var router = SignalRouter(published: plan.strategies.map(\.id))
        for (index, portfolio) in plan.portfolios.enumerated() {
            let template = try makeTemplate(
                portfolio.id,
                portfolioIndex: index,
                portfolio.strategies,
                &symbolSets,
                &router
            )
            templates.append(template)
        }
        for analysis in plan.analyses {
            let template = try makeTemplate(
                analysis.id,
                portfolioIndex: -1,
                analysis.strategies,
                &symbolSets,
                &router
            )
            templates.append(template)
        }
        try loadSignalFiles()
        let needs = AuxiliaryNeeds(plan)
        for symbols in symbolSets {
            let timeline = Timeline(tape: loaded.tape, symbols: symbols)
            let columns = symbols.map { needs.columns(of: loaded.tape.series[$0]) }
            frames.append(MarketFrame(timeline, auxiliary: columns))
        }
        calendar = RunCalendar(plan, loaded, frames.map(\.timeline))
        if let problem = plan.missingVWAP(in: loaded).first { throw .configuration(problem.description) }
        collectWarnings()
        warnings += calendar.warnings
    }

    private mutating func makeTemplate(
        _ id: String,
        portfolioIndex: Int,
        _ strategies: [Int],
        _ symbolSets: inout [[Int]],
        _ router: inout SignalRouter
    ) throws(SweepError) -> ContainerTemplate {
        let ids = strategies.map { plan.strategies[$0].id }
        let filter: StrategyFilter
        do {
            filter = try StrategyFilter(ids, subscriber: id)
            try router.subscribe(id, toSignalsFrom: filter)
        } catch {
            throw .configuration(error.description)
        }
        var symbols: [Int] = []
        for strategy in strategies {
            for symbol in plan.strategies[strategy].symbols where !symbols.contains(symbol) {
                symbols.append(symbol)
            }
        }
        symbols.sort()
        let frame = symbolSets.firstIndex(of: symbols) ?? symbolSets.count
        if frame == symbolSets.count { symbolSets.append(symbols) }
        var sleeves: [ContainerTemplate.Sleeve] = []
        for strategy in strategies {
            for symbol in plan.strategies[strategy].symbols {
                sleeves.append(
                    ContainerTemplate.Sleeve(
                        strategyID: plan.strategies[strategy].id,
                        lane: symbols.firstIndex(of: symbol) ?? 0,
                        slot: slotIndex(SignalSlot(strategy: strategy, symbol: symbol))
                    )
                )
            }
        }
        return ContainerTemplate(
            id: id,
            portfolioIndex: portfolioIndex,
            filter: filter,
            frame: frame,
            sleeves: sleeves,
            strategyOrder: ids.indices.sorted { ids[$0] < ids[$1] }
        )
    }

    private mutating func slotIndex(_ slot: SignalSlot) -> Int {
        if let index = slots.firstIndex(of: slot) { return index }
        slots.append(slot)
        return slots.count - 1
    }

    private mutating func loadSignalFiles() throws(SweepError) {
        for (index, strategy) in plan.strategies.enumerated() {
            guard case .file(let path, let timeFormat) = strategy.source else { continue }
            do {
                let signals = try SignalFile.load(
                    path: path,
                    timeFormat: timeFormat,
                    tape: loaded.tape,
                    symbols: strategy.symbols
                )
                if signals.lists.contains(where: \.hasLimits),
                    let problem = plan.misplacedLimits([index]).first
                {
                    throw SweepError.configuration(problem.description)
                }
                signalFiles.append((path, signals.sha256, signals.byteCount, signals.rows))
                for (symbol, list) in zip(strategy.symbols, signals.lists) {
                    let slot = SignalSlot(strategy: index, symbol: symbol)
                    if let place = slots.firstIndex(of: slot) { fileSignals[place] = list }
                }
                warnings += signals.warnings.map(\.description)
            } catch let error as MarketDataError {
                throw .data(error.problems.map(\.description))
            } catch let error as SweepError {
                throw error
            } catch {
                preconditionFailure("a signal file throws errors of data only: \(error)")
            }
        }
    }

    /// Whether a container of the run fills orders in bars without volume.
    private var fillsWithoutVolume: Bool {
        var fills = false
        for portfolio in plan.portfolios.indices {
            plan.eachSettings(ofPortfolio: portfolio, sweeping: ["execution.zero_volume"]) {
                fills = fills || $0.execution.zeroVolume == .fill
            }
        }
        return fills
    }

    private mutating func collectWarnings() {
        let fillsWithoutVolume = fillsWithoutVolume
        for file in loaded.files {
            warnings += file.warnings.map(\.description)
            if file.droppedRows > 0 {
                let first = file.droppedPlaces.first.map { ", the first: \($0)" } ?? ""
                warnings.append("\(file.path): \(file.droppedRows) bad rows were dropped\(first)")
            }
            if file.zeroVolumeBars > 0, fillsWithoutVolume {
                warnings.append(
                    "\(file.path): \(file.zeroVolumeBars) bars have volume 0, and orders fill in them; "
                        + "set execution.zero_volume: wait if they should not"
                )
            }
        }
    }
}

/// Which columns distances and sizes need, over all parameter sets.
private struct AuxiliaryNeeds {
    private var periods: [Int] = []
    private var lookbacks: [Int] = []
    private var targetsVolatility = false

    /// Looks at the plan's own options and at every swept value by itself: a value sets its option whole.
    init(_ plan: RunPlan) {
        let distances = [
            ".stop_loss", ".take_profit", ".trailing_stop", "execution.limit", "execution.stop",
            ".sizing.method",
        ]
        for index in plan.portfolios.indices {
            plan.eachSettings(ofPortfolio: index, sweeping: distances, numbers: [".sizing.lookback"]) {
                add($0)
            }
        }
    }

    private mutating func add(_ settings: ContainerSettings) {
        let risk = settings.portfolio.risk
        for distance in [
            risk.stopLoss, risk.takeProfit, risk.trailingStop, settings.execution.limitEntry,
            settings.execution.stopEntry,
        ] {
            if case .atr(_, let period) = distance, !periods.contains(period) { periods.append(period) }
        }
        let sizing = settings.portfolio.sizing
        targetsVolatility = targetsVolatility || sizing.method == .volatilityTarget
        // One axis may sweep the method and another the lookback, so every lookback is noted.
        if !lookbacks.contains(sizing.lookback) { lookbacks.append(sizing.lookback) }
    }

    func columns(of series: Series) -> AuxiliaryColumns {
        var columns = AuxiliaryColumns()
        for period in periods {
            columns.averageTrueRange[period] = Indicators.averageTrueRange(series: series, period: period)
        }
        for lookback in targetsVolatility ? lookbacks : [] {
            columns.volatility[lookback] = Indicators.realizedVolatility(series: series, lookback: lookback)
        }
        return columns
    }
}
