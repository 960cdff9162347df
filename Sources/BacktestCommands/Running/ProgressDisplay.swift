import BacktestReports
import BacktestSweep
import Synchronization

/// Shows the progress of a run on standard error: a bar that is redrawn on a terminal, else a line every few seconds.
///
/// A class because workers share it: whoever ends a container draws if it is time to.
package final class ProgressDisplay: SweepProgress {
    private struct State {
        var lastDrawn: Double
        var isShown = false
    }

    private let log: Log
    private let start: Double
    private let isSilent: Bool
    private let state: Mutex<State>

    /// Seconds between two draws: often enough to look alive, rarely enough to cost nothing.
    private let interval: Double

    /// Starts the clock; nothing is drawn yet.
    package init(log: Log) {
        self.log = log
        start = MonotonicClock.seconds
        isSilent = log.level < .info
        interval = log.terminal.movesCursor ? 0.1 : 5
        state = Mutex(State(lastDrawn: start))
    }

    /// Says how far the run has come; may be called from any thread, as often as containers end.
    package func advanced(finished: Int, failed: Int, total: Int) {
        guard !isSilent else { return }
        let now = MonotonicClock.seconds
        state.withLock { state in
            guard now - state.lastDrawn >= interval else { return }
            state.lastDrawn = now
            state.isShown = true
            draw(ProgressLine(done: finished, total: total, failed: failed, seconds: now - start))
        }
    }

    /// Says an alert on a line of its own, above the bar.
    package func alerted(_ line: String) {
        state.withLock { state in
            if state.isShown, log.terminal.movesCursor { log.put("\r\u{1B}[K") }
            state.isShown = false
            log.alert(line)
        }
    }

    /// Says at level debug that another phase has begun.
    package func entered(phase: String) { log.debug(phase) }

    /// Takes the bar away, so that what is said next stands on a line of its own.
    package func finish() {
        state.withLock { state in
            if state.isShown, log.terminal.movesCursor { log.put("\r\u{1B}[K") }
            state.isShown = false
        }
    }

    private func draw(_ text: ProgressLine) {
        if log.terminal.movesCursor {
            log.put("\r" + text.bar(log.terminal.style) + "\u{1B}[K")
        } else {
            log.info(text.line)
        }
    }
}
