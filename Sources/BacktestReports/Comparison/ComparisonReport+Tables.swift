import BacktestMetrics
import BacktestModel
import BacktestResults

extension ComparisonReport {
    /// Text or Markdown for people, or CSV with a row per container and metric; JSON is written by `write`.
    ///
    /// - Parameters:
    ///   - format: Any but JSON.
    ///   - style: The terminal.
    ///   - precision: Decimals of every number, `nil` for each metric's own.
    ///   - top: Most containers that are shown, whatever the query says.
    /// - Returns: the text, a line feed at its end.
    public func render(
        _ format: OutputFormat,
        style: TextStyle = .plain,
        precision: Int? = nil,
        top: Int? = nil
    ) -> String {
        if format == .csv {
            var text = ""
            writeCSV(precision: precision) { text += $0 }
            return text
        }
        var text = format == .markdown ? ComparisonReport.heading("Compare", 3) : ""
        text += "\(format == .markdown ? "A" : "a"): \(pathA)" + (format == .markdown ? "  \n" : "\n")
        text += "\(format == .markdown ? "B" : "b"): \(pathB)\n"
        if isEmpty {
            return text + (format == .markdown ? "\n" : "")
                + "No differences in \(counted(comparison.matchCount)).\n"
        }
        text += ComparisonReport.text(changes, format, style)
        text += ComparisonReport.section(
            "Metrics over \(counted(comparison.matchCount)) of both",
            format,
            style
        )
        text += summaryTable(precision: precision).render(format, style: style)
        let top = top ?? query.top
        let table = table(precision: precision, top: top)
        guard !table.rows.isEmpty else { return text }
        let title = query.showsUnchanged ? "Containers" : "Containers that differ"
        text += ComparisonReport.section(title, format, style)
        text += table.render(format, style: style)
        if let top, shown.count > top {
            let rest =
                "the first \(NumberFormat.integer.text(Double(top))) of \(counted(shown.count)); --top 0 or csv for all"
            text += (format == .markdown ? "\n" : "") + style.mark(rest, .dim) + "\n"
        }
        return text
    }

    /// The rows of CSV, in pieces, so that a large sweep is never in memory as text.
    ///
    /// - Parameters:
    ///   - precision: Decimals to which numbers are rounded, `nil` for all digits.
    ///   - take: Gets the pieces in order; each ends in a line feed.
    public func writeCSV(precision: Int?, _ take: (String) -> Void) {
        let size = 1_024
        take(emptyTable(precision).render(.csv))
        for start in stride(from: 0, to: shown.count, by: size) {
            var table = emptyTable(precision)
            for pair in shown[start..<min(start + size, shown.count)] {
                for row in rows(of: pair) { table.append(row.map { $0.rounded(to: precision) }) }
            }
            take(table.rowsAsCSV)
        }
    }

    /// A row per container and metric.
    public func table(precision: Int?, top: Int? = nil) -> Table {
        var table = emptyTable(precision)
        for pair in shown.prefix(top ?? shown.count) {
            for row in rows(of: pair) { table.append(row) }
        }
        return table
    }

    private func emptyTable(_ precision: Int?) -> Table {
        var columns = [Table.Column("container_id")]
        columns += shownPaths.map { Table.Column(comparison.parameterPaths[$0], .general) }
        let number = Table.Kind.number(precision.map { .decimals($0) } ?? .general)
        columns += [
            Table.Column("metric"), Table.Column("a", number), Table.Column("b", number),
            Table.Column("delta", number), Table.Column("relative", ComparisonReport.percent(precision)),
            Table.Column("verdict"),
        ]
        return Table(columns: columns)
    }

