import BacktestReports
import BacktestResults

/// A run that is looked at again and again.
struct WatchedRun {
    /// The run's folder, found once: `latest` may point elsewhere a moment later.
    let path: String
    /// Containers that are listed.
    let top: Int
    /// Containers whose metrics so far are read at once.
    private static let partialsMax = 64

    /// Finds the run.
    init(_ reader: RunReader, top: Int) {
        path = reader.path
        self.top = top
    }

    /// How it stands now.
    func look() throws(CommandFailure) -> WatchReport {
        // The lock before the manifest: a run that ends in between has written how it ended.
        let isAlive = RunDirectory.isBeingWritten(path: path)
        let reader = try RunArgument.read { () throws(RunReadError) in try RunReader.open(path) }
        let status = WatchedRun.status(reader.manifest.status, isAlive: isAlive)
        let progress = reader.progress()
        guard status == .running else {
            return WatchReport(
                path: path,
                manifest: reader.manifest,
                status: status,
                progress: progress,
                partials: [],
                board: try finalBoard(reader)
            )
        }
        let partials = (progress?.running ?? []).sorted().prefix(WatchedRun.partialsMax)
            .compactMap { reader.partial($0) }
        return WatchReport(
            path: path,
            manifest: reader.manifest,
            status: status,
            progress: progress,
            partials: partials,
            board: try progress.map { progress throws(CommandFailure) in try board(progress) }
        )
    }

    private static func status(_ written: Manifest.Status, isAlive: Bool) -> WatchReport.Status {
        switch written {
        case .running: isAlive ? .running : .killed
        case .interrupted: .interrupted
        case .completed: .completed
        case .failed: .failed
        }
    }

    /// The best so far, as the run itself keeps them: reading thousands of files every second would slow it down.
    private func board(_ progress: ProgressDocument) throws(CommandFailure) -> Leaderboard {
        let summary = RunSummary(parameterPaths: progress.parameterPaths, rows: progress.best)
        let query = Leaderboard.Query(by: progress.metric, maximize: progress.maximize, top: top)
        do throws(ReportError) {
            return try Leaderboard(summary, query)
        } catch {
            throw CommandFailure(.storageFailed, error.message)
        }
    }

    private func finalBoard(_ reader: RunReader) throws(CommandFailure) -> Leaderboard? {
        let summary = try RunArgument.read { () throws(RunReadError) in try reader.summary() }
        guard !summary.rows.isEmpty else { return nil }
        return try RankCommand.board(summary, Leaderboard.Query(by: "", top: top), of: reader.manifest)
    }
}
