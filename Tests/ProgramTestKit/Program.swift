public import Foundation

/// The built `admf`, run as a user runs it: another process, its exit status and what it printed.
public enum Program {
    /// The top folder of the project.
    public static let top = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The program: `ADMF` in the environment, else the one built beside the tests.
    public static let binary: URL = {
        if let path = ProcessInfo.processInfo.environment["ADMF"], !path.isEmpty {
            return URL(fileURLWithPath: path, relativeTo: top).absoluteURL
        }
        return built.appendingPathComponent("admf")
    }()

    /// The folder of what was built beside the tests.
    public static let built = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()

    /// What a finished process left.
    public struct Outcome: Sendable, CustomStringConvertible {
        /// Exit status, 128 + the signal where a signal ended it, as a shell says it.
        public var status: Int32
        /// Everything on standard output.
        public var output: String
        /// Everything on standard error.
        public var errors: String
        /// Wall time.
        public var seconds: Double

        /// For failed expectations.
        public var description: String {
            "status \(status) after \(seconds) s\nstdout: \(output.suffix(1_000))\nstderr: \(errors.suffix(2_000))"
        }
    }

    /// Runs the program to its end; standard input is closed.
    public static func run(
        _ arguments: [String],
        in folder: URL,
        environment: [String: String] = [:]
    ) throws -> Outcome {
        try start(arguments, in: folder, environment: environment).wait()
    }

    /// Starts the program and returns at once.
    public static func start(
        _ arguments: [String],
        in folder: URL,
        environment: [String: String] = [:]
    ) throws -> RunningProgram {
        try RunningProgram(binary, arguments, in: folder, environment: environment)
    }

    /// Runs a command of the shell to its end.
    public static func shell(
        _ script: String,
        in folder: URL,
        environment: [String: String] = [:]
    ) throws -> Outcome {
        let bash = URL(fileURLWithPath: "/bin/bash")
        return try RunningProgram(bash, ["-c", script], in: folder, environment: environment).wait()
    }
}

/// A process that is still running; its output goes to files, so that no pipe can fill up.
///
/// A class because a process has an identity and must be waited for once.
public final class RunningProgram {
    private let process = Process()
    private let logs: URL
    private let begin = Date()

    init(_ binary: URL, _ arguments: [String], in folder: URL, environment: [String: String]) throws {
        logs = FileManager.default.temporaryDirectory
            .appendingPathComponent("admf-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        for name in ["out", "err"] {
            try Data().write(to: logs.appendingPathComponent(name))
        }
        process.executableURL = binary
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var variables = ProcessInfo.processInfo.environment
        variables["NO_COLOR"] = "1"
        for (name, value) in environment { variables[name] = value }
        process.environment = variables
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: logs.appendingPathComponent("out"))
        process.standardError = try FileHandle(forWritingTo: logs.appendingPathComponent("err"))
        try process.run()
    }

    /// Whether it has not ended yet.
    public var isRunning: Bool { process.isRunning }

    /// Sends a signal.
    public func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits for the end.
    public func wait() throws -> Program.Outcome {
        process.waitUntilExit()
        let seconds = Date().timeIntervalSince(begin)
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: logs.appendingPathComponent(name)), as: UTF8.self)
        }
        let isSignal = process.terminationReason == .uncaughtSignal
        let outcome = Program.Outcome(
            status: process.terminationStatus + (isSignal ? 128 : 0),
            output: try text("out"),
            errors: try text("err"),
            seconds: seconds
        )
        try FileManager.default.removeItem(at: logs)
        return outcome
    }
}
