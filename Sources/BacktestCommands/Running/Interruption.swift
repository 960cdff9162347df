package import BacktestConcurrency
import Glibc

/// SIGINT and SIGTERM while a run is on: the first asks the workers to stop, a second one or 1.8 seconds end the process.
///
/// A handler may only touch what is safe between any two instructions: the flag is one lock-free number, `_exit` and
/// `setitimer` are plain system calls. Ending hard is safe too: files of the results tree appear whole or not at all.
package enum Interruption {
    /// What workers look at between containers.
    package static let flag = InterruptFlag()
    /// Time in which workers may finish or abandon their containers: 1.8 s, once.
    private static var patience: itimerval {
        itimerval(it_interval: timeval(), it_value: timeval(tv_sec: 1, tv_usec: 800_000))
    }

    /// Takes over SIGINT and SIGTERM, also where SIGINT is ignored, as shells have it for background jobs of a script:
    /// who sends it there means it.
    package static func install() {
        // The first access makes the flag; the handler must not be the first.
        _ = flag.signal
        signal(SIGALRM) { _ in _exit(128 + (Interruption.flag.signal ?? SIGTERM)) }
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                if let earlier = Interruption.flag.signal { _exit(128 + earlier) }
                Interruption.flag.set(signal: number)
                var timer = Interruption.patience
                setitimer(Int32(ITIMER_REAL.rawValue), &timer, nil)
            }
            sigemptyset(&action.sa_mask)
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
        // A parent's thread may have blocked them, and a mask is inherited.
        var mask = sigset_t()
        sigemptyset(&mask)
        for number in [SIGINT, SIGTERM, SIGALRM] { sigaddset(&mask, number) }
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    }
}
