import Glibc

/// The commands of alerts that are running: few at a time, each with a deadline.
struct RunningCommands {
    /// Commands that run at the same time.
    static let most = 8

    private struct Command {
        var process: pid_t
        var owner: Int
        var name: String
        var deadline: Int64
    }

    private var running: [Command] = []

    /// Whether none runs.
    var isEmpty: Bool { running.isEmpty }
    /// Whether another may run.
    var hasRoom: Bool { running.count < RunningCommands.most }

    /// Starts a program without a shell: nothing on its standard input, what it prints goes to standard error.
    ///
    /// In a process group of its own, so that Ctrl-C ends the run and not what has been told of it.
    ///
    /// - Returns: Why it could not be started, `nil` where it runs.
    mutating func start(_ words: [String], owner: Int, deadline: Int64) -> String? {
        guard let name = words.first else { return "there is no command" }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        )
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        var standard = sigset_t()
        sigemptyset(&standard)
        for number in [SIGINT, SIGTERM, SIGPIPE, SIGALRM] { sigaddset(&standard, number) }
        posix_spawnattr_setsigdefault(&attributes, &standard)
        let texts: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for text in texts { free(text) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, name, &actions, &attributes, texts, environ)
        guard code == 0 else { return "\(name) cannot be started: \(String(cString: strerror(code)))" }
        running.append(Command(process: process, owner: owner, name: name, deadline: deadline))
        return nil
    }

    /// Forgets the commands that have ended and ends those whose deadline is over.
    ///
    /// - Returns: The owners of those that failed, with the reason.
    mutating func reap(now: Int64) -> [(owner: Int, failure: String)] {
        var failures: [(owner: Int, failure: String)] = []
        running.removeAll { command in
            var status: Int32 = 0
            var ended = waitpid(command.process, &status, WNOHANG)
            let isLate = ended == 0 && now >= command.deadline
            if isLate {
                // The whole group: a script's children too.
                kill(-command.process, SIGKILL)
                repeat { ended = waitpid(command.process, &status, 0) } while ended < 0 && errno == EINTR
            }
            guard ended != 0 else { return false }
            if isLate {
                failures.append((command.owner, "\(command.name) took too long and was ended"))
            } else if status != 0 {
                let words =
                    status & 0x7F == 0 ? "exit status \(status >> 8 & 0xFF)" : "signal \(status & 0x7F)"
                failures.append((command.owner, "\(command.name): \(words)"))
            }
            return true
        }
        return failures
    }

    /// Waits a hundredth of a second.
    static func pause() { usleep(10_000) }
}
