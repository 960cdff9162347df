import BacktestEvents
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestResults

/// Writes a container's metrics so far to partial.json, every so many closed trades.
///
/// Left to itself (`auto`) it does so for containers that have run for a second, at most once a second: nobody can watch a
/// container that is over in a millisecond, and the file of a long one costs nothing that could be measured. Its file goes
/// before metrics.json comes, so no result depends on the clock. A class because the bus and the worker that reuses it both
/// refer to it.
final class PartialResults: EventObserver {
    /// Nothing of its own: trades are counted in the batches that the metrics have asked for.
    let interests: EventTypeSet = []

    /// Batches of a container before the clock is read for the first time: short containers never read it.
    private static let quietBatches = 4
    private static let interval: Int64 = 1_000_000_000

    private let metrics: MetricsObserver
    private let board: LiveBoard
    private let tree: RunDirectory
    private let paths: [String]
    private let every: PartialEvery
    private var record: ContainerRecord?
    private var timeline: Timeline?
    private var batches = 0
    private var trades = 0
    private var lastTrades = 0
    private var lastWrite: Int64 = 0
    /// Whether the container under way has a partial.json.
    private var isWritten = false

    init(
        _ metrics: MetricsObserver,
        _ board: LiveBoard,
        _ tree: RunDirectory,
        _ plan: RunPlan
    ) {
        self.metrics = metrics
        self.board = board
        self.tree = tree
        paths = plan.sweep.paths
        every = plan.results.partialResults
    }

    /// Starts a container; `nil` where it does not trade, so that there is nothing to tell.
    func begin(_ record: ContainerRecord?, _ timeline: Timeline) {
        self.record = record
        self.timeline = timeline
        batches = 0
        trades = 0
        lastTrades = 0
        isWritten = false
    }

    func observe(events: UnsafeBufferPointer<Event>) throws {
        batches += 1
        // A short container costs one count a batch, and no look at its events.
        guard !every.isAuto || batches > PartialResults.quietBatches else { return }
        guard record != nil, let step = every.trades else { return }
        for index in events.indices where events[index].type == .positionClose { trades += 1 }
        guard trades - lastTrades >= step, let last = events.last else { return }
        if every.isAuto, !isTime() { return }
        lastTrades = trades
        try write(at: Int(last.bar))
    }

    private func isTime() -> Bool {
        let now = Clock.now()
        if lastWrite == 0 { lastWrite = now }
        guard now - lastWrite >= PartialResults.interval else { return false }
        lastWrite = now
        return true
    }

    private func write(at bar: Int) throws(StorageError) {
        guard let record, let timeline else { return }
        let (bars, values) = metrics.partial()
        let row = RunSummary.Row(
            containerID: record.containerID,
            portfolioID: record.portfolioID,
            status: .completed,
            parameters: paths.map { path in record.parameters.first { $0.path == path }?.value ?? .null },
            metrics: values
        )
        let document = PartialDocument(
            row: row,
            parameterPaths: paths,
            runHash: record.runHash,
            barsDone: bars,
            barsTotal: timeline.count,
            time: Timestamp(nanoseconds: timeline.times[min(max(bar, 0), timeline.count - 1)])
        )
        let file = try StreamedFile(in: tree, container: record.containerID, name: PartialDocument.fileName)
        var bytes = document.bytes
        try file.write(emptying: &bytes)
        try file.publish()
        isWritten = true
        board.tick()
    }

    /// Ends the container: its partial.json goes, before metrics.json comes.
    func finish() throws(StorageError) {
        defer { record = nil }
        guard isWritten, let record else { return }
        try tree.remove(PartialDocument.fileName, container: record.containerID)
    }
}
