/// Lines of names and values, aligned.
struct Facts {
    private var rows: [(name: String, value: String)] = []

    /// Adds a line; one without a value is left out.
    mutating func add(_ name: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        rows.append((name, value.onOneLine))
    }

    /// The lines, indented, in the width of the terminal; what is too long goes on below.
    func text(_ style: TextStyle) -> String {
        let widest = rows.reduce(0) { max($0, $1.name.displayWidth) }
        var text = ""
        for row in rows {
            let name = row.name + String(repeating: " ", count: widest - row.name.displayWidth)
            let room = max(20, (style.width ?? Int.max) - widest - 4)
            for (index, line) in Facts.wrapped(row.value, width: room).enumerated() {
                text += "  " + (index == 0 ? style.mark(name, .dim) : String(repeating: " ", count: widest))
                text += "  \(line)\n"
            }
        }
        return text
    }

    /// Breaks at spaces; a word that is longer than the line stays whole, so that it can be copied.
    private static func wrapped(_ text: String, width: Int) -> [String] {
        guard text.displayWidth > width else { return [text] }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.displayWidth + 1 + word.description.displayWidth > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
