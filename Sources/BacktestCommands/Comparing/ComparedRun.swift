import BacktestReports
import BacktestResults

/// A run, or one container of it, that is compared.
struct ComparedRun {
    /// As the user gave it.
    let path: String
    let reader: RunReader
    /// A line per container; the one alone where its folder was named.
    let summary: RunSummary

    /// Reads it; whatever is wrong with it, two runs cannot be compared (status 6).
    init(_ path: String, _ log: Log) throws(CommandFailure) {
        self.path = path
        do throws(RunReadError) {
            reader = try RunArgument.open(path: path)
            let all = try reader.summary()
            if let id = reader.containerID {
                summary = RunSummary(
                    parameterPaths: all.parameterPaths,
                    rows: all.rows.filter { $0.containerID == id }
                )
            } else {
                summary = all
            }
        } catch {
            throw CommandFailure(.cannotCompare, "\(error.path): \(error.reason)", hint: error.remedy)
        }
        if reader.manifest.status != .completed {
            log.warning(
                "\(path): the run is \(reader.manifest.status.rawValue): \(summary.rows.count) containers are whole so far"
            )
        }
    }

    /// What changed from one to the other, config and data included.
    static func report(
        _ a: ComparedRun,
        _ b: ComparedRun,
        _ tolerance: ComparisonTolerance,
        _ query: ComparisonQuery
    ) throws(ReportError) -> ComparisonReport {
        var changes = RunChanges(a.reader.manifest, b.reader.manifest)
        changes.config = ConfigurationPaths.changes(a.reader, b.reader)
        return try ComparisonReport(
            pathA: a.path,
            pathB: b.path,
            changes: changes,
            comparison: join(a, b, tolerance),
            query: query
        )
    }

    /// Joins two; one container stands against one other whatever their parameters are, and against a run by them.
    static func join(_ a: ComparedRun, _ b: ComparedRun, _ tolerance: ComparisonTolerance) -> RunComparison {
        let joined = RunComparison(a.summary, b.summary, tolerance: tolerance)
        switch (a.reader.containerID, b.reader.containerID) {
        case (nil, nil): return joined
        case (.some, .some):
            guard joined.matchCount == 0, let x = joined.pairs.first?.a, let y = joined.pairs.last?.b else {
                return joined
            }
            return RunComparison(x, y, parameterPaths: joined.parameterPaths, tolerance: tolerance)
        default: return joined.matchedOnly
        }
    }
}
