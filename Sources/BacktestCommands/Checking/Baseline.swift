import BacktestMetrics
import BacktestReports
import BacktestResults
import Glibc

/// A run that others are held against: any run, or one that was saved by name.
enum Baseline {
    /// The folder of saved baselines, beside the runs of a config.
    static let folderName = "baselines"
    /// What is kept of a run: enough to compare with, small enough for a cache or a repository.
    private static let files = [Manifest.fileName, "config.yaml", SummaryWriter.fileName]

    /// Opens a baseline by path, by the name under which it was saved, by a run id beside the run, or by a name in results/.
    static func open(_ name: String, for run: RunReader) throws(RunReadError) -> RunReader {
        let folder = parent(of: run.path)
        for place in ["\(folder)/\(folderName)/\(name)", "\(folder)/\(name)"]
        where PathStatus.exists(place) && (try? RunReader.open(name)) == nil {
            return try RunReader.open(place)
        }
        return try RunArgument.open(path: name)
    }

    /// Saves a run under a name, replacing what had the name; answers the folder.
    static func save(_ run: RunReader, as name: String) throws(CommandFailure) -> String {
        let folder = "\(parent(of: run.path))/\(folderName)"
        let place = "\(folder)/\(name)"
        for path in [folder, place] {
            guard mkdir(path, 0o777) != 0, errno != EEXIST else { continue }
            throw CommandFailure(.storageFailed, "\(path) cannot be made: \(systemMessage(errno))")
        }
        // The manifest goes last, and the old one first, so that a half-saved baseline is none.
        unlink("\(place)/\(Manifest.fileName)")
        for file in files.reversed() {
            guard let bytes = FileText.bytes(of: "\(run.path)/\(file)") else {
                throw CommandFailure(
                    .storageFailed,
                    "\(run.path)/\(file) cannot be read: \(systemMessage(errno))"
                )
            }
            try AtomicFile.write(bytes, to: "\(place)/\(file)")
        }
        return place
    }

    /// Holds a run against a baseline, metric by metric.
    static func judge(
        _ run: RunReader,
        _ summary: RunSummary,
        against baseline: RunReader,
        _ metrics: [MetricName],
        noise: Double
    ) throws(RunReadError) -> [Verdict.Requirement] {
        let comparison = RunComparison(try baseline.summary(), summary)
        let isWhole = run.manifest.status == .completed && baseline.manifest.status == .completed
        return metrics.map { metric in
            let check = BaselineCheck(metric, comparison, noise: noise)
            let expression = "\(metric.name) no worse than the baseline"
            guard isWhole else {
                return Verdict.Requirement(
                    expression,
                    .cannotTell,
                    reason: "one of the runs is not completed"
                )
            }
            let outcome: Verdict.Outcome =
                switch check.outcome {
                case .pass: .pass
                case .fail: .fail
                case .cannotTell: .cannotTell
                }
            return Verdict.Requirement(
                expression,
                outcome,
                observed: check.observed,
                threshold: check.threshold,
                reason: check.reason
            )
        }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
