/// What the program tells its caller when it ends.
package enum ExitStatus: Int32, Sendable, Hashable, CaseIterable {
    case success = 0
    case unmet = 1
    case usage = 2
    case badData = 3
    case containersFailed = 4
    case storageFailed = 5
    case cannotCompare = 6
    case interrupted = 130
    case terminated = 143

    /// What it means, as help prints it.
    package var meaning: String {
        switch self {
        case .success: "fine"
        case .unmet: "a check does not hold, or something needed is missing"
        case .usage: "wrong usage, or an invalid config"
        case .badData: "bad data"
        case .containersFailed: "finished, but containers failed"
        case .storageFailed: "results could not be read or written"
        case .cannotCompare: "cannot compare: a baseline is missing or does not match"
        case .interrupted: "interrupted (SIGINT); the run can be resumed"
        case .terminated: "terminated (SIGTERM); the run can be resumed"
        }
    }
}
