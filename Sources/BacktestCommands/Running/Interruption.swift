import Glibc
import Synchronization

/// SIGINT and SIGTERM while a run is on: the first asks the workers to stop, a second one or 1.8 seconds end the process.
///
/// A handler may only touch what is safe between any two instructions: the word below is lock-free, and `_exit` and
/// `setitimer` are plain system calls. Ending hard is safe too: files of the results tree appear whole or not at all.
package enum Interruption {
    /// Number of the first signal, 0 before it.
    ///
    /// Relaxed order will do: nothing else is handed over with it.
    private static let received = Atomic<Int32>(0)
    /// Time in which workers may finish or abandon their containers: 1.8 s, once.
    private static var patience: itimerval {
        itimerval(it_interval: timeval(), it_value: timeval(tv_sec: 1, tv_usec: 800_000))
    }

    /// The signal that has come, `nil` before one has.
    package static var signal: Int32? {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// The exit status after an interruption, `nil` without one.
    package static var status: ExitStatus? {
        signal.map { $0 == SIGTERM ? .terminated : .interrupted }
    }

    /// Takes over SIGINT and SIGTERM, also where SIGINT is ignored, as shells have it for background jobs of a script:
    /// who sends it there means it.
    package static func install() {
        // The first access makes the word; the handler must not be the first.
        _ = received.load(ordering: .relaxed)
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                let earlier = Interruption.received.exchange(number, ordering: .relaxed)
                if earlier != 0 { _exit(128 + earlier) }
                var timer = Interruption.patience
                setitimer(Int32(ITIMER_REAL.rawValue), &timer, nil)
            }
            sigemptyset(&action.sa_mask)
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
        Glibc.signal(SIGALRM) { _ in _exit(128 + Interruption.received.load(ordering: .relaxed)) }
    }
}
