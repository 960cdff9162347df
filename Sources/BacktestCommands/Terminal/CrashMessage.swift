import Glibc

/// What people see where the program itself is at fault: one line instead of a stack trace.
enum CrashMessage {
    private static let text: StaticString =
        "admf: error: admf has a fault of its own and cannot go on; please report it with the command line and the config\n"

    /// Takes over the signals of a crash.
    ///
    /// The process still dies of the signal, so that callers can tell.
    static func install() {
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                let text = CrashMessage.text
                _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
                raise(number)
            }
            sigemptyset(&action.sa_mask)
            // Once: raised again, the signal does what it does by default. The stack may be what has run out.
            action.sa_flags = Int32(
                bitPattern: UInt32(SA_RESETHAND) | UInt32(SA_NODEFER) | UInt32(SA_ONSTACK)
            )
            sigaction(number, &action, nil)
        }
    }
}
