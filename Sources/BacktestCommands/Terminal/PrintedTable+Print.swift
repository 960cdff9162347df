import BacktestModel
import BacktestResults

extension PrintedTable {
    /// Prints the rows to standard output.
    package func print(to context: CommandContext, as format: OutputFormat) {
        switch format {
        case .json: context.output.write(json())
        case .csv: context.output.write(separated())
        case .markdown: context.output.write(markdown())
        case .table: context.output.write(aligned())
        }
    }

    private func json() -> String {
        var json = JSONWriter()
        json.beginArray()
        for row in rows {
            json.element()
            json.beginObject()
            for (column, value) in zip(columns, row) {
                json.key(text: column)
                json.scalar(value)
            }
            json.endObject()
        }
        json.endArray()
        return json.out.text + "\n"
    }

    private func separated() -> String {
        let lines = [columns] + rows.map { row in row.map { $0 == .null ? "" : PlanDocument.printed($0) } }
        return lines.map { line in line.map(PrintedTable.field).joined(separator: ",") + "\n" }.joined()
    }

    private static func field(_ text: String) -> String {
        guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
        return "\"" + text.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }

    private func markdown() -> String {
        let lines = [columns, columns.map { _ in "---" }] + rows.map { $0.map(PlanDocument.printed) }
        return lines.map { line in
            "| " + line.map { $0.map { $0 == "|" ? "\\|" : String($0) }.joined() }.joined(separator: " | ")
                + " |\n"
        }.joined()
    }

    private func aligned() -> String {
        let lines = [columns] + rows.map { $0.map(PlanDocument.printed) }
        let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            let cells = zip(line, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }
}
