import BacktestExpressions
import BacktestMetrics
import BacktestModel
import BacktestResults
import Synchronization

/// What a run that lasts tells those who watch it: progress.json, written about once a second.
///
/// A class because all workers refer to it. Nothing of it reaches a result: the file goes when the run ends, and a run of
/// less than a second never writes it.
final class LiveBoard: Sendable {
    /// Nanoseconds between two writes, and until the first.
    private static let interval: Int64 = 1_000_000_000
    /// Containers in the list of the best.
    static let bestMax = 20

    private struct State {
        var document = ProgressDocument()
        var values: [Double] = []
        var lastWrite: Int64
        /// Only what was written must be removed.
        var isWritten = false
        var problem: StorageError?
    }

    private let tree: RunDirectory
    private let metric: MetricName
    private let maximize: Bool
    private let condition: Formula?
    private let writes: Bool
    private let started: Int64
    private let now: @Sendable () -> Int64
    private let state: Mutex<State>

    init(
        _ sweep: SweepPlan,
        _ condition: Formula?,
        _ tree: RunDirectory,
        total: Int,
        writes: Bool = true,
        now: @escaping @Sendable () -> Int64
    ) {
        self.writes = writes
        self.tree = tree
        metric = sweep.objective?.metric ?? .sharpeRatio
        maximize = sweep.objective?.maximize ?? true
        self.condition = condition
        self.now = now
        started = now()
        var state = State(lastWrite: started)
        state.document.total = total
        state.document.metric = metric.name
        state.document.maximize = maximize
        state.document.parameterPaths = sweep.paths
        self.state = Mutex(state)
    }

    /// A container begins.
    func began(_ containerID: String) {
        state.withLock { $0.document.running.append(containerID) }
    }

    /// A container has ended, or was kept from before an interruption.
    func ended(_ record: ContainerRecord, isKept: Bool = false) {
        state.withLock { state in
            state.document.finished += 1
            if isKept { state.document.kept += 1 }
            if record.status == .failed { state.document.failed += 1 }
            if let place = state.document.running.firstIndex(of: record.containerID) {
                state.document.running.remove(at: place)
            }
            enter(record, &state)
        }
        tick()
    }

    /// Writes progress.json where it is time to; called wherever the run gets on.
    func tick() {
        guard writes else { return }
        let time = now()
        state.withLock { state in
            guard time - state.lastWrite >= LiveBoard.interval else { return }
            state.lastWrite = time
            state.document.seconds = Double(time - started) / 1e9
            do throws(StorageError) {
                try tree.publish(ProgressDocument.fileName, state.document.bytes)
                state.isWritten = true
            } catch {
                // Those who watch see nothing new; the run itself will soon find out about a full disk.
                if state.problem == nil { state.problem = error }
            }
        }
    }

    /// Removes progress.json; what an earlier process left goes too.
    func finish(isResumed: Bool) {
        let isThere = state.withLock { $0.isWritten }
        guard isThere || isResumed else { return }
        // A file that cannot be removed says no more than that the run once ran.
        try? tree.remove(ProgressDocument.fileName)
    }

    /// Puts a container into the list of the best where it belongs there.
    private func enter(_ record: ContainerRecord, _ state: inout State) {
        guard record.status == .completed, !record.metrics.isInsolvent, let value = record.metrics[metric]
        else {
            return
        }
        let isFull = state.values.count == LiveBoard.bestMax
        if isFull, let last = state.values.last, !isBetter(value, than: last) { return }
        if let condition, !condition.evaluate({ LiveBoard.value(of: $0, in: record) }).isTrue { return }
        let place = state.values.firstIndex { isBetter(value, than: $0) } ?? state.values.count
        state.values.insert(value, at: place)
        let row = RunSummary.Row(record, parameterPaths: state.document.parameterPaths)
        state.document.best.insert(row, at: place)
        guard state.values.count > LiveBoard.bestMax else { return }
        state.values.removeLast()
        state.document.best.removeLast()
    }

    private func isBetter(_ value: Double, than other: Double) -> Bool {
        maximize ? value > other : value < other
    }

    private static func value(of name: String, in record: ContainerRecord) -> Double? {
        if let metric = MetricName(name: name) { return record.metrics[metric] }
        guard case .number(let number)? = record.parameters.first(where: { $0.path == name })?.value else {
            return nil
        }
        return number
    }
}
