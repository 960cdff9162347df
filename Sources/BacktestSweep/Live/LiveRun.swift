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
    /// Whether the run only repeats another one to compare: then nobody outside is told of it.
    let isRehearsal: Bool

    init(
        _ prepared: PreparedRun,
        _ tree: RunDirectory,
        total: Int,
        isRehearsal: Bool,
        writesProgress: Bool,
        _ progress: any SweepProgress,
        _ interrupt: InterruptFlag
    ) {
        self.isRehearsal = isRehearsal
        board = LiveBoard(
            prepared.plan.sweep,
            prepared.condition,
            tree,
            total: total,
            writes: writesProgress,
            now: { Clock.now() }
        )
        let say: @Sendable (String) -> Void = { progress.alerted($0) }
        alerts = AlertDispatcher(say: isRehearsal ? nil : say, now: { Clock.now() })
        self.interrupt = interrupt
    }

    /// Ends what is still going on outside; gives what the manifest should say of it, a sentence each.
    func finish(isResumed: Bool) -> [String] {
        let sentences = alerts.finish(isInterrupted: interrupt.signal != nil) + collectors.losses
        board.finish(isResumed: isResumed)
        return sentences
    }
}