    private func rows(of pair: RunComparison.Pair) -> [[Scalar]] {
        let head: [Scalar] = [.text(pair.containerID)] + shownPaths.map { pair.parameters[$0] }
        guard pair.isMatched else {
            let side = pair.b == nil ? "only in a" : "only in b"
            return [head + [.null, .null, .null, .null, .null, .text(side)]]
        }
        var rows: [[Scalar]] = []
        if let a = pair.a?.status, let b = pair.b?.status, a != b {
            let status: [Scalar] = [.text("status"), .null, .null, .null, .null]
            rows.append(head + status + [.text("\(a.rawValue) -> \(b.rawValue)")])
        }
        for metric in lines(of: pair) {
            let change = comparison.change(pair, metric)
            rows.append(
                head + [
                    .text(metric.name), scalar(change.a), scalar(change.b), scalar(change.delta),
                    scalar(change.relative), .text(change.verdict.rawValue),
                ]
            )
        }
        return rows
    }

    private static func percent(_ precision: Int?) -> Table.Kind {
        .number(precision.map { .percentage($0) } ?? .percent)
    }

    /// A row per metric.
    public func summaryTable(precision: Int?) -> Table {
        let number = Table.Kind.number(precision.map { .decimals($0) } ?? .general)
        var columns = [Table.Column("metric")]
        columns += ["better", "worse", "same", "changed"].map { Table.Column($0, .integer) }
        columns += [
            Table.Column("improved", ComparisonReport.percent(precision)),
            Table.Column("median_delta", number),
        ]
        columns += ["low", "high", "q05", "q95"].map { Table.Column($0, number) }
        var table = Table(columns: columns + [Table.Column("p_value", number)])
        for row in distributions where query.showsUnchanged || row.isChanged {
            let counts = [row.better, row.worse, row.same, row.changed].map { Scalar.number(Double($0)) }
            table.append(
                [.text(row.metric.name)] + counts + [
                    scalar(row.shareImproved), scalar(row.medianDelta), scalar(row.intervalLow),
                    scalar(row.intervalHigh), scalar(row.quantiles?.first), scalar(row.quantiles?.last),
                    scalar(row.pValue),
                ]
            )
        }
        return table
    }

    /// The metrics of a pair that are worth a line.
    private func lines(of pair: RunComparison.Pair) -> [MetricName] {
        let all = query.metrics.filter {
            query.showsUnchanged || comparison.change(pair, $0).verdict != .same
        }
        guard query.isBrief else { return all }
        let usual = all.filter { Leaderboard.shownMetrics.contains($0) || kept.contains($0.name) }
        return usual.isEmpty ? all : usual
    }

    /// What differs between two runs besides their results, under a heading; empty where nothing does.
    public static func text(_ changes: RunChanges, _ format: OutputFormat, _ style: TextStyle) -> String {
        var table = Table(columns: [
            Table.Column("what"), Table.Column("where"), Table.Column("a", .general),
            Table.Column("b", .general),
        ])
        for change in changes.config {
            table.append([.text("config"), .text(change.path), change.a ?? .null, change.b ?? .null])
        }
        func short(_ text: String?) -> Scalar { text.map { .text(String($0.prefix(12))) } ?? .null }
        for change in changes.data {
            table.append([.text("data"), .text(change.name), short(change.a), short(change.b)])
        }
        for change in (changes.engine.map { [$0] } ?? []) + changes.versions {
            table.append([.text("version"), .text(change.name), short(change.a), short(change.b)])
        }
        guard !table.rows.isEmpty else { return "" }
        return section("What led to it", format, style) + table.render(format, style: style)
    }

    private static func section(_ title: String, _ format: OutputFormat, _ style: TextStyle) -> String {
        format == .markdown ? "\n" + heading(title, 4) : "\n" + style.mark(title, .bold) + "\n"
    }

    private static func heading(_ title: String, _ level: Int) -> String {
        String(repeating: "#", count: level) + " \(title)\n\n"
    }

    private func counted(_ count: Int) -> String {
        "\(NumberFormat.integer.text(Double(count))) container\(count == 1 ? "" : "s")"
    }

    private func scalar(_ number: Double?) -> Scalar { number.map { .number($0) } ?? .null }
}

extension Scalar {
    /// A number rounded to some decimals, where a double still has so many; anything else as it is.
    func rounded(to decimals: Int?) -> Scalar {
        guard case .number(let value) = self else { return self }
        return .number(NumberFormat.rounded(value, to: decimals))
    }
}
