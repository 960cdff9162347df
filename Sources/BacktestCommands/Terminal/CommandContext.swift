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
}
