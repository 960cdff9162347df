import BacktestMetrics
import BacktestModel
public import BacktestResults

/// One run in full, `show RUN`: what ran, how it went, and its best containers.
public struct RunReport: Sendable {
    /// Containers that the text shows of a run.
    private static let shownContainers = 10

    private let path: String
    private let manifest: Manifest
    private let board: Leaderboard?
    private let equity: [Double]?

    /// Makes a report; `board` is the leaderboard, `equity` the curve of its first container where it is stored.
    public init(path: String, manifest: Manifest, board: Leaderboard?, equity: [Double]? = nil) {
        self.path = path
        self.manifest = manifest
        self.board = board
        self.equity = equity
    }

    /// Reads a run; its leaderboard is ordered by the config's objective, else by the Sharpe ratio.
    public init(_ run: RunReader) throws(RunReadError) {
        let objective = run.manifest.objective
        let summary = try run.summary()
        let query = Leaderboard.Query(
            by: objective?.metric ?? MetricName.sharpeRatio.name,
            maximize: objective?.maximize,
            top: RunReport.shownContainers
        )
        let board = try? Leaderboard(summary, query)
        let best = board?.rows.first?.containerID
        var equity: [Double]?
        if let best { equity = try run.equity(best)?.map(\.equity) }
        self.init(path: run.path, manifest: run.manifest, board: board, equity: equity)
    }

    /// The report in a format: text for people; JSON is an array with the manifest and its `path`; others are the containers.
    public func render(_ format: OutputFormat, style: TextStyle = .plain) -> String {
        switch format {
        case .table: text(style)
        case .json: Table.text(of: .array([json]))
        case .csv, .markdown: board?.render(format) ?? ""
        }
    }

    private var json: JSONValue {
        var buffer = ByteBuffer()
        manifest.write(into: &buffer)
        // Our own writer made it, so it can be read.
        let document = (try? JSONValue.parse(buffer.array)) ?? .null
        return .object([Named("path", .text(path))] + document.rows)
    }

    private func text(_ style: TextStyle) -> String {
        var text = style.mark("\(manifest.name) \(manifest.runID)", .bold) + "\n" + facts.text(style)
        for warning in manifest.warnings {
            text += style.mark("warning: \(warning.onOneLine)", .yellow) + "\n"
        }
        for failure in manifest.failures.prefix(RunReport.shownContainers) {
            text += style.mark("failed: \(failure.containerID): \(failure.error.onOneLine)", .red) + "\n"
        }
        guard let board, !board.rows.isEmpty else { return text }
        if let equity, let best = board.rows.first {
            let line = Sparkline.text(
                equity,
                width: max(10, min(style.width ?? 80, 80) - 4),
                isASCII: style.isASCII
            )
            text += "\n  \(style.mark(line, .green))\n  equity of \(best.containerID)\n"
        }
        return text + "\n" + board.render(.table, style: style)
    }

    private var facts: Facts {
        var facts = Facts()
        let count = NumberFormat.integer
        facts.add("path", path)
        facts.add("status", manifest.status.rawValue)
        let statuses = ContainerStatuses.Status.allCases.compactMap { status -> String? in
            let number = manifest.containers.count(status)
            return number == 0 ? nil : "\(count.text(Double(number))) \(status.rawValue)"
        }
        facts.add("containers", statuses.joined(separator: ", "))
        facts.add("config", manifest.configurationPath)
        facts.add("config sha256", manifest.configurationHash)
        facts.add("settings", manifest.settings.joined(separator: ", "))
        facts.add("environment", manifest.environment)
        facts.add("seed", String(manifest.seed))
        for option in manifest.options where option.value != .null {
            facts.add(option.name, Table.shownParameter(option.value))
        }
        for file in manifest.data {
            var line =
                "\(file.path), \(count.text(Double(file.barCount))) bars, sha256 \(file.sha256.prefix(12))"
            if file.droppedRowCount > 0 {
                line += ", \(count.text(Double(file.droppedRowCount))) rows dropped"
            }
            facts.add("data \(file.symbol)", line)
        }
        // Sentences are left to the manifest and the page, which have the width for them.
        for value in manifest.annualization where !value.name.hasSuffix("_reason") {
            facts.add(value.name, Table.shownParameter(value.value))
        }
        for value in manifest.counts { facts.add(value.name, count.text(Double(value.value))) }
        for time in manifest.times { facts.add(time.name, time.value) }
        let timings = manifest.timings.map { "\($0.name) \(ProgressLine.duration($0.value))" }
        facts.add("took", timings.joined(separator: ", "))
        facts.add("versions", manifest.versions.map { "\($0.name) \($0.value)" }.joined(separator: ", "))
        facts.add(
            "host",
            manifest.host.map { "\($0.name) \(Table.shownParameter($0.value))" }.joined(separator: ", ")
        )
        return facts
    }
}
