public import BacktestExpressions
public import BacktestMetrics
import BacktestModel
public import BacktestResults

/// The containers of a run, the best first.
///
/// Ordered by one metric or parameter, ties by further ones; those in which one is undefined come last, and equal ones stay in
/// container order.
public struct Leaderboard: Sendable {
    /// What is asked for.
    public struct Query: Sendable {
        /// A metric's name or a parameter's path.
        public var by: String
        /// Whether more is better; `nil` for the metric's own direction.
        public var maximize: Bool?
        /// Names that decide between containers equal in all before, each in its metric's own direction.
        public var thenBy: [String] = []
        /// Metrics whose Pareto front alone is listed; empty for all containers.
        public var pareto: [MetricName] = []
        /// Whether a container counts for the mean of `by` over itself and its neighbours in the grid of parameters.
        public var selectsPlateau = false
        /// Most containers that are listed, `nil` for all.
        public var top: Int?
        /// Condition that a container must meet, `nil` for none; where it is undefined it is not met.
        public var condition: Formula?

        /// Makes a query.
        public init(by: String, maximize: Bool? = nil, top: Int? = nil, condition: Formula? = nil) {
            self.by = by
            self.maximize = maximize
            self.top = top
            self.condition = condition
        }
    }

    /// What was asked for, with the direction filled in.
    public let query: Query
    /// The swept paths.
    public let parameterPaths: [String]
    /// The containers that are listed, the best first.
    public let rows: [RunSummary.Row]
    /// What the neighbourhood of each row is worth; empty unless plateaus were asked for.
    public let plateaus: [Plateau]
    /// Number of containers that meet the condition, listed or not.
    public private(set) var matchCount: Int
    /// Number of containers of the run.
    public private(set) var containerCount: Int

    /// Orders the containers of a summary.
    ///
    /// - Throws: a name that is neither a metric nor a swept path, a condition that is a number, a `top` below 1.
    public init(_ summary: RunSummary, _ query: Query) throws(ReportError) {
        let names = ValueNames(summary.parameterPaths)
        guard let key = names.source(of: query.by) else { throw names.unknown(query.by) }
        if let top = query.top, top < 1 { throw ReportError("top is \(top); at least 1 is needed") }
        var resolved = query
        resolved.maximize = query.maximize ?? MetricName(name: query.by)?.higherIsBetter ?? true
        let maximize = resolved.maximize ?? true
        var keys: [(source: ValueSource, maximize: Bool)] = [(key, maximize)]
        for name in query.thenBy {
            guard let source = names.source(of: name) else { throw names.unknown(name) }
            keys.append((source, MetricName(name: name)?.higherIsBetter ?? true))
        }
        // Neighbours count whether or not they meet the condition.
        let places = try Leaderboard.filtered(summary.rows, query.condition, names)
        matchCount = places.count
        let rows = places.map { summary.rows[$0] }
        var plateaus: [Plateau] = []
        if query.selectsPlateau {
            let all = Plateau.all(summary, maximize: maximize) { key.value(in: $0) }
            plateaus = places.map { all[$0] }
        }
        let candidates =
            query.pareto.isEmpty ? Array(rows.indices) : try ParetoFront.indices(of: rows, query.pareto)
        var values = keys.map { key in rows.map { key.source.value(in: $0) } }
        if query.selectsPlateau { values[0] = plateaus.map(\.mean) }
        let order = candidates.sorted { a, b in
            let ruin = (rows[a].metrics.isInsolvent, rows[b].metrics.isInsolvent)
            if ruin.0 != ruin.1 { return ruin.1 }
            for (column, key) in zip(values, keys) {
                switch (column[a], column[b]) {
                case (let x?, let y?) where x != y: return key.maximize ? x > y : x < y
                case (.some, nil): return true
                case (nil, .some): return false
                default: continue
                }
            }
            return a < b
        }
        self.query = resolved
        parameterPaths = summary.parameterPaths
        let listed = order.prefix(query.top ?? order.count)
        self.rows = listed.map { rows[$0] }
        self.plateaus = query.selectsPlateau ? listed.map { plateaus[$0] } : []
        containerCount = summary.rows.count
    }

    /// The same list as one of a summary that has other containers, too, all of them behind these.
    public func counting(matches: Int, of containers: Int) -> Leaderboard {
        var board = self
        board.matchCount = matches
        board.containerCount = containers
        return board
    }

    /// Parses a condition over the metrics and swept paths of a run; any other name is an error that names the nearest.
    public static func condition(
        _ text: String,
        for summary: RunSummary
    ) throws(ExpressionDiagnostic) -> Formula {
        let formula = try Formula.parse(text, known: MetricName.names + summary.parameterPaths)
        guard formula.isBoolean else {
            throw ExpressionDiagnostic(
                offset: 0,
                length: text.utf8.count,
                message: "a condition is needed, this is a number",
                hint: "such as total_trades >= 30"
            )
        }
        return formula
    }

    private static func filtered(
        _ rows: [RunSummary.Row],
        _ condition: Formula?,
        _ names: ValueNames
    ) throws(ReportError) -> [Int] {
        guard let condition else { return Array(rows.indices) }
        guard condition.isBoolean else {
            throw ReportError(
                "'\(condition.text)' is a number; a condition such as total_trades >= 30 is needed"
            )
        }
        var sources: [String: ValueSource] = [:]
        for name in condition.names {
            guard let source = names.source(of: name) else { throw names.unknown(name) }
            sources[name] = source
        }
        return rows.indices.filter { index in
            condition.evaluate { sources[$0]?.value(in: rows[index]) }.isTrue
        }
    }
}
