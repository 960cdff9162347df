import BacktestEvents
import BacktestModel
import BacktestReports
import BacktestResults
import BacktestSweep
import BacktestTracing

extension EventsReport {
    /// Text or Markdown for people, or CSV with a row per container and field; JSON is written by `write`.
    ///
    /// - Parameters:
    ///   - format: Any but JSON.
    ///   - style: The terminal.
    ///   - precision: Decimals of numbers, `nil` for all digits, since two may differ in the last.
    ///   - showsSame: Whether containers with the same events are listed.
    ///   - top: Most containers of the table, `nil` for all.
    /// - Returns: the text, a line feed at its end.
    func render(
        _ format: OutputFormat,
        style: TextStyle,
        precision: Int?,
        showsSame: Bool,
        top: Int?
    ) -> String {
        if format == .csv { return fieldTable(rows, precision, showsSame: showsSame).render(.csv) }
        let isMarkdown = format == .markdown
        var text = isMarkdown ? "### Compare events\n\n" : ""
        text += "\(isMarkdown ? "A" : "a"): \(pathA)" + (isMarkdown ? "  \n" : "\n")
        text += "\(isMarkdown ? "B" : "b"): \(pathB)\n"
        let table = summary(showsSame: showsSame, top: top)
        if parted.isEmpty {
            let events = rows.reduce(0) { $0 + ($1.comparison?.equalCount ?? 0) }
            text += (isMarkdown ? "\n" : "")
            text += "No differences in \(QuantityText.count(events)) events of \(counted(matchCount)).\n"
        } else {
            text += ComparisonReport.text(changes, format, style)
        }
        if !table.rows.isEmpty {
            text += heading("Containers", format, style) + table.render(format, style: style)
        }
        for note in notes { text += (isMarkdown ? "\n" : "") + style.mark(note, .dim) + "\n" }
        guard let row = earliest, let parting = row.comparison?.parting else { return text }
        let title = "\(row.pair.containerID) parts at event \(parting.sequence)"
        text += heading(title, format, style)
        text += fieldTable([row], precision, showsSame: false, isBrief: true).render(format, style: style)
        text += chain("in a, and what led to it", row.pair.a, row.causesA, parting.a, format, style)
        return text + chain("in b, and what led to it", row.pair.b, row.causesB, parting.b, format, style)
    }

    /// A row per container.
    private func summary(showsSame: Bool, top: Int?) -> Table {
        var table = Table(columns: [
            Table.Column("container_id"), Table.Column("events_a", .integer),
            Table.Column("events_b", .integer),
            Table.Column("verdict"), Table.Column("same_until", .integer), Table.Column("time"),
            Table.Column("event_type"), Table.Column("fields"),
        ])
        let listed = rows.filter { showsSame || $0.verdict != "same" }
        for row in listed.prefix(top ?? listed.count) {
            let parting = row.comparison?.parting
            table.append([
                .text(label(row)), count(row.pair.a), count(row.pair.b), .text(row.verdict),
                .optional(row.comparison.map { Double($0.equalCount) }), .optional(parting?.time?.iso8601),
                .optional(parting.flatMap { ($0.a ?? $0.b)?.type.name }),
                .optional(parting?.fields.map(\.name).joined(separator: ", ")),
            ])
        }
        return table
    }

    private func label(_ row: Row) -> String {
        guard let a = row.pair.a?.index.containerID, let b = row.pair.b?.index.containerID, a != b else {
            return row.pair.containerID
        }
        return "\(a), \(b)"
    }

    /// A row per container and field that differs.
    private func fieldTable(
        _ rows: [Row],
        _ precision: Int?,
        showsSame: Bool,
        isBrief: Bool = false
    ) -> Table {
        let number = Table.Kind.number(precision.map { .decimals($0) } ?? .exact)
        let head = isBrief ? [] : ["container_id", "verdict", "sequence", "time", "event_type"]
        let tail = [Table.Column("field"), Table.Column("a", number), Table.Column("b", number)]
        var table = Table(
            columns: head.map { Table.Column($0) } + tail + [Table.Column("delta", number)]
        )
        for row in rows where showsSame || row.verdict != "same" {
            let parting = row.comparison?.parting
            let start: [Scalar] = [
                .text(label(row)), .text(row.verdict), .optional(parting.map { Double($0.sequence) }),
                .optional(parting?.time?.iso8601), .optional(parting.flatMap { ($0.a ?? $0.b)?.type.name }),
            ]
            let fields = parting?.fields ?? [EventComparison.Field(name: "", a: .null, b: .null)]
            for field in fields {
                var delta: Double?
                if case .number(let a) = field.a, case .number(let b) = field.b { delta = b - a }
                table.append(
                    (isBrief ? [] : start) + [
                        field.name.isEmpty ? .null : .text(field.name), field.a, field.b, .optional(delta),
                    ]
                )
            }
        }
        return table
    }

    private var notes: [String] {
        var notes: [String] = []
        var seen: Set<String> = []
        let passed = rows.flatMap { $0.comparison?.passedOver ?? [] }.filter { seen.insert($0).inserted }
        if !passed.isEmpty {
            notes.append("stored in one run only, and so passed over: \(passed.joined(separator: ", "))")
        }
        if rows.contains(where: { $0.comparison?.hasGaps == true }) {
            notes.append(
                "events are missing in a trace (sampled out, lost, or settings that changed on the way)"
            )
        }
        return notes
    }

    private func chain(
        _ title: String,
        _ trace: StoredTrace?,
        _ causes: [TracedEvent],
        _ event: TracedEvent?,
        _ format: OutputFormat,
        _ style: TextStyle
    ) -> String {
        guard let trace else { return "" }
        let words = EventText(trace)
        var lines = causes.enumerated().map { String(repeating: "  ", count: $0) + words.line($1) }
        lines.append(
            String(repeating: "  ", count: causes.count)
                + (event.map { words.line($0) } ?? "the events have ended")
        )
        let text = lines.map { "  \($0)\n" }.joined()
        guard format == .markdown else { return "\n" + style.mark(title, .bold) + "\n" + text }
        return "\n\(title):\n\n```\n\(text)```\n"
    }

    private func heading(_ title: String, _ format: OutputFormat, _ style: TextStyle) -> String {
        format == .markdown ? "\n#### \(title)\n\n" : "\n" + style.mark(title, .bold) + "\n"
    }

    private func count(_ trace: StoredTrace?) -> Scalar {
        .optional(trace.map { Double($0.index.counts.stored) })
    }

    private func counted(_ count: Int) -> String {
        "\(QuantityText.count(count)) container\(count == 1 ? "" : "s")"
    }
}
