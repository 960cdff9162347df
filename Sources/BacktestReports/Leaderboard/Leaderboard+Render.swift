import BacktestExpressions
public import BacktestMetrics
import BacktestModel
public import BacktestResults

extension Leaderboard {
    /// Metrics that are shown beside the one that the board is ordered by.
    public static let shownMetrics: [MetricName] = [
        .totalReturn, .sharpeRatio, .maxDrawdown, .totalTrades, .winRate, .profitFactor,
    ]

    /// The board in a format.
    ///
    /// - Parameters:
    ///   - format: The format.
    ///   - style: The terminal.
    ///   - metrics: What is shown; where `nil`, text and Markdown show some metrics, JSON and CSV all.
    /// - Returns: the text, a line feed at its end.
    public func render(
        _ format: OutputFormat,
        style: TextStyle = .plain,
        metrics: [MetricName]? = nil
    ) -> String {
        switch format {
        case .table: table(metrics ?? Leaderboard.shownMetrics).render(.table, style: style) + footer(style)
        case .markdown: table(metrics ?? Leaderboard.shownMetrics).render(.markdown)
        case .csv: table(metrics ?? MetricName.allCases).render(.csv)
        case .json: Table.text(of: json(metrics ?? MetricName.allCases))
        }
    }

    /// An object per container with the keys of metrics.json, and its place.
    public var json: JSONValue { json(MetricName.allCases) }

    private func json(_ metrics: [MetricName]) -> JSONValue {
        .array(
            rows.enumerated().map { index, row in
                let parameters = zip(parameterPaths, row.parameters).filter { $0.1 != .null }
                var keys: [Named<JSONValue>] = [
                    Named("rank", .number(Double(index + 1))), Named("container_id", .text(row.containerID)),
                    Named("portfolio_id", .text(row.portfolioID)),
                    Named("status", .text(row.status.rawValue)),
                    Named("parameters", .object(parameters.map { Named($0.0, JSONValue($0.1)) })),
                    Named("metrics", row.metrics.json(metrics)),
                ]
                if !plateaus.isEmpty { keys.append(Named("plateau", plateaus[index].json)) }
                return .object(keys)
            }
        )
    }

    /// The board as a table: place, container, parameters, the key, then `metrics`.
    public func table(_ metrics: [MetricName]) -> Table {
        let key = MetricName(name: query.by)
        // In text the key comes first; all metrics keep their usual order.
        let shown =
            metrics.count == MetricName.count
            ? metrics : (key.map { [$0] } ?? []) + metrics.filter { $0 != key }
        let hasStatus = showsStatus || metrics.count == MetricName.count
        var columns = [Table.Column("rank", .integer), Table.Column("container_id")]
        if hasStatus { columns.append(Table.Column("status")) }
        columns += parameterPaths.enumerated().map { Table.Column($1, kind(ofParameter: $0)) }
        let keyKind = key?.tableKind ?? .general
        if !plateaus.isEmpty {
            columns += [
                Table.Column("plateau_mean", keyKind), Table.Column("worst_neighbour", keyKind),
                Table.Column("neighbours", .integer),
            ]
        }
        var table = Table(columns: columns + shown.map { Table.Column($0.name, $0.tableKind) })
        for (index, row) in rows.enumerated() {
            var cells: [Scalar] = [.number(Double(index + 1)), .text(row.containerID)]
            if hasStatus { cells.append(.text(row.status.rawValue)) }
            cells += row.parameters
            if !plateaus.isEmpty {
                let plateau = plateaus[index]
                cells += [plateau.mean, plateau.worst, Double(plateau.neighbourCount)].map {
                    $0.map(Scalar.number) ?? .null
                }
            }
            cells += shown.map { name in row.metrics[name].map(Scalar.number) ?? .null }
            table.append(cells)
        }
        return table
    }

    /// The status is worth a column only where containers differ in it.
    private var showsStatus: Bool { rows.contains { $0.status != .completed } }

    private func kind(ofParameter index: Int) -> Table.Kind {
        let hasText = rows.contains { row in
            if case .text = row.parameters[index] { return true }
            return false
        }
        return hasText ? .text : .general
    }

    private func footer(_ style: TextStyle) -> String {
        guard rows.count < containerCount else { return "" }
        let count = NumberFormat.integer
        var text = "\(count.text(Double(rows.count))) of \(count.text(Double(containerCount))) containers"
        if let condition = query.condition {
            text += "; \(count.text(Double(matchCount))) meet \(condition.text)"
        }
        if !query.pareto.isEmpty {
            text += "; the Pareto front of " + query.pareto.map(\.name).joined(separator: ", ")
        }
        return style.mark(text.truncated(to: style.width ?? Int.max, ellipsis: style.ellipsis), .dim) + "\n"
    }
}

extension MetricName {
    /// How people read the metric.
    public var tableKind: Table.Kind {
        switch unit {
        case .currency: .currency
        case .fraction: .percent
        case .ratio: .number(.decimals(3))
        case .bars: kind == .integer ? .integer : .number(.decimals(1))
        case .count: .integer
        }
    }
}

extension MetricValues {
    /// An object with some metrics, undefined ones as null.
    func json(_ metrics: [MetricName]) -> JSONValue {
        .object(metrics.map { Named($0.name, self[$0].map { .number($0) } ?? .null) })
    }
}
