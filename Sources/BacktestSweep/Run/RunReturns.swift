import BacktestEngine
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestResults
import BacktestStatistics

/// The returns of a run: where each container's column goes, and what the whole of them says at the end.
struct RunReturns: Sendable {
    let store: ReturnStore
    private let prepared: PreparedRun
    private let selection: ContainerSelection
    /// For each portfolio its first column, and the places of its sets behind that; `nil` where all sets are asked for.
    private let places: [(first: Int, ranks: [Int32]?)]
    private var portfolioCount: Int { prepared.plan.portfolios.count }
    private var setCount: Int { prepared.plan.sweep.setCount }

    /// Opens the store in a run's folder; `nil` where the plan asks for none.
    init?(_ prepared: PreparedRun, _ selection: ContainerSelection, folder: String) throws(StorageError) {
        guard prepared.plan.results.storeReturns else { return nil }
        self.prepared = prepared
        self.selection = selection
        let trading = Set(prepared.templates.filter(\.trades).map(\.frame))
        let timelines = prepared.frames.indices.map { index in
            trading.contains(index) ? prepared.frames[index].timeline.times.array : []
        }
        let longest = timelines.indices.max { timelines[$0].count < timelines[$1].count } ?? 0
        let zone = prepared.plan.data.timeZone
        let columns = selection.count(
            ofTemplatesBelow: prepared.plan.portfolios.count,
            setCount: prepared.plan.sweep.setCount
        )
        places = prepared.plan.portfolios.indices.map {
            (
                selection.count(ofTemplatesBelow: $0, setCount: prepared.plan.sweep.setCount),
                selection.ranks(template: $0)
            )
        }
        let layout = ReturnLayout(
            timelines,
            ReturnPeriods(nil) { zone.offsetSeconds(at: $0) },
            columns: columns,
            barsPerYear: prepared.plan.metrics.periodsPerYear ?? prepared.calendar.periods[longest].bars
        )
        store = try ReturnStore(folder: folder, layout: layout, columns: columns)
    }

    /// Writes the column of a container that has ended.
    func write(
        _ equity: [Double],
        _ record: ContainerRecord,
        _ template: ContainerTemplate,
        set: Int
    ) throws(StorageError) {
        let (first, ranks) = places[template.portfolioIndex]
        let column = first + (ranks.map { Int($0[set]) } ?? set)
        guard record.status == .completed else { return try store.writeFailure(column: column) }
        let start = prepared.plan.settings(ofPortfolio: template.portfolioIndex, set: set).portfolio
            .initialCapital
        let returns = equity.withUnsafeBufferPointer {
            store.layout.returns($0, timeline: template.frame, initialCapital: start)
        }
        try store.write(returns, column: column)
    }

    /// Writes returns.json, and the statistics of the sweep.
    func publish(in tree: RunDirectory, best: BestContainers) throws(SweepError) -> StatisticsDocument? {
        do throws(StorageError) {
            try tree.publish(ReturnStore.documentName, store.document(ids: ids))
        } catch {
            throw .storage(error)
        }
        let table: ReturnTable?
        do throws(RunReadError) {
            table = try ReturnTable(storedIn: tree.path)
        } catch {
            throw .configuration("\(error.path): \(error.reason)")
        }
        guard let table, table.matrix.periods > 1 else { return nil }
        let metric = prepared.plan.sweep.objective?.metric.name ?? MetricName.sharpeRatio.name
        let place = best.winner.flatMap { winner in table.ids.firstIndex(of: winner.id) }
        var settings = StatisticsSettings()
        settings.seed = prepared.plan.seed
        let document = StatisticsDocument(
            run: tree.runID,
            table,
            objective: place == nil ? nil : (metric, best.winner?.value),
            best: place,
            settings: settings
        )
        do throws(StorageError) {
            try tree.publish(StatisticsDocument.fileName, document.bytes())
            try tree.publish(StatisticsDocument.tableName, document.table)
        } catch {
            throw .storage(error)
        }
        return document
    }

    /// The containers in the order of their columns.
    private var ids: [String] {
        (0..<portfolioCount).flatMap { template in
            (0..<setCount).lazy.filter { selection.contains(template: template, set: $0) }.map {
                prepared.containerID(prepared.templates[template], set: $0)
            }
        }
    }
}
