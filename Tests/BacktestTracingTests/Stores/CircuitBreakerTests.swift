import BacktestTracing
import Testing

@Suite struct CircuitBreakerTests {
    private static let limits: CircuitBreaker.Limits = {
        var limits = CircuitBreaker.Limits()
        limits.failures = 2
        limits.skips = 3
        limits.maxSkips = 8
        limits.successes = 2
        return limits
    }()

    /// Plays attempts (`+` succeeds, `-` fails); answers `.` for each that the breaker skipped.
    private func play(_ attempts: String, _ breaker: inout CircuitBreaker) -> String {
        String(
            attempts.map { attempt in
                guard breaker.allowsAttempt() else { return "." }
                if attempt == "+" { breaker.succeeded() } else { breaker.failed() }
                return attempt
            }
        )
    }

    @Test(arguments: [
        ("++++", "++++"), ("-+-+-+", "-+-+-+"), ("--++++", "--...+"), ("--+++++++", "--...++++"),
        ("--++++-++-", "--...+-..."), ("-----------------", "--...-......-...."),
        ("--++++++--++++", "--...+++--...+"),
    ])
    func follows(attempts: String, expected: String) {
        var breaker = CircuitBreaker(limits: Self.limits)
        #expect(play(attempts, &breaker) == expected)
    }

    @Test func waitsLongerAfterEveryFailedTrialUpToTheLimit() {
        var breaker = CircuitBreaker(limits: Self.limits)
        let played = play(String(repeating: "-", count: 60), &breaker)
        let waits = played.split(separator: "-").map(\.count)
        #expect(waits.prefix(4) == [3, 6, 8, 8])
        #expect(breaker.openings == played.filter { $0 == "-" }.count - 1)
    }

    @Test func forgetsLongWaitsOnceClosed() {
        var breaker = CircuitBreaker(limits: Self.limits)
        _ = play("--...-......++", &breaker)
        #expect(breaker.state == .closed(failures: 0))
        #expect(play("--++++", &breaker) == "--...+")
        #expect(breaker.state == .halfOpen(successes: 1))
    }
}
