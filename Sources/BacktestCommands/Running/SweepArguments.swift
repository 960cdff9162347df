/// The options that `plan`, `run` and `validate` share.
package enum SweepArguments {
    /// The config file.
    package static let config = Argument(
        "CONFIG",
        "a YAML file",
        reader: ValueReader<String>.file([".yaml", ".yml"])
    )
    /// `--set`.
    package static let set = OptionList(
        "set",
        value: "PATH=VALUE",
        "replace a value of the config, such as execution.slippage.rate=1bps",
        reader: ValueReader<String>.setting
    )
    /// `--environment`.
    package static let environment = Option(
        "environment",
        value: "NAME",
        "apply the config's section of that name, such as production",
        reader: ValueReader<String>.text
    )
    /// `--only`.
    package static let only = OptionList(
        "only",
        value: "GLOB",
        "only containers whose id matches, such as 'trend_00*'",
        reader: ValueReader<String>.text
    )
    /// `--limit`.
    package static let limit = Option(
        "limit",
        value: "N",
        "only the first N of the containers",
        reader: .wholeNumber(1...Int.max)
    )
    /// `--jobs`.
    package static let jobs = Option(
        "jobs",
        short: "j",
        value: "N",
        "containers that run at the same time",
        default: "all cores",
        reader: .wholeNumber(1...1_024)
    )
    /// `--memory`.
    package static let memory = Option(
        "memory",
        value: "SIZE",
        "take at most so much memory, such as 4G: fewer workers, and features in smaller waves",
        reader: ValueReader<Int>.byteCount
    )
    /// `--no-cache`.
    package static let noCache = Flag(
        "no-cache",
        "parse every bar file, and keep nothing of it for the next time"
    )
    /// `--verdict`.
    package static let verdict = Option(
        "verdict",
        value: "FILE",
        "write verdict.json there too",
        reader: ValueReader<String>.file([".json"])
    )
}
