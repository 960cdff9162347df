public import BacktestExpressions
import BacktestMetrics
import BacktestModel
public import BacktestResults

/// The containers of a run, the best first.
///
/// Ordered by one metric or parameter; those in which it is undefined come last, and equal ones stay in container order.
public struct Leaderboard: Sendable {
    /// What is asked for.
    public struct Query: Sendable {
        /// A metric's name or a parameter's path.
        public var by: String
        /// Whether more is better; `nil` for the metric's own direction.
        public var maximize: Bool?
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
    /// Number of containers that meet the condition, listed or not.
    public let matchCount: Int
    /// Number of containers of the run.
    public let containerCount: Int

    /// Orders the containers of a summary.
    ///
    /// - Throws: a name that is neither a metric nor a swept path, a condition that is a number, a `top` below 1.
    public init(_ summary: RunSummary, _ query: Query) throws(ReportError) {
        let names = ValueNames(summary.parameterPaths)
        guard let key = names.source(of: query.by) else { throw names.unknown(query.by) }
        if let top = query.top, top < 1 { throw ReportError("top is \(top); at least 1 is needed") }
        let rows = try Leaderboard.filtered(summary.rows, query.condition, names)
        var resolved = query
        resolved.maximize = query.maximize ?? MetricName(name: query.by)?.higherIsBetter ?? true
        let maximize = resolved.maximize ?? true
        let values = rows.map { key.value(in: $0) }
        let order = rows.indices.sorted { a, b in
            switch (values[a], values[b]) {
            case (let x?, let y?) where x != y: maximize ? x > y : x < y
            case (.some, nil): true
            case (nil, .some): false
            default: a < b
            }
        }
        self.query = resolved
        parameterPaths = summary.parameterPaths
        self.rows = order.prefix(query.top ?? order.count).map { rows[$0] }
        matchCount = rows.count
        containerCount = summary.rows.count
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
    ) throws(ReportError) -> [RunSummary.Row] {
        guard let condition else { return rows }
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
        return rows.filter { row in condition.evaluate { sources[$0]?.value(in: row) }.isTrue }
    }
}
