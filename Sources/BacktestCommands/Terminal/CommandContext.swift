package import BacktestReports
import Glibc

/// What a command works with besides its arguments.
package struct CommandContext {
    /// Results, and nothing else.
    package let output: StandardOutput
    /// Everything else.
    package let log: Log
    /// The terminal behind standard output.
    package let terminal: Terminal

    /// Makes a context of the process's descriptors.
    package init(output: StandardOutput, log: Log) {
        self.output = output
        self.log = log
        terminal = Terminal(descriptor: STDOUT_FILENO)
    }

    /// How text on standard output may look: in a pipe or file nothing is cut or coloured.
    package var style: TextStyle { terminal.style }

    /// Prints a table.
    package func print(_ table: Table, as format: OutputFormat) {
        output.write(table.render(format, style: style))
    }
}

extension Terminal {
    /// How text may look on this terminal.
    package var style: TextStyle {
        TextStyle(width: isTerminal ? width : nil, hasColors: hasColor, isASCII: !hasUnicode)
    }
}
