/// Why a command stopped: a message for people and a status for programs.
package struct CommandFailure: Error, Sendable, Hashable {
    /// How the program ends.
    package var status: ExitStatus
    /// What went wrong, one sentence without a full stop; empty where the command has already said it.
    package var message: String
    /// What to do about it.
    package var hint: String?

    /// Makes a failure.
    package init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    /// A failure whose messages are out already.
    package static func reported(_ status: ExitStatus) -> CommandFailure { CommandFailure(status, "") }
}
