import BacktestMetrics
import BacktestModel
public import BacktestResults

/// One container in full, `show RUN CONTAINER`.
public struct ContainerReport: Sendable {
    private let record: ContainerRecord
    private let equity: [Double]?

    /// Makes a report; `equity` is the curve, oldest first, `nil` where the run did not store it.
    public init(_ record: ContainerRecord, equity: [Double]? = nil) {
        self.record = record
        self.equity = equity
    }

    /// Reads a container of a run.
    public init(_ run: RunReader, containerID: String) throws(RunReadError) {
        self.init(try run.record(containerID), equity: try run.equity(containerID)?.map(\.equity))
    }

    /// The report in a format: text for people; JSON is an array with the container's metrics.json; others are its metrics.
    public func render(_ format: OutputFormat, style: TextStyle = .plain) -> String {
        switch format {
        case .table: text(style)
        case .json: Table.text(of: .array([ContainerReport.json(record)]))
        case .csv, .markdown: metrics.render(format)
        }
    }

    /// The metrics, one a row, undefined ones too.
    public var metrics: Table {
        var table = Table(columns: [Table.Column("metric"), Table.Column("value", .general)])
        for name in MetricName.allCases {
            table.append([.text(name.name), record.metrics[name].map(Scalar.number) ?? .null])
        }
        return table
    }

    /// What metrics.json of a record says.
    static func json(_ record: ContainerRecord) -> JSONValue {
        var buffer = ByteBuffer()
        MetricsDocument.write(record, into: &buffer)
        // Our own writer made it, so it can be read.
        return (try? JSONValue.parse(buffer.array)) ?? .null
    }

    private func text(_ style: TextStyle) -> String {
        var facts = Facts()
        facts.add("portfolio", record.portfolioID)
        facts.add("status", record.status.rawValue)
        facts.add("error", record.error)
        facts.add("halted", record.halted.map { "\($0.reason) at \($0.time.iso8601)" })
        facts.add("strategies", record.strategies.joined(separator: ", "))
        facts.add("symbols", record.symbols.joined(separator: ", "))
        if let period = record.period {
            let bars = NumberFormat.integer.text(Double(period.bars))
            facts.add("period", "\(period.start.iso8601) to \(period.end.iso8601), \(bars) bars")
        }
        for (path, value) in record.parameters { facts.add(path, Table.shownParameter(value)) }
        let events = record.events.map { "\($0.name) \(NumberFormat.integer.text(Double($0.count)))" }
        facts.add("events", events.joined(separator: ", "))
        let memory = record.memory
        facts.add(
            "events in memory",
            "\(memory.events) at the end, \(memory.peak) at most, \(memory.pruned) pruned, \(memory.dropped) dropped"
        )
        var text = style.mark(record.containerID, .bold) + "\n" + facts.text(style)
        text += curve(style)
        if record.status == .completed { text += "\n" + metricLines(style) }
        text += attribution("strategy", record.byStrategy, style)
        text += attribution("symbol", record.bySymbol, style)
        return text
    }

    private func curve(_ style: TextStyle) -> String {
        guard let equity, let first = equity.first, let last = equity.last else { return "" }
        let format = NumberFormat.decimals(2)
        let line = Sparkline.text(
            equity,
            width: max(10, min(style.width ?? 80, 80) - 4),
            isASCII: style.isASCII
        )
        return "\n  \(style.mark(line, .green))\n"
            + "  equity \(format.text(first)) to \(format.text(last)),"
            + " lowest \(format.text(equity.min() ?? first)), highest \(format.text(equity.max() ?? last))\n"
    }

    private func metricLines(_ style: TextStyle) -> String {
        var facts = Facts()
        for name in MetricName.allCases {
            guard case .number(let format) = name.tableKind else { continue }
            facts.add(name.name, record.metrics[name].map { format.text($0) } ?? "-")
        }
        return style.mark("metrics", .bold) + "\n" + facts.text(style)
    }

    private func attribution(_ heading: String, _ rows: [Attribution], _ style: TextStyle) -> String {
        guard !rows.isEmpty else { return "" }
        var table = Table(columns: [
            Table.Column("by \(heading)"), Table.Column("signals", .integer),
            Table.Column("total_trades", .integer),
            Table.Column("win_rate", .percent), Table.Column("net_pnl", .currency),
        ])
        for row in rows {
            table.append([
                .text(row.key), .number(Double(row.signals)), .number(Double(row.totalTrades)),
                row.winRate.map(Scalar.number) ?? .null, .number(row.netProfit),
            ])
        }
        return "\n" + table.render(.table, style: style)
    }
}

extension Table {
    /// A parameter as people read it outside a table.
    static func shownParameter(_ value: Scalar) -> String {
        switch value {
        case .null: "-"
        case .boolean(let flag): flag ? "true" : "false"
        case .number(let number): NumberFormat.general.text(number)
        case .text(let text): text
        }
    }
}
