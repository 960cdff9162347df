/// Stops asking a store that keeps failing, and tries it again now and then.
///
///     closed ──failures in a row──▶ open ──attempts skipped──▶ half-open ──successes──▶ closed
///                                     ▲                            │
///                                     └──────────failure───────────┘  (twice the wait, up to a limit)
///
/// A pure state machine on counts: no clock, so the same run behaves the same.
public struct CircuitBreaker: Sendable, Hashable {
    /// Whether the store is asked.
    public enum State: Sendable, Hashable {
        /// It is; so many attempts in a row have failed.
        case closed(failures: Int)
        /// It isn't; so many attempts are still skipped.
        case open(skips: Int)
        /// It is, on trial; so many attempts in a row have succeeded.
        case halfOpen(successes: Int)
    }

    /// What the breaker goes by.
    public struct Limits: Sendable, Hashable {
        /// Failures in a row that open it, >= 1.
        public var failures: Int = 3
        /// Attempts skipped before the first trial, >= 1.
        public var skips: Int = 16
        /// Most attempts skipped before a trial, however often trials fail.
        public var maxSkips: Int = 1_024
        /// Successes in a row on trial that close it, >= 1.
        public var successes: Int = 2

        /// Three failures, sixteen skips, two successes.
        public init() {}
    }

    /// Where it stands.
    public private(set) var state = State.closed(failures: 0)
    /// How often it has opened.
    public private(set) var openings = 0
    private let limits: Limits
    private var wait: Int

    /// Makes a closed breaker.
    public init(limits: Limits = Limits()) {
        precondition(limits.failures >= 1 && limits.skips >= 1 && limits.successes >= 1)
        self.limits = limits
        wait = limits.skips
    }

    /// Whether the store may be asked now; counts a skipped attempt where not.
    public mutating func allowsAttempt() -> Bool {
        guard case .open(let skips) = state else { return true }
        guard skips > 0 else {
            state = .halfOpen(successes: 0)
            return true
        }
        state = .open(skips: skips - 1)
        return false
    }

    /// Notes that an allowed attempt succeeded.
    public mutating func succeeded() {
        switch state {
        case .closed: state = .closed(failures: 0)
        case .open: preconditionFailure("an attempt that was not allowed")
        case .halfOpen(let successes):
            guard successes + 1 >= limits.successes else {
                state = .halfOpen(successes: successes + 1)
                return
            }
            state = .closed(failures: 0)
            wait = limits.skips
        }
    }

    /// Notes that an allowed attempt failed.
    public mutating func failed() {
        switch state {
        case .closed(let failures):
            if failures + 1 >= limits.failures { open() } else { state = .closed(failures: failures + 1) }
        case .open: preconditionFailure("an attempt that was not allowed")
        case .halfOpen:
            wait = min(wait * 2, max(limits.maxSkips, limits.skips))
            open()
        }
    }

    private mutating func open() {
        state = .open(skips: wait)
        openings += 1
    }
}
