import Glibc
import Synchronization

/// SIGINT and SIGTERM while a run is on: the first asks the workers to stop, a second or two seconds end the process.
///
/// A handler may only touch what is safe between any two instructions: the word below is lock-free, and `_exit` and
/// `alarm` are on POSIX's list. Ending hard is safe too: files of the results tree appear whole or not at all.
package enum Interruption {
    /// Number of the first signal, 0 before it. Relaxed order will do: nothing else is handed over with it.
    private static let received = Atomic<Int32>(0)
    /// Seconds in which workers may finish or abandon their containers.
    private static let patience: UInt32 = 2

    /// The signal that has come, `nil` before one has.
    package static var signal: Int32? {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// The exit status after an interruption, `nil` without one.
    package static var status: ExitStatus? {
        signal.map { $0 == SIGTERM ? .terminated : .interrupted }
    }

    /// Takes over SIGINT and SIGTERM. A signal that is ignored, as `nohup` and background jobs have it, stays ignored.
    package static func install() {
        // The first access makes the word; the handler must not be the first.
        _ = received.load(ordering: .relaxed)
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            sigaction(number, nil, &action)
            guard action.__sigaction_handler.sa_handler != SIG_IGN else { continue }
            action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                let earlier = Interruption.received.exchange(number, ordering: .relaxed)
                if earlier != 0 { _exit(128 + earlier) }
                alarm(Interruption.patience)
            }
            sigemptyset(&action.sa_mask)
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
        Glibc.signal(SIGALRM) { _ in _exit(128 + Interruption.received.load(ordering: .relaxed)) }
    }
}
