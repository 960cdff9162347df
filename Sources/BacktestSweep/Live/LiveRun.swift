import BacktestConcurrency
import BacktestResults

/// What the workers of a run share besides their work: those who watch, those who are told, and the collectors of spans.
///
/// Nothing in it reaches a result.
struct LiveRun: Sendable {
    let board: LiveBoard
    let alerts: AlertDispatcher
    let collectors = SpanCollectors()
    let interrupt: InterruptFlag

    init(
        _ prepared: PreparedRun,
        _ tree: RunDirectory,
        total: Int,
        _ progress: any SweepProgress,
        _ interrupt: InterruptFlag
    ) {
        board = LiveBoard(
            prepared.plan.sweep,
            prepared.condition,
            tree,
            total: total,
            now: { Clock.now() }
        )
        alerts = AlertDispatcher(say: { progress.alerted($0) }, now: { Clock.now() })
        self.interrupt = interrupt
    }

    /// Ends what is still going on outside; gives what the manifest should say of it, a sentence each.
    func finish(isResumed: Bool) -> [String] {
        let sentences = alerts.finish(isInterrupted: interrupt.signal != nil) + collectors.losses
        board.finish(isResumed: isResumed)
        return sentences
    }
}
