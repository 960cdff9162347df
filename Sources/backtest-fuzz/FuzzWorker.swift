import Glibc

/// The process that reads the inputs.
///
/// It may crash or hang: the driver watches it.
struct FuzzWorker {
    let target: FuzzTarget
    let seed: UInt64

    /// Runs iterations until the time is over.
    ///
    /// The one under way stands in the file, so that the driver knows it after a crash. Exit status 3 for a wrong answer.
    func run(seconds: Double, progress: String) -> Int32 {
        let file = open(progress, O_WRONLY | O_CREAT, 0o600)
        guard file >= 0 else { return 4 }
        defer { close(file) }
        let end = monotonicSeconds() + seconds
        var iteration: UInt64 = 0
        while iteration % 64 != 0 || monotonicSeconds() < end {
            var current = iteration
            guard pwrite(file, &current, 8, 0) == 8 else { return 4 }
            if let problem = target.check(target.input(seed: seed, iteration: iteration)) {
                print("\(target.name): wrong answer: \(problem)")
                return 3
            }
            iteration += 1
        }
        return 0
    }

    /// Runs one iteration and shows its input.
    func repeatOne(_ iteration: UInt64) -> Int32 {
        let input = target.input(seed: seed, iteration: iteration)
        print("\(target.name), seed \(seed), iteration \(iteration), \(input.count) bytes:")
        print(String(decoding: input, as: UTF8.self))
        print("---")
        fflush(nil)
        if let problem = target.check(input) {
            print("wrong answer: \(problem)")
            return 1
        }
        print("no failure")
        return 0
    }
}

/// Seconds on a clock that never goes back.
func monotonicSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}
