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

    /// Looks at a descriptor and the environment.
    package init(descriptor: Int32) {
        isTerminal = isatty(descriptor) == 1
        movesCursor = isTerminal && (Environment.value("TERM") ?? "dumb") != "dumb"
        hasColor = movesCursor && Environment.value("NO_COLOR") == nil
        width = Terminal.width(descriptor: descriptor)
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
