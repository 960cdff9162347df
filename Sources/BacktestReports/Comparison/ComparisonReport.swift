import BacktestMetrics
import BacktestModel
import BacktestResults

/// What `compare` prints of two runs.
public struct ComparisonReport: Sendable {
    /// Path of the first run, as given.
    public let pathA: String
    /// Path of the second run, as given.
    public let pathB: String
    /// What differs besides the results.
    public let changes: RunChanges
    /// The joined runs.
    public let comparison: RunComparison
    /// What is shown.
    public let query: ComparisonQuery
    /// The pairs that are shown, in the order in which they are.
    public let shown: [RunComparison.Pair]
    /// One distribution per metric of the query.
    public let distributions: [MetricDistribution]
    /// Places of the swept paths that are worth a column.
    let shownPaths: [Int]
    /// What `keep` names.
    let kept: Set<String>

    /// Selects and orders; refuses a name to sort by that does not exist.
    public init(
        pathA: String,
        pathB: String,
        changes: RunChanges,
        comparison: RunComparison,
        query: ComparisonQuery
    ) throws(ReportError) {
        self.pathA = pathA
        self.pathB = pathB
        self.changes = changes
        self.comparison = comparison
        var query = query
        let paths = comparison.parameterPaths
        let names = MetricName.names + paths
        let kept = try query.keep?.select(from: names) ?? []
        let dropped = try query.drop?.select(from: names).subtracting(kept) ?? []
        query.metrics.removeAll { dropped.contains($0.name) }
        if !kept.isEmpty, query.drop == nil, !query.hidesConstant {
            query.metrics.removeAll { !kept.contains($0.name) }
        }
        if query.metrics.isEmpty { throw ReportError("no metric is left to compare") }
        self.kept = kept
        let all = query.metrics.map { MetricDistribution($0, in: comparison) }
        if query.hidesConstant {
            query.metrics = all.filter { $0.isChanged || kept.contains($0.metric.name) }.map(\.metric)
        }
        let hidesConstant = query.hidesConstant
        shownPaths = paths.indices.filter { index in
            if kept.contains(paths[index]) { return true }
            if dropped.contains(paths[index]) { return false }
            guard hidesConstant, let first = comparison.pairs.first else { return true }
            return comparison.pairs.contains { $0.parameters[index] != first.parameters[index] }
        }
        distributions = all.filter { query.metrics.contains($0.metric) }
        let wanted =
            query.showsUnchanged
            ? comparison.pairs : comparison.pairs.filter { comparison.differs($0, in: query.metrics) }
        shown = try ComparisonReport.sorted(wanted, query, comparison)
        self.query = query
    }

    /// Whether neither results nor what led to them differ.
    public var isEmpty: Bool {
        changes.isEmpty && !comparison.pairs.contains { comparison.differs($0, in: query.metrics) }
    }

    private static func sorted(
        _ pairs: [RunComparison.Pair],
        _ query: ComparisonQuery,
        _ comparison: RunComparison
    ) throws(ReportError) -> [RunComparison.Pair] {
        guard let name = query.sortBy else { return pairs }
        let source = try ComparedValue(name, paths: comparison.parameterPaths)
        let descending = query.descending ?? !source.isWorstLow
        let values = pairs.map { source.value(of: $0, in: comparison) }
        let order = pairs.indices.sorted { x, y in
            switch (values[x], values[y]) {
            case (let a?, let b?) where a != b: descending ? a > b : a < b
            case (.some, nil): true
            case (nil, .some): false
            default: x < y
            }
        }
        return order.map { pairs[$0] }
    }
}
