import Glibc

/// A program run to its end, and what the system counted.
struct ChildProcess {
    /// Seconds from the start to the end.
    var wall: Double
    /// CPU seconds in the program and in the system, all threads together.
    var user: Double
    var system: Double
    /// Highest resident memory.
    ///
    /// Never less than this tool's own, because Linux counts the page tables it was born with.
    var peakBytes: Int
    /// Exit status; 128 + the signal where one ended it.
    var status: Int32

    /// Starts a program (looked for on the PATH where it has no slash), without input and output, and waits for it.
    ///
    /// The file `errors` gets standard error; `variables` are added to the environment.
    init(_ arguments: [String], errors: String, variables: [String] = []) throws(BenchProblem) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        let words = CStrings(arguments)
        let environment = CStrings(Self.environment + variables)
        defer {
            words.free()
            environment.free()
        }
        var process: pid_t = 0
        let begin = Self.seconds()
        let code = posix_spawnp(&process, arguments[0], &actions, nil, words.pointers, environment.pointers)
        guard code == 0 else { throw .system(arguments[0], code) }
        var usage = rusage()
        var ended: Int32 = 0
        while wait4(process, &ended, 0, &usage) < 0 {
            guard errno == EINTR else { throw .system(arguments[0]) }
        }
        wall = Self.seconds() - begin
        user = Self.seconds(usage.ru_utime)
        system = Self.seconds(usage.ru_stime)
        peakBytes = usage.ru_maxrss * 1_024
        let signal = ended & 0x7F
        status = signal == 0 ? (ended >> 8) & 0xFF : 128 + signal
    }

    /// Whether a program of that name lies on the PATH.
    static func isInstalled(_ name: String) -> Bool {
        guard let path = getenv("PATH") else { return false }
        return String(cString: path).split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    private static var environment: [String] {
        var list: [String] = []
        var next = environ
        while let entry = next.pointee {
            list.append(String(cString: entry))
            next += 1
        }
        return list
    }

    /// Seconds on a clock that never goes back.
    private static func seconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
}

/// A list of C strings with a null at its end; to be freed once.
private struct CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ texts: [String]) { pointers = texts.map { strdup($0) } + [nil] }

    func free() { for pointer in pointers { Glibc.free(pointer) } }
}
