import BacktestReports
import BacktestResults
import BacktestSweep
import Glibc

/// What `run` and `resume` have in common: the run itself, what is said meanwhile, and what is left for callers.
struct SweepRunner {
    /// How the summary is printed.
    let format: OutputFormat
    /// Where.
    let context: CommandContext
    /// Where else verdict.json goes, `nil` for nowhere else.
    let verdictPath: String?
    /// Rows of the leaderboard.
    let top: Int

    /// Takes what both commands' options say; paths become absolute, because `resume` changes the folder.
    init(
        command: String,
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) {
        self.context = context
        format = try FormatOptions.chosen(arguments, command: command)
        top = arguments[RankOptions.top] ?? RankOptions.topDefault
        verdictPath = arguments[SweepArguments.verdict].map { path in
            path.hasPrefix("/") ? path : "\(SweepRunner.workingDirectory)/\(path)"
        }
        // Known before hours of work, not after.
        if let path = arguments[SweepArguments.verdict] { try AtomicFile.check(path) }
    }

    /// Runs to the end or to an interruption.
    func run(_ plan: RunPlan, _ wanted: SweepOptions) throws(CommandFailure) -> ExitStatus {
        var options = wanted
        options.versions = [Named("admf", Version.program), Named("engine", Version.engine)]
        options.workingDirectory = SweepRunner.workingDirectory
        options.top = top
        // Gates count what a run does; what it does once a second would make the counts depend on the machine's load.
        options.writesProgress = Environment.value("ADMF_PROGRESS") != "off"
        let display = ProgressDisplay(log: context.log)
        Interruption.install()
        let outcome = SweepCoordinator.run(plan, options, progress: display, interrupt: Interruption.flag)
        display.finish()
        // The plan's own have been said, each with its source line.
        for warning in outcome.warnings where !plan.warnings.contains(warning) {
            context.log.warning(warning)
        }
        if outcome.error == nil, outcome.interrupted == nil, let path = outcome.runPath,
            plan.results.writesParquet
        {
            ParquetSummary.write(path, context)
        }
        let status = SweepRunner.status(of: outcome)
        say(outcome, status)
        try writeVerdict(outcome, status)
        if outcome.error == nil, let path = outcome.runPath {
            let report = try RunSummaryReport(path: path, outcome: outcome, top: top)
            context.output.write(report.render(format, style: context.style))
        }
        return status
    }

    private static func status(of outcome: SweepOutcome) -> ExitStatus {
        switch outcome.error {
        case .configuration: return .usage
        case .data: return .badData
        case .storage: return .storageFailed
        case nil: break
        }
        if let signal = outcome.interrupted { return signal == SIGTERM ? .terminated : .interrupted }
        return outcome.failed > 0 ? .containersFailed : .success
    }

    private func say(_ outcome: SweepOutcome, _ status: ExitStatus) {
        switch outcome.error {
        case .configuration(let message): context.log.error(message)
        case .data(let messages): for message in messages { context.log.error(message) }
        case .storage(let error):
            let run = outcome.runPath.map { "; complete the run with: admf resume \($0)" } ?? ""
            context.log.error(
                "cannot \(error.action) \(error.path): \(error.reason)",
                hint: error.remedy + run
            )
        case nil: break
        }
        guard let path = outcome.runPath else { return }
        switch status {
        case .interrupted, .terminated:
            context.log.error(
                "interrupted after \(outcome.finished) of \(outcome.total) containers",
                hint: "complete the run with: admf resume \(path)"
            )
        case .containersFailed:
            context.log.error(
                "\(outcome.failed) of \(outcome.total) containers failed",
                hint: "their metrics.json and \(path)/manifest.json say why"
            )
        default: break
        }
    }

    /// Into the run's folder and where `--verdict` says; a run that never got a folder leaves none there.
    private func writeVerdict(_ outcome: SweepOutcome, _ status: ExitStatus) throws(CommandFailure) {
        guard let path = outcome.runPath else { return }
        var verdict = Verdict(ofRun: path, status: status)
        if let verdictPath { try AtomicFile.write(Array(verdict.json.utf8), to: verdictPath) }
        verdict.run = "."
        do throws(CommandFailure) {
            try AtomicFile.write(Array(verdict.json.utf8), to: "\(path)/\(Verdict.fileName)")
        } catch {
            // Where the run could not write, its verdict cannot either, and that has been said.
            if status != .storageFailed { throw error }
        }
    }

    private static var workingDirectory: String {
        guard let path = getcwd(nil, 0) else { return "" }
        defer { free(path) }
        return String(cString: path)
    }
}
