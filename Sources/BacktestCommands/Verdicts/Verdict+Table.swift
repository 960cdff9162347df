import BacktestModel
import BacktestReports

extension Verdict {
    /// A row per requirement.
    var table: Table {
        var table = Table(columns: [
            Table.Column("verdict"), Table.Column("requirement"), Table.Column("observed", .general),
            Table.Column("threshold", .general), Table.Column("reason"),
        ])
        for row in requirements {
            table.append([
                .text(row.outcome.words), .text(row.expression), .optional(row.observed),
                .optional(row.threshold),
                .text(row.reason),
            ])
        }
        return table
    }

    /// The verdict in a format; JSON is verdict.json itself.
    func render(_ format: OutputFormat, style: TextStyle = .plain) -> String {
        switch format {
        case .json: return json
        case .csv: return table.render(.csv)
        case .markdown: return markdown
        case .table:
            let emphasis: TextStyle.Emphasis =
                switch outcome {
                case .pass: .green
                case .fail: .red
                case .cannotTell: .yellow
                }
            return table.render(.table, style: style) + style.mark(outcome.words, emphasis) + "\n"
        }
    }

    /// A heading with the outcome and a table, for a pull request or a step summary.
    var markdown: String {
        var text = "### admf \(command): \(outcome.words)\n\n`\(run)`"
        if let baseline { text += " against `\(baseline)`" }
        return text + "\n\n" + table.render(.markdown)
    }
}

extension Verdict.Outcome {
    /// The outcome in words.
    var words: String { self == .cannotTell ? "cannot tell" : rawValue }
}
