import Glibc

/// Starts a worker for each target, watches it and reports what it died of.
struct FuzzDriver {
    let options: FuzzOptions
    let targets: [FuzzTarget]

    /// Seconds without progress after which a worker counts as hanging.
    private static let patience = 3.0

    /// Runs every target for its share of the time; 0 where nothing was found, 1 otherwise.
    func run() -> Int32 {
        print("fuzz: seed \(options.seed), \(options.seconds) s over \(targets.count) targets")
        var failures = 0
        for target in targets where !runs(target, seconds: options.seconds / Double(targets.count)) {
            failures += 1
        }
        // Of the planted faults every one must be found, or the fuzzer finds less than it says.
        return failures >= (options.isCanary ? targets.count : 1) ? 1 : 0
    }

    private func runs(_ target: FuzzTarget, seconds: Double) -> Bool {
        let progress = "/tmp/backtest-fuzz-\(getpid())-\(target.name)"
        defer { unlink(progress) }
        fflush(nil)
        guard let worker = start(target, seconds: seconds, progress: progress) else {
            print("fuzz: cannot start a worker")
            return false
        }
        let end = watch(worker, progress: progress)
        let iteration = FuzzDriver.iteration(in: progress) ?? 0
        if end == .exited(0) {
            print("fuzz: \(target.name): \(iteration + 1) inputs, nothing found")
            return true
        }
        print(
            """
            fuzz: \(target.name): \(end.description) at iteration \(iteration)
            fuzz: repeat with: backtest-fuzz --target \(target.name) --seed \(options.seed) \
            --iteration \(iteration)\(options.isCanary ? " --canary" : "")
            """
        )
        return false
    }

    private func start(_ target: FuzzTarget, seconds: Double, progress: String) -> pid_t? {
        var words = ["backtest-fuzz", "--target", target.name, "--seed", "\(options.seed)"]
        words += ["--seconds", "\(seconds)", "--worker", progress]
        if options.isCanary { words.append("--canary") }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        arguments.append(nil)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The backtrace of a planted crash would look like a failure of the build.
        if options.isCanary { posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) }
        var worker = pid_t()
        let status = posix_spawn(&worker, "/proc/self/exe", &actions, nil, arguments, environ)
        return status == 0 ? worker : nil
    }

    /// How a worker ended.
    private enum End: Equatable {
        case exited(Int32)
        case signalled(Int32)
        case hung

        var description: String {
            switch self {
            case .exited(3): "wrong answer"
            case .exited(let status): "exit status \(status)"
            case .signalled(let signal): "crash with signal \(signal)"
            case .hung: "no end after \(FuzzDriver.patience) s"
            }
        }
    }

    private func watch(_ worker: pid_t, progress: String) -> End {
        var last: UInt64?
        var since = monotonicSeconds()
        while true {
            var status: Int32 = 0
            if waitpid(worker, &status, WNOHANG) == worker {
                let signal = status & 0x7F
                return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
            }
            let current = FuzzDriver.iteration(in: progress)
            if current != last {
                last = current
                since = monotonicSeconds()
            } else if monotonicSeconds() - since > FuzzDriver.patience {
                kill(worker, SIGKILL)
                waitpid(worker, &status, 0)
                return .hung
            }
            usleep(20_000)
        }
    }

    private static func iteration(in progress: String) -> UInt64? {
        let file = open(progress, O_RDONLY)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var value: UInt64 = 0
        return pread(file, &value, 8, 0) == 8 ? value : nil
    }
}
