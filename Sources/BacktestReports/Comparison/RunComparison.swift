public import BacktestMetrics
public import BacktestModel
public import BacktestResults

/// Two runs joined on portfolio and parameters, container by container.
///
/// Pairs stand in the order of the first run; what only the second run has follows in its order. The cost is linear in the
/// number of containers.
public struct RunComparison: Sendable {
    /// A container in one run or in both.
    public struct Pair: Sendable, Equatable {
        /// The container of the first run.
        public var a: RunSummary.Row?
        /// The container of the second run.
        public var b: RunSummary.Row?

        /// The portfolio's id.
        public var portfolioID: String { (a ?? b)?.portfolioID ?? "" }
        /// Values in the order of the comparison's paths.
        public var parameters: [Scalar] { (a ?? b)?.parameters ?? [] }
        /// The id in the first run, else in the second.
        public var containerID: String { (a ?? b)?.containerID ?? "" }
        /// Whether both runs have it.
        public var isMatched: Bool { a != nil && b != nil }
    }

    private struct Key: Hashable {
        var portfolioID: String
        var parameters: [Scalar]
    }

    /// The swept paths of either run.
    public let parameterPaths: [String]
    /// The containers.
    public let pairs: [Pair]
    /// What counts as equal.
    public let tolerance: ComparisonTolerance

    /// Joins two summaries.
    public init(_ a: RunSummary, _ b: RunSummary, tolerance: ComparisonTolerance = ComparisonTolerance()) {
        let paths = a.parameterPaths + b.parameterPaths.filter { !a.parameterPaths.contains($0) }
        let first = RunComparison.rows(of: a, in: paths)
        let second = RunComparison.rows(of: b, in: paths)
        var places: [Key: [Int]] = [:]
        places.reserveCapacity(second.count)
        // From the back, so that of equal keys the earliest is taken first.
        for index in second.indices.reversed() {
            places[RunComparison.key(second[index]), default: []].append(index)
        }
        var isTaken = [Bool](repeating: false, count: second.count)
        var pairs: [Pair] = []
        pairs.reserveCapacity(max(first.count, second.count))
        for row in first {
            let match = places[RunComparison.key(row)]?.popLast()
            if let match { isTaken[match] = true }
            pairs.append(Pair(a: row, b: match.map { second[$0] }))
        }
        for index in second.indices where !isTaken[index] { pairs.append(Pair(a: nil, b: second[index])) }
        parameterPaths = paths
        self.pairs = pairs
        self.tolerance = tolerance
    }

    /// Compares one container with one other, whatever their parameters.
    public init(
        _ a: RunSummary.Row,
        _ b: RunSummary.Row,
        parameterPaths: [String],
        tolerance: ComparisonTolerance = ComparisonTolerance()
    ) {
        self.parameterPaths = parameterPaths
        self.tolerance = tolerance
        pairs = [Pair(a: a, b: b)]
    }

    private init(_ other: RunComparison, pairs: [Pair]) {
        parameterPaths = other.parameterPaths
        tolerance = other.tolerance
        self.pairs = pairs
    }

    /// The comparison without what only one run has.
    public var matchedOnly: RunComparison { RunComparison(self, pairs: pairs.filter(\.isMatched)) }

    /// Number of containers that both runs have.
    public var matchCount: Int { pairs.reduce(0) { $0 + ($1.isMatched ? 1 : 0) } }

    /// How a metric of a pair differs.
    public func change(_ pair: Pair, _ metric: MetricName) -> MetricChange {
        MetricChange(metric, pair.a?.metrics[metric], pair.b?.metrics[metric], tolerance)
    }

    /// Whether a pair is only on one side, ended otherwise, or differs in one of the metrics.
    public func differs(_ pair: Pair, in metrics: [MetricName]) -> Bool {
        guard let a = pair.a, let b = pair.b else { return true }
        if a.status != b.status { return true }
        return metrics.contains { change(pair, $0).verdict != .same }
    }

    private static func key(_ row: RunSummary.Row) -> Key {
        Key(portfolioID: row.portfolioID, parameters: row.parameters)
    }

    private static func rows(of summary: RunSummary, in paths: [String]) -> [RunSummary.Row] {
        guard summary.parameterPaths != paths else { return summary.rows }
        let sources = paths.map { path in summary.parameterPaths.firstIndex(of: path) }
        return summary.rows.map { row in
            var moved = row
            moved.parameters = sources.map { $0.map { row.parameters[$0] } ?? .null }
            return moved
        }
    }
}
