/// One run to be measured: its data, its config and what it should come to.
struct Workload {
    /// As on the command line and in the tables.
    var name: String
    /// The files that it reads, one a symbol.
    var data: [DataFile]
    /// Containers that the config makes.
    var containers: Int
    /// The config after `data:`.
    var config: String
    /// Small enough to run under valgrind.
    var isSmall = false
    /// Only with `--all` or by name.
    var isLong = false

    /// Bars of all symbols together.
    var bars: Int { data.reduce(0) { $0 + $1.bars } }

    /// Bars times containers: what is evaluated at least once.
    var barEvaluations: Int { bars * containers }

    /// The whole YAML file; data and config lie in the same folder.
    var yaml: String {
        let bars = data.map { "    - {symbol: \($0.symbol), file: \($0.file), timeframe: \($0.timeframe)}\n" }
        return "name: \(name)\ndata:\n  bars:\n\(bars.joined())\(config)"
    }
}

/// A file of bars in the scratch folder.
enum DataFile {
    /// The real daily bars of the tests.
    case goog
    /// A random walk of one-minute bars.
    case walk(seed: UInt64, bars: Int)

    /// Rows without the header.
    var bars: Int {
        switch self {
        case .goog: 2_148
        case .walk(_, let bars): bars
        }
    }

    /// The symbol in the config.
    var symbol: String {
        switch self {
        case .goog: "GOOG"
        case .walk(let seed, _): "W\(seed)"
        }
    }

    /// The name within the folder.
    var file: String {
        switch self {
        case .goog: "goog_daily.csv"
        case .walk(let seed, let bars): "walk_\(seed)_\(bars).csv"
        }
    }

    /// The timeframe in the config.
    var timeframe: String {
        switch self {
        case .goog: "1d"
        case .walk: "1m"
        }
    }
}
