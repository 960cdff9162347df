import Foundation
import Glibc

/// Runs the built binary as a user would: its own process, its own streams.
struct Admf {
    /// What a run left behind.
    struct Outcome {
        /// The exit status; 128 + number where a signal killed it, as a shell reports it.
        var status: Int32
        var output: String
        var errors: String
    }

    /// Variables on top of a small fixed environment.
    var environment: [String: String] = [:]
    /// The working folder.
    var folder: String = "/"
    /// Where standard output goes; a file that is read back where `nil`.
    var outputPath: String?

    /// The binary beside the test bundle.
    static let built: String = {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: executable).deletingLastPathComponent().appendingPathComponent("admf")
            .path
    }()

    /// `ADMF` in the environment, else the binary beside the test bundle.
    static let path: String = {
        if let path = ProcessInfo.processInfo.environment["ADMF"], path.hasPrefix("/") { return path }
        return built
    }()

    /// Runs `admf` to its end.
    func callAsFunction(_ arguments: String...) throws -> Outcome { try run(arguments) }

    /// Runs `admf` to its end.
    func run(_ arguments: [String]) throws -> Outcome {
        let scratch = try Scratch()
        let process = try start(arguments, in: scratch, program: Admf.path)
        return try process.wait()
    }

    /// Starts `admf` and comes back at once.
    ///
    /// The debug program by default: what is interrupted half way must last a while.
    func start(
        _ arguments: [String],
        in scratch: Scratch,
        program: String = Admf.built
    ) throws -> Running {
        let output = outputPath ?? scratch.path("stdout")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(
            &actions,
            2,
            scratch.path("stderr"),
            O_WRONLY | O_CREAT | O_TRUNC,
            0o600
        )
        var variables = ["PATH": "/usr/bin:/bin", "COLUMNS": "80", "LC_ALL": "C.UTF-8"]
        // The sanitizers of `make test-all` are told through the environment what to look for.
        for (name, value) in ProcessInfo.processInfo.environment where name.hasSuffix("SAN_OPTIONS") {
            variables[name] = value
        }
        for (name, value) in environment { variables[name] = value }
        // `env -C` changes the folder and becomes the program; spawn's own call is hidden behind a feature macro.
        let words = (["env", "-C", folder, program] + arguments).map { strdup($0) } + [nil]
        let settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + settings { free(pointer) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, "/usr/bin/env", &actions, nil, words, settings)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
        return Running(child: child, outputPath: output, scratch: scratch, reads: outputPath == nil)
    }

    /// A process that has been started.
    struct Running {
        let child: pid_t
        let outputPath: String
        let scratch: Scratch
        let reads: Bool

        func send(_ signal: Int32) { kill(child, signal) }

        func wait() throws -> Outcome {
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0 { guard errno == EINTR else { break } }
            let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
            return Outcome(
                status: code,
                output: reads ? try String(contentsOfFile: outputPath, encoding: .utf8) : "",
                errors: try String(contentsOfFile: scratch.path("stderr"), encoding: .utf8)
            )
        }
    }
}
