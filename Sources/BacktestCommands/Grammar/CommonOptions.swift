/// How much is said on standard error.
package enum LogLevel: String, Sendable, CaseIterable, Comparable {
    case error
    case warning
    case info
    case debug

    private var rank: Int { LogLevel.allCases.firstIndex(of: self) ?? 0 }

    /// From less to more.
    package static func < (a: LogLevel, b: LogLevel) -> Bool { a.rank < b.rank }
}

/// The options that every command has.
package enum CommonOptions {
    /// Says nothing but errors.
    package static let quiet = Flag(
        "quiet",
        short: "q",
        "say nothing on standard error but errors; no progress"
    )
    /// How much is said.
    package static let logLevel = Option(
        "log-level",
        value: "LEVEL",
        "how much to say on standard error: error, warning, info or debug",
        default: "info",
        reader: ValueReader<LogLevel>.choice
    )
    /// Help.
    package static let help = Flag("help", short: "h", "print this help and stop")

    /// All of them, in the order of the help text.
    package static let all: [any OptionDeclaration] = [quiet, logLevel, help]
}
