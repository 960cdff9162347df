import BacktestMetrics
import BacktestModel
public import BacktestResults

/// How a run stands at one moment, for those who watch it; a pure function of what its files say.
public struct WatchReport: Sendable {
    /// What a run is doing, or how it ended.
    public enum Status: String, Sendable, Hashable {
        case running
        case completed
        case interrupted
        case failed
        /// The manifest says `running`, and nobody is.
        case killed

        /// Whether nothing more will come.
        public var isFinal: Bool { self != .running }
    }

    /// The run's folder.
    public let path: String
    /// What ran.
    public let manifest: Manifest
    /// What it is doing.
    public let status: Status
    /// Counts, and the running containers; `nil` where nothing has been said.
    public let progress: ProgressDocument?
    /// Metrics so far of containers that are running.
    public let partials: [PartialDocument]
    /// The best containers that are done.
    public let board: Leaderboard?

    /// Makes a report.
    public init(
        path: String,
        manifest: Manifest,
        status: Status,
        progress: ProgressDocument?,
        partials: [PartialDocument],
        board: Leaderboard?
    ) {
        self.path = path
        self.manifest = manifest
        self.status = status
        self.progress = progress
        self.partials = partials
        self.board = board
    }

    /// One plain line, for logs: `running, 12/100 containers (12%), 3/s, ETA 29s; best trend_0003 sharpe_ratio 0.612`.
    public var line: String {
        var text = status.rawValue
        if let counts { text += ", " + counts.line }
        if let board, let best = board.rows.first {
            text += "; best \(best.containerID) \(board.query.by) \(shown(board.query.by, best))"
        } else if let partial = partials.first {
            let share = partial.barsTotal == 0 ? 0 : partial.barsDone * 100 / partial.barsTotal
            text += "; \(partial.row.containerID) at \(share)%"
        }
        return text
    }

    /// Several lines for a terminal: counts, the best containers, those that are running.
    public func text(_ style: TextStyle) -> String {
        var text = "\(path)  \(status.rawValue)\n"
        if let counts {
            text += (status == .running && style.width != nil ? counts.bar(style) : counts.line) + "\n"
        }
        if status == .running, counts == nil { text += "it has just begun: nothing has been reported yet\n" }
        if let remedy { text += remedy + "\n" }
        if let board, !board.rows.isEmpty {
            let so = status == .completed ? "" : " so far"
            text += "\nby \(board.query.by)\(so):\n" + board.render(.table, style: style)
        }
        if !partials.isEmpty { text += "\nrunning:\n" + partialTable.render(.table, style: style) }
        return text
    }

    /// Everything as one JSON object on one line.
    public var json: JSONValue {
        .object([
            Named("schema_version", .number(1)), Named("run", .text(path)),
            Named("run_id", .text(manifest.runID)), Named("name", .text(manifest.name)),
            Named("status", .text(status.rawValue)),
            Named("total", optional(counts.map { Double($0.total) })),
            Named("finished", optional(counts.map { Double($0.done) })),
            Named("failed", optional(counts.map { Double($0.failed) })),
            Named("kept", optional(progress.map { Double($0.kept) })),
            Named("seconds", optional(progress?.seconds)), Named("rate", optional(counts?.rate)),
            Named("eta_seconds", optional(status == .running ? counts?.remainingSeconds : nil)),
            Named("running", .array((progress?.running ?? []).sorted().map { .text($0) })),
            Named("order_by", board.map { .text($0.query.by) } ?? .null),
            Named("leaderboard", board?.json ?? .array([])),
            Named("partial", partialTable.json),
        ])
    }

    // MARK: - Counts

    /// Counts while it runs, or of what is there at the end.
    private var counts: ProgressLine? {
        if let progress, !status.isFinal || status == .killed {
            return ProgressLine(
                done: progress.finished,
                total: progress.total,
                failed: progress.failed,
                seconds: progress.seconds
            )
        }
        let statuses = manifest.containers
        let failed = statuses.count(.failed)
        guard statuses.count > 0 else { return nil }
        let seconds = manifest.timings.first { $0.name == "run" }?.value ?? 0
        return ProgressLine(
            done: statuses.count(.completed) + failed,
            total: statuses.count,
            failed: failed,
            seconds: seconds
        )
    }

    private var remedy: String? {
        switch status {
        case .running, .completed: nil
        case .interrupted: "interrupted; complete it with: admf resume \(path)"
        case .failed: "it stopped with an error; complete it with: admf resume \(path)"
        case .killed: "its process is gone without a word; complete it with: admf resume \(path)"
        }
    }

    // MARK: - Containers that are running

    private var partialTable: Table {
        let by = board?.query.by ?? progress?.metric ?? MetricName.sharpeRatio.name
        let key = MetricName(name: by) ?? .sharpeRatio
        let metrics = [key] + [MetricName.totalReturn, .maxDrawdown, .totalTrades].filter { $0 != key }
        var table = Table(
            columns: [
                Table.Column("container_id"), Table.Column("done", .percent), Table.Column("time"),
            ] + metrics.map { Table.Column($0.name, $0.tableKind) }
        )
        for partial in partials {
            let share = partial.barsTotal == 0 ? 0 : Double(partial.barsDone) / Double(partial.barsTotal)
            table.append(
                [.text(partial.row.containerID), .number(share), .text(partial.time.iso8601)]
                    + metrics.map { name in partial.row.metrics[name].map(Scalar.number) ?? .null }
            )
        }
        return table
    }

    private func shown(_ name: String, _ row: RunSummary.Row) -> String {
        guard let metric = MetricName(name: name), let value = row.metrics[metric] else { return "-" }
        guard case .number(let format) = metric.tableKind else { return "\(value)" }
        return format.text(value)
    }

    private func optional(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
}

extension JSONValue {
    /// The document on one line, without a line feed at its end.
    public var compact: String {
        var writer = JSONWriter()
        writer.compact(self)
        return writer.out.text
    }
}

extension JSONWriter {
    fileprivate mutating func compact(_ value: JSONValue) {
        switch value {
        case .array(let elements):
            out.append("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(",") }
                compact(element)
            }
            out.append("]")
        case .object(let rows):
            out.append("{")
            for (index, row) in rows.enumerated() {
                if index > 0 { out.append(",") }
                string(row.name)
                out.append(":")
                compact(row.value)
            }
            out.append("}")
        case .null, .boolean, .number, .unsigned, .text: self.value(value)
        }
    }
}
