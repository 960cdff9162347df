import BacktestModel

extension ConfigurationDiagnostic {
    /// The diagnostic as people read it: place, message, source line with a caret under the offending text, hint.
    ///
    /// - Parameter color: Whether terminal colours are used.
    /// - Returns: Two to seven lines, each ended by a line feed.
    public func rendered(color: Bool) -> String {
        let paint = Paint(isOn: color)
        let label = severity == .error ? paint.red("error") : paint.yellow("warning")
        var text =
            "\(paint.bold("\(file.printable):\(line):\(column)")): \(label): \(message.printable) [\(code)]\n"
        text += ConfigurationDiagnostic.excerpt(
            sourceLine,
            line: line,
            column: column,
            width: max(1, endColumn - column),
            paint: paint
        )
        if let related, related.line != line {
            text += ConfigurationDiagnostic.excerpt(
                related.sourceLine,
                line: related.line,
                column: related.column,
                width: 1,
                paint: paint
            )
        }
        if let hint { text += "  \(paint.cyan("hint")): \(hint.printable)\n" }
        return text
    }

    /// The diagnostic as one JSON object: file, line, column, severity, code, message, hint.
    public var json: String {
        let hintText = hint.map(JSONText.quoted) ?? "null"
        return "{\"file\": \(JSONText.quoted(file)), \"line\": \(line), \"column\": \(column), "
            + "\"severity\": \"\(severity.rawValue)\", \"code\": \(JSONText.quoted(code)), "
            + "\"message\": \(JSONText.quoted(message)), \"hint\": \(hintText)}"
    }

    /// The source line and a line with carets below it; tabs stay tabs, so that the carets stand where the text does.
    private static func excerpt(
        _ source: String,
        line: Int,
        column: Int,
        width: Int,
        paint: Paint
    ) -> String {
        guard !source.isEmpty else { return "" }
        let number = String(line)
        let (shown, column) = window(source.printable, column: column)
        let scalars = Array(shown.unicodeScalars)
        let before = scalars.prefix(max(0, column - 1))
        var padding = ""
        for scalar in before {
            padding += scalar == "\t" ? "\t" : String(repeating: " ", count: columns(of: scalar))
        }
        let marked = scalars.dropFirst(before.count).prefix(width)
        let carets = max(1, marked.reduce(0) { $0 + columns(of: $1) })
        let gutter = String(repeating: " ", count: number.count)
        return "  \(number) | \(shown)\n  \(gutter) | \(padding)"
            + paint.green(String(repeating: "^", count: carets)) + "\n"
    }

    /// The part of a very long line around a column, and the column within it.
    private static func window(_ source: String, column: Int) -> (text: String, column: Int) {
        let scalars = source.unicodeScalars
        guard scalars.count > 200 else { return (source, column) }
        let first = max(0, column - 100)
        let part = String(String.UnicodeScalarView(scalars.dropFirst(first).prefix(180)))
        let isCut = first + 180 < scalars.count
        let lead = first > 0 ? "…" : ""
        return (lead + part + (isCut ? "…" : ""), column - first + lead.count)
    }

    /// Terminal columns that a scalar takes: 0 for combining marks, 2 for East Asian wide characters and emoji.
    private static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

/// Terminal colours, or none.
private struct Paint {
    let isOn: Bool

    func bold(_ text: String) -> String { wrapped(text, "1") }
    func red(_ text: String) -> String { wrapped(text, "1;31") }
    func yellow(_ text: String) -> String { wrapped(text, "1;33") }
    func green(_ text: String) -> String { wrapped(text, "1;32") }
    func cyan(_ text: String) -> String { wrapped(text, "36") }

    private func wrapped(_ text: String, _ code: String) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
