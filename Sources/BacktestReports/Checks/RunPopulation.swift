public import BacktestExpressions
import BacktestMetrics
public import BacktestResults

/// The containers of a run as requirements see them.
public struct RunPopulation {
    /// Its containers.
    public let rows: [RunSummary.Row]
    /// The same for requirements.
    public let population: Population

    /// Makes a population; the best container is that of the objective, and where none meets its condition there is none.
    public init(_ summary: RunSummary, objective: Manifest.Objective?) {
        let paths = summary.parameterPaths
        let names = ValueNames(paths)
        var sources: [String: ValueSource] = [:]
        for name in MetricName.names + paths { sources[name] = names.source(of: name) }
        let rows = summary.rows
        self.rows = rows
        let (best, reason) = RunPopulation.best(summary, objective)
        let lookup = sources
        population = Population(
            count: rows.count,
            best: best,
            bestReason: reason,
            isInsolvent: { rows[$0].metrics.isInsolvent }
        ) { name, index in
            lookup[name]?.value(in: rows[index])
        }
    }

    private static func best(_ summary: RunSummary, _ objective: Manifest.Objective?) -> (Int?, String) {
        let metric = objective?.metric ?? MetricName.sharpeRatio.name
        let query: Leaderboard.Query
        do {
            query = Leaderboard.Query(
                by: metric,
                maximize: objective?.maximize,
                top: 1,
                condition: try objective?.condition.map { try Leaderboard.condition($0, for: summary) }
            )
        } catch {
            return (nil, "the objective's condition '\(objective?.condition ?? "")' cannot be read")
        }
        guard let board = try? Leaderboard(summary, query) else { return (nil, "'\(metric)' is no metric") }
        guard let first = board.rows.first else {
            guard let condition = objective?.condition else { return (nil, "the run has no containers") }
            return (nil, "no container meets the objective's condition '\(condition)'")
        }
        guard !first.metrics.isInsolvent else { return (nil, "every container that counts is insolvent") }
        guard ValueNames(summary.parameterPaths).source(of: metric)?.value(in: first) != nil else {
            return (nil, "\(metric) is undefined in every container")
        }
        return (summary.rows.firstIndex { $0.containerID == first.containerID }, "")
    }
}
