import BacktestModel
import BacktestResults
import BacktestStatistics

/// The settings `statistics.…` of a command line.
struct StatisticsOptions {
    var settings = StatisticsSettings()
    /// Length of a period; `nil`: the finest that fits.
    var frequency: ReturnFrequency?

    /// One setting: its key, what it takes, and what sets it (whether the text had a meaning).
    private struct Setting: Sendable {
        var key: String
        var expected: String
        var set: @Sendable (String, inout StatisticsOptions) -> Bool
    }

    private static let all: [Setting] = [
        Setting(key: "returns", expected: "auto, bar, hour, day, week or month") { text, options in
            options.frequency = ReturnFrequency(rawValue: text)
            return options.frequency != nil || text == "auto"
        },
        Setting(key: "confidence", expected: "a share between 0 and 1, such as 95%") { text, options in
            guard let share = share(text), share > 0, share < 1 else { return false }
            options.settings.confidence = share
            return true
        },
        Setting(
            key: "effective_trials",
            expected: "average_correlation, participation_ratio, none, or a number from 1"
        ) { text, options in
            switch text {
            case "average_correlation": options.settings.effectiveTrials = .averageCorrelation
            case "participation_ratio": options.settings.effectiveTrials = .participationRatio
            case "none": options.settings.effectiveTrials = .none
            default:
                guard let number = Double(text), number >= 1, number.isFinite else { return false }
                options.settings.effectiveTrials = .fixed(number)
            }
            return true
        },
        Setting(key: "variance_floor", expected: "true or false") { text, options in
            guard let flag = Bool(text) else { return false }
            options.settings.hasVarianceFloor = flag
            return true
        },
        Setting(key: "trials", expected: "run, or a whole number from 1") { text, options in
            if text == "run" { return true }
            guard let number = Int(text), number >= 1 else { return false }
            options.settings.trials = number
            return true
        },
        Setting(key: "bootstrap.replicates", expected: "a whole number from 100 to 1000000") {
            text,
            options in
            guard let number = Int(text), (100...1_000_000).contains(number) else { return false }
            options.settings.replicates = number
            return true
        },
        Setting(key: "bootstrap.block", expected: "auto, or a number from 1") { text, options in
            if text == "auto" { return true }
            guard let number = Double(text), number >= 1, number.isFinite else { return false }
            options.settings.block = number
            return true
        },
        Setting(key: "pbo.blocks", expected: "an even number from 4 to 20") { text, options in
            guard let number = Int(text), (4...20).contains(number), number % 2 == 0 else { return false }
            options.settings.blocks = number
            return true
        },
        Setting(key: "pbo.metric", expected: "sharpe_ratio, sortino_ratio or total_return") { text, options in
            guard let metric = BlockMetric(rawValue: text), metric != .meanReturn else { return false }
            options.settings.blockMetric = metric
            return true
        },
        Setting(
            key: "intervals",
            expected: "a list of " + ReturnMetric.allCases.map(\.rawValue).joined(separator: ", ")
        ) { text, options in
            let bare = text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : text[...]
            let names = bare.split(separator: ",").map { $0.filter { $0 != " " } }
            let metrics = names.compactMap { ReturnMetric(rawValue: $0) }
            guard metrics.count == names.count, !metrics.isEmpty else { return false }
            options.settings.intervals = metrics
            return true
        },
    ]

    /// Takes `statistics.key=value` over.
    mutating func set(_ setting: String) throws(CommandFailure) {
        let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
        let prefix = "statistics."
        let names = StatisticsOptions.all.map { prefix + $0.key }
        guard let path = parts.first,
            let found = StatisticsOptions.all.first(where: { prefix + $0.key == path })
        else {
            let near = nearestWord(to: parts.first ?? "", among: names)
            throw CommandFailure(
                .usage,
                "'\(parts.first ?? "")' is no setting of statistics",
                hint: near.map { "did you mean '\($0)'?" } ?? "they are: \(names.joined(separator: ", "))"
            )
        }
        let text = parts.count > 1 ? parts[1] : ""
        guard found.set(text, &self) else {
            throw CommandFailure(.usage, "\(path): '\(text)' is not \(found.expected)")
        }
    }

    /// A share, `95%` or `0.95`.
    private static func share(_ text: String) -> Double? {
        text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
    }
}

/// A file of resamples that another program drew.
enum ResampleFile {
    /// The rows of a file: whole numbers from 0, separated by commas or blanks; a header is passed over.
    static func read(_ path: String) throws(CommandFailure) -> [[Int]] {
        guard let bytes = try InputFile.bytes(path) else {
            throw CommandFailure(.usage, "\(path): there is no such file")
        }
        var rows: [[Int]] = []
        let lines = String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false,
            whereSeparator: \.isNewline
        )
        for (index, line) in lines.enumerated() {
            let fields = line.split { $0 == "," || $0 == " " || $0 == "\t" }
            if fields.isEmpty { continue }
            let numbers = fields.compactMap { Int($0) }
            guard numbers.count == fields.count, numbers.allSatisfy({ $0 >= 0 }) else {
                if index == 0, numbers.isEmpty { continue }
                throw CommandFailure(.badData, "\(path):\(index + 1): a row needs whole numbers from 0")
            }
            rows.append(numbers)
        }
        guard !rows.isEmpty else { throw CommandFailure(.badData, "\(path): the file has no rows") }
        return rows
    }

    /// Whether rows are resamples of so many periods.
    static func check(_ rows: [[Int]], periods: Int) throws(CommandFailure) {
        for (index, row) in rows.enumerated()
        where row.count != periods || row.contains(where: { $0 >= periods }) {
            throw CommandFailure(
                .badData,
                "replicate \(index) of --indices has \(row.count) numbers, up to \(row.max() ?? 0), "
                    + "and there are \(periods) periods"
            )
        }
    }
}
