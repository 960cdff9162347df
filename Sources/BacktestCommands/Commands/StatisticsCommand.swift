import BacktestMetrics
import BacktestModel
import BacktestReports
import BacktestResults
import BacktestStatistics

/// `admf statistics`.
package struct StatisticsCommand: Command {
    private static let run = OptionalArgument(
        "RUN",
        "a run's folder, the link 'latest', or the folder above, as for 'admf rank'",
        reader: ValueReader<String>.folder
    )
    private static let returns = Option(
        "returns",
        value: "FILE",
        "take the returns from a CSV file instead: a header of ids, a row a period",
        reader: ValueReader<String>.file([".csv"])
    )
    private static let periodsPerYear = Option(
        "periods-per-year",
        value: "P",
        "periods a year, which annualise",
        default: "what the run says; 252 for a file",
        reader: ValueReader<Double>.positive
    )
    private static let seed = Option(
        "seed",
        value: "N",
        "seed of the resamples",
        default: "the run's; 42 for a file",
        reader: .wholeNumber(0...Int.max)
    )
    private static let settings = OptionList(
        "set",
        value: "PATH=VALUE",
        "replace a setting, such as statistics.pbo.blocks=8; see 'admf help statistics'",
        reader: ValueReader<String>.setting
    )
    private static let indices = Option(
        "indices",
        value: "FILE",
        "resamples of another program: a row a replicate, of period numbers from 0",
        reader: ValueReader<String>.file([".csv", ".txt"])
    )
    private static let benchmark = Option(
        "benchmark",
        value: "COLUMN",
        "this column is the benchmark and no candidate",
        reader: ValueReader<String>.text
    )

    package let grammar = CommandGrammar(
        "statistics",
        "say how much of the best backtest is luck: deflated Sharpe, PBO, SPA and more",
        discussion: [
            "Every set that was tried makes the best of them look better than it is. This says by how much: the Sharpe ratio"
                + " deflated by the number of trials, the probability of backtest overfitting (CSCV), White's reality check,"
                + " Hansen's SPA, the stepwise test of Romano and Wolf, haircuts after Holm and Benjamini-Yekutieli, and"
                + " bootstrap intervals; then a verdict in words: real, luck, or cannot tell.",
            "A run's returns are those that it stored (results.store_returns: true), or come from its equity curves"
                + " (results.store_equity_curve: true). Nothing of the run changes. Sources of the formulas: docs/statistics.md.",
            "Settings of --set, each with 'statistics.' before it: returns (auto, bar, hour, day, week, month), confidence"
                + " (95%), effective_trials (average_correlation, participation_ratio, none, a number), variance_floor (true),"
                + " trials (run, a number), bootstrap.replicates (2000), bootstrap.block (auto, a number), pbo.blocks (16),"
                + " pbo.metric (sharpe_ratio, sortino_ratio, total_return), intervals"
                + " ([sharpe_ratio,total_return,max_drawdown]).",
        ],
        arguments: [run],
        options: [returns, periodsPerYear, seed, settings, indices, benchmark] + FormatOptions.all,
        examples: [
            Example("admf statistics demo", "what the best of the latest run of demo is worth"),
            Example("admf statistics --returns returns.csv", "the same for returns from anywhere"),
            Example(
                "admf statistics --returns returns.csv --set statistics.trials=500 --json",
                "500 sets were tried, and only these were kept"
            ),
        ],
        statuses: [.success, .usage, .badData, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        var wanted = StatisticsOptions()
        for setting in arguments[StatisticsCommand.settings] { try wanted.set(setting) }
        if let path = arguments[StatisticsCommand.indices] {
            wanted.settings.indices = try ResampleFile.read(path)
        }
        let subject = try subject(arguments, wanted)
        var table = subject.table
        var benchmark: [Double]?
        if let id = arguments[StatisticsCommand.benchmark] {
            benchmark = table.remove(id)
            guard benchmark != nil else {
                let near = nearestWord(to: id, among: table.ids)
                throw CommandFailure(
                    .usage,
                    "there is no column '\(id)' to be the benchmark",
                    hint: near.map { "did you mean '\($0)'?" }
                )
            }
        }
        if let rows = wanted.settings.indices { try ResampleFile.check(rows, periods: table.matrix.periods) }
        wanted.settings.seed = UInt64(arguments[StatisticsCommand.seed] ?? Int(clamping: subject.seed))
        let best = subject.best.flatMap { id in table.ids.firstIndex(of: id.id) }
        var document = StatisticsDocument(
            run: subject.run,
            table,
            periodsPerYear: arguments[StatisticsCommand.periodsPerYear],
            benchmark: benchmark,
            objective: best == nil ? nil : (subject.objective, subject.best?.value),
            best: best,
            settings: wanted.settings
        )
        document.reasons = subject.reasons
        switch format {
        case .json: context.output.write(String(decoding: document.bytes(withRows: true), as: UTF8.self))
        case .csv: context.output.write(String(decoding: document.table, as: UTF8.self))
        case .table, .markdown:
            context.output.write(
                StatisticsReport(document, of: subject.name).render(format, style: context.style)
            )
        }
        return .success
    }

    /// What statistics are asked of.
    private struct Subject {
        var name: String
        var run: String?
        var table: ReturnTable
        var seed: UInt64 = 42
        var objective = "sharpe_ratio"
        /// The best container by the objective.
        var best: (id: String, value: Double)?
        var reasons: [String] = []
    }

    private func subject(
        _ arguments: ParsedArguments,
        _ wanted: StatisticsOptions
    ) throws(CommandFailure) -> Subject {
        if let file = arguments[StatisticsCommand.returns] {
            guard arguments[StatisticsCommand.run] == nil else {
                throw UsageError.conflict("--returns takes the place of RUN").failure(of: grammar.name)
            }
            guard let bytes = try InputFile.bytes(file) else {
                throw CommandFailure(.usage, "\(file): there is no such file")
            }
            do throws(ReturnTableError) {
                return Subject(name: file, table: try ReturnTable(csv: bytes, file: file))
            } catch {
                throw CommandFailure(.badData, error.description, hint: error.remedy)
            }
        }
        guard let path = arguments[StatisticsCommand.run] else {
            throw UsageError.conflict("name a RUN, or a file with --returns").failure(of: grammar.name)
        }
        return try subject(ofRun: RunArgument.open(path), wanted)
    }

    private func subject(
        ofRun run: RunReader,
        _ wanted: StatisticsOptions
    ) throws(CommandFailure) -> Subject {
        let summary = try RunArgument.read { () throws(RunReadError) in try run.summary() }
        let clock = StoredZone.clock(of: run)
        let perYear = run.manifest.annualization.first { $0.name == "periods_per_year" }
        var barsPerYear = 252.0
        if let value = perYear?.value, case .number(let number) = value { barsPerYear = number }
        let completed = summary.rows.filter { $0.status == .completed }
        let table = try RunArgument.read { () throws(RunReadError) in
            // What the run stored has its own periods; others are made of the curves.
            if wanted.frequency == nil, let stored = try ReturnTable(storedIn: run.path) { return stored }
            return try ReturnTable(
                run,
                completed.map(\.containerID),
                ReturnPeriods(wanted.frequency, offset: { clock.secondsAhead(at: $0) }),
                barsPerYear: barsPerYear
            )
        }
        guard table.matrix.periods > 1 else {
            throw CommandFailure(.badData, "\(run.path): the containers have fewer than 2 periods of returns")
        }
        var subject = Subject(name: run.manifest.runID, run: run.manifest.runID, table: table)
        subject.seed = run.manifest.seed
        let board = try RankCommand.board(summary, Leaderboard.Query(by: "", top: 1), of: run.manifest)
        subject.objective = board.query.by
        if let row = board.rows.first, let metric = MetricName(name: board.query.by),
            let value = row.metrics[metric]
        {
            subject.best = (row.containerID, value)
        }
        let lost = summary.rows.count - completed.count
        if lost > 0 { subject.reasons.append("\(lost) containers failed: they have no returns") }
        subject.reasons.append("trials of earlier runs on this data are not known")
        return subject
    }
}
