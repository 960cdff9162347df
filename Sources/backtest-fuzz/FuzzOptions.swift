import Glibc

/// What the command line asks for.
struct FuzzOptions {
    /// Seconds for all targets together.
    var seconds: Double = 10
    /// Seed; the clock's where none is given, and always printed.
    var seed: UInt64
    /// Only this target.
    var target: String?
    /// Only this iteration, printed: how a failure is repeated.
    var iteration: UInt64?
    /// Run the planted faults instead of the parsers.
    var isCanary = false
    /// Set by the driver for the process that reads the inputs: the file that holds the iteration under way.
    var worker: String?

    static let usage = """
        usage: backtest-fuzz [--seconds N] [--seed N] [--target NAME] [--iteration N] [--canary]
          Feeds damaged inputs to every parser of ADMF for a while. Exit status 0: nothing found; 1: a failure,
          with the line that repeats it; 2: wrong usage.

        """

    /// Reads the arguments after the program's name; `nil` for wrong usage.
    init?(_ arguments: [String]) {
        seed = UInt64(truncatingIfNeeded: clock()) ^ UInt64(truncatingIfNeeded: time(nil))
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--canary" {
                isCanary = true
                continue
            }
            guard let value = rest.popFirst() else { return nil }
            switch option {
            case "--seconds":
                guard let number = Double(value), number > 0 else { return nil }
                seconds = number
            case "--seed":
                guard let number = UInt64(value) else { return nil }
                seed = number
            case "--iteration":
                guard let number = UInt64(value) else { return nil }
                iteration = number
            case "--target": target = value
            case "--worker": worker = value
            default: return nil
            }
        }
    }
}
