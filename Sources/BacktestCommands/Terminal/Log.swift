import BacktestModel
import Glibc

/// What people read on standard error.
package struct Log: Sendable {
    /// Messages above this are left out.
    package var level: LogLevel
    /// Whether only errors are said.
    package var isQuiet: Bool
    /// The terminal behind standard error.
    package let terminal: Terminal

    /// Makes a log of standard error.
    package init(level: LogLevel = .info, isQuiet: Bool = false) {
        self.level = isQuiet ? .error : level
        self.isQuiet = isQuiet
        terminal = Terminal(descriptor: STDERR_FILENO)
    }

    /// Something that ends the command.
    package func error(_ message: String, hint: String? = nil) {
        say(.error, label: "error", color: "31", message, hint: hint)
    }

    /// Something that the user should know about the result.
    package func warning(_ message: String, hint: String? = nil) {
        say(.warning, label: "warning", color: "33", message, hint: hint)
    }

    /// Something that the config asks to be told of; said as long as warnings are.
    package func alert(_ message: String) { say(.warning, label: "alert", color: "35", message, hint: nil) }

    /// What is going on.
    package func info(_ message: String) { say(.info, label: nil, color: "", message, hint: nil) }

    /// What helps to find a fault.
    package func debug(_ message: String) { say(.debug, label: "debug", color: "2", message, hint: nil) }

    /// Text that is already laid out, such as a diagnostic with its source line.
    package func text(_ text: String, level wanted: LogLevel) {
        guard wanted <= level else { return }
        put(text.hasSuffix("\n") ? text : text + "\n")
    }

    private func say(_ wanted: LogLevel, label: String?, color: String, _ message: String, hint: String?) {
        guard wanted <= level else { return }
        var text = "admf: "
        if let label { text += terminal.hasColor ? "\u{1B}[\(color)m\(label):\u{1B}[0m " : "\(label): " }
        text += message.printable + "\n"
        if let hint { text += "  \(hint.printable)\n" }
        put(text)
    }

    /// One write for one message, so that messages of several processes do not mix.
    func put(_ text: String) { _ = writeAll(Array(text.utf8), to: STDERR_FILENO) }
}
