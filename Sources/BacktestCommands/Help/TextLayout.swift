/// Breaks text into lines of a width; a word that is longer stands alone.
func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
        if line.isEmpty {
            line = String(word)
        } else if line.count + 1 + word.count <= width {
            line += " " + word
        } else {
            lines.append(line)
            line = String(word)
        }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
}

/// Lays out terms and their meanings in two columns; a term that is too long gets a line of its own.
func definitions(_ rows: [(term: String, meaning: String)], width: Int) -> String {
    let column = min(rows.map(\.term.count).max() ?? 0, 28) + 4
    var text = ""
    for row in rows {
        let lines = wrapped(row.meaning, width: max(width - column, 24))
        let indent = String(repeating: " ", count: column)
        var head = "  " + row.term
        if head.count + 2 > column {
            text += head + "\n"
            head = indent
        } else {
            head += String(repeating: " ", count: column - head.count)
        }
        for (index, line) in lines.enumerated() { text += (index == 0 ? head : indent) + line + "\n" }
        if lines.isEmpty { text += "  \(row.term)\n" }
    }
    return text
}
