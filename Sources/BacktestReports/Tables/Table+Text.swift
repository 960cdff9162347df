extension Table {
    /// Aligned text: numbers to the right, everything in the width of the terminal.
    ///
    /// Where it is too narrow, headings and text are cut (`…`), then the last columns left out, and a line says how many.
    func text(_ style: TextStyle) -> String {
        let cells = rows.map { row in zip(row, columns).map { shown($0, $1.kind) } }
        let layout = ColumnLayout(
            headings: columns.map(\.name.displayWidth),
            cells: columns.indices.map { column in cells.reduce(0) { max($0, $1[column].displayWidth) } },
            isText: columns.map { $0.kind == .text },
            limit: style.width
        )
        let headings = zip(columns, layout.widths).map { $0.name.shortenedPath(to: $1, style.ellipsis) }
        var text = style.mark(line(headings, layout.widths, style.ellipsis), .bold) + "\n"
        for row in cells { text += line(row, layout.widths, style.ellipsis) + "\n" }
        let hidden = columns.count - layout.widths.count
        guard hidden > 0 else { return text }
        let note = "(\(hidden) more column\(hidden == 1 ? "" : "s"); --format csv shows all)"
        return text + style.mark(note.truncated(to: style.width ?? Int.max, ellipsis: style.ellipsis), .dim)
            + "\n"
    }

    private func line(_ cells: [String], _ widths: [Int], _ ellipsis: Character) -> String {
        var line = ""
        for (index, width) in widths.enumerated() {
            let shown = cells[index].truncated(to: width, ellipsis: ellipsis)
            let padding = String(repeating: " ", count: max(0, width - shown.displayWidth))
            if index > 0 { line += String(repeating: " ", count: ColumnLayout.gap) }
            if columns[index].kind != .text {
                line += padding + shown
            } else {
                // Nothing stands behind the last column, so it needs no padding.
                line += index == widths.count - 1 ? shown : shown + padding
            }
        }
        return line
    }
}

extension String {
    /// A dotted path in at most `width` columns: its end says more than its beginning.
    fileprivate func shortenedPath(to width: Int, _ ellipsis: Character) -> String {
        guard displayWidth > width, width > 1, contains(".") else {
            return truncated(to: width, ellipsis: ellipsis)
        }
        var kept = ""
        var used = 1
        for character in reversed() {
            used += character.displayWidth
            if used > width { break }
            kept.insert(character, at: kept.startIndex)
        }
        return String(ellipsis) + kept
    }
}
