import BacktestModel
import Glibc

/// The machine's clocks, for the manifest and for messages alone: nothing else in the results tree may depend on them.
enum Clock {
    /// A reading of the monotonic clock, in nanoseconds.
    typealias Instant = Int64

    static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    static func seconds(since start: Instant) -> Double { Double(now() - start) / 1e9 }

    static func secondsSinceEpoch() -> Int64 { Int64(time(nil)) }

    static func iso8601() -> String { Timestamp(seconds: secondsSinceEpoch()).iso8601 }

    /// Waits; for what talks to the outside world alone.
    static func sleep(milliseconds: Int) {
        var rest = timespec(tv_sec: milliseconds / 1_000, tv_nsec: milliseconds % 1_000 * 1_000_000)
        var left = timespec()
        while nanosleep(&rest, &left) != 0, errno == EINTR { rest = left }
    }
}
