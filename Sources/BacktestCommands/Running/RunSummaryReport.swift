import BacktestModel
import BacktestReports
import BacktestResults
import BacktestStatistics
import BacktestSweep

/// What `run` and `resume` print on standard output when they are done.
struct RunSummaryReport {
    /// The run.
    let reader: RunReader
    /// How it ended.
    let outcome: SweepOutcome
    /// The leaderboard, `nil` after an interruption: there is no time left for one.
    let board: Leaderboard?

    /// Reads the run's manifest back; the best containers are those that the run has kept.
    init(path: String, outcome: SweepOutcome, top: Int) throws(CommandFailure) {
        self.outcome = outcome
        let reader = try RunArgument.read { () throws(RunReadError) in try RunReader.open(path) }
        self.reader = reader
        guard let best = outcome.best else {
            board = nil
            return
        }
        let summary = RunSummary(parameterPaths: best.parameterPaths, rows: best.rows)
        board = try RankCommand.board(summary, Leaderboard.Query(by: "", top: top), of: reader.manifest)
            .counting(matches: best.matchCount, of: best.containerCount)
    }

    /// The report in a format: text for people; JSON is an object with the leaderboard; others are the leaderboard.
    func render(_ format: OutputFormat, style: TextStyle) -> String {
        switch format {
        case .json: Table.text(of: json)
        case .csv, .markdown: board?.render(format) ?? ""
        case .table: text(style)
        }
    }

    private var json: JSONValue {
        .object(
            [
                Named("schema_version", .number(1)), Named("run", .text(reader.path)),
                Named("run_id", .text(reader.manifest.runID)), Named("name", .text(reader.manifest.name)),
                Named("status", .text(reader.manifest.status.rawValue)),
                Named(
                    "containers",
                    .object([
                        Named("total", .number(Double(outcome.total))),
                        Named("completed", .number(Double(outcome.finished - outcome.failed))),
                        Named("failed", .number(Double(outcome.failed))),
                        Named("kept", .number(Double(outcome.kept))),
                    ])
                ),
                Named("seconds", .number(outcome.seconds)),
                Named("warnings", .array(outcome.warnings.map { .text($0) })),
                Named("order_by", board.map { .text($0.query.by) } ?? .null),
                Named("leaderboard", board?.json ?? .array([])),
            ]
                + (outcome.statistics.map { [Named("verdict", .text($0.statistics.verdict.answer.rawValue))] }
                    ?? [])
        )
    }

    private func text(_ style: TextStyle) -> String {
        let count = QuantityText.count(outcome.finished)
        var text = "\(reader.path)  \(reader.manifest.status.rawValue), \(count) of"
        text +=
            " \(QuantityText.count(outcome.total)) containers in \(ProgressLine.duration(outcome.seconds))"
        if outcome.kept > 0 { text += " (\(QuantityText.count(outcome.kept)) kept)" }
        if outcome.failed > 0 { text += ", \(QuantityText.count(outcome.failed)) failed" }
        text += "\n"
        guard let board, !board.rows.isEmpty else { return text }
        text += "\nby \(board.query.by):\n" + board.render(.table, style: style)
        if let statistics = outcome.statistics { text += "\n" + StatisticsReport.line(statistics) + "\n" }
        return text
    }
}
