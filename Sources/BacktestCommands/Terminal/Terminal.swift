import Glibc

/// What is known of the terminal behind a descriptor.
package struct Terminal: Sendable, Hashable {
    /// Whether the descriptor is a terminal.
    package var isTerminal: Bool
    /// Whether the terminal can move its cursor.
    package var movesCursor: Bool
    /// Whether colours are wanted and possible.
    package var hasColor: Bool
    /// Columns; 80 where nobody knows.
    package var width: Int

    /// Whether the locale has UTF-8 and the terminal is not dumb; also asked of pipes, which end in some terminal.
    package var hasUnicode: Bool

    /// Looks at a descriptor and the environment.
    package init(descriptor: Int32) {
        isTerminal = isatty(descriptor) == 1
        movesCursor = isTerminal && (Environment.value("TERM") ?? "dumb") != "dumb"
        hasColor = movesCursor && Environment.value("NO_COLOR") == nil
        width = Terminal.width(descriptor: descriptor)
        hasUnicode = Environment.value("TERM") != "dumb" && Terminal.isLocaleUnicode
    }

    /// The first of the locale's variables that is set decides, as in the C library.
    private static var isLocaleUnicode: Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { Environment.value($0) }.first ?? ""
        let name = locale.lowercased()
        return name.contains("utf-8") || name.contains("utf8")
    }

    private static func width(descriptor: Int32) -> Int {
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        if let text = Environment.value("COLUMNS"), let columns = Int(text), (20...10_000).contains(columns) {
            return columns
        }
        return 80
    }
}
