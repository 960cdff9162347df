extension String {
    /// The text with control characters but tabs and line feeds shown as U+FFFD: no file may steer the terminal that shows it.
    package var printable: String {
        guard unicodeScalars.contains(where: String.isControl) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            text.unicodeScalars.append(String.isControl(scalar) ? "\u{FFFD}" : scalar)
        }
        return text
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0: true
        default: false
        }
    }
}
