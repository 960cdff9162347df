import Foundation
import ProgramTestKit

/// The release program, stripped for valgrind, and how it is measured.
struct GateProgram {
    /// Where the release program lies, `nil` where nobody says.
    static var path: String? {
        let path = ProcessInfo.processInfo.environment["ADMF_RELEASE"] ?? ""
        guard !path.isEmpty else { return nil }
        return URL(fileURLWithPath: path, relativeTo: Program.top).path
    }

    /// What counts.
    enum Tool: String {
        case nothing
        /// Instructions.
        case callgrind
        /// Allocations.
        case memcheck
    }

    /// What one run came to.
    struct Run {
        var containers: Int
        /// What the tool counted.
        var count: Int
        /// Bytes of the results tree.
        var bytes: Int
        /// Peak resident memory.
        var peakBytes: Int
    }

    private let folder: URL
    private let stripped: URL

    init(in folder: URL) throws {
        self.folder = folder
        stripped = folder.appendingPathComponent("admf")
        guard let path = GateProgram.path else { throw GateProblem(text: "no program") }
        // valgrind 3.19 cannot read the debug information in the form that Swift writes.
        let outcome = try Program.shell("strip -o '\(stripped.path)' '\(path)'", in: folder)
        guard outcome.status == 0 else { throw GateProblem(text: "\(outcome)") }
    }

    /// Runs a workload with one worker; `inner` values of its second parameter.
    func run(
        _ workload: GateWorkload,
        inner: Int,
        bars: Int? = nil,
        under tool: Tool,
        options: [String] = []
    ) throws -> Run {
        let config = try workload.write(to: folder, inner: inner, bars: bars)
        let output = folder.appendingPathComponent("out-\(UUID().uuidString)")
        var words = [
            stripped.path, "run", config.path, "--output", output.path, "--jobs", "1", "--quiet",
            "--no-cache",
        ]
        words += options
        let log = folder.appendingPathComponent("valgrind.txt")
        var prefix: [String] = ["/usr/bin/time", "--format=%M"]
        switch tool {
        case .nothing: break
        case .callgrind:
            prefix += [
                "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-file=\(log.path)",
            ]
        case .memcheck:
            prefix += ["valgrind", "--tool=memcheck", "--leak-check=no", "--undef-value-errors=no"]
            prefix += ["--log-file=\(log.path)"]
        }
        let line = (prefix + words).map { "'\($0)'" }.joined(separator: " ")
        // valgrind knows no AVX-512, and which vectors a machine has must not matter.
        let outcome = try Program.shell(
            line,
            in: folder,
            environment: ["ADMF_VECTORS": "avx2", "ADMF_PROGRESS": "off"]
        )
        guard outcome.status == 0 else { throw GateProblem(text: "\(line)\n\(outcome)") }
        guard let peak = outcome.errors.split(separator: "\n").last.flatMap({ Int($0) }) else {
            throw GateProblem(text: "no peak of memory: \(outcome)")
        }
        let tree = try ResultsTree.only("gate", in: output)
        defer { try? FileManager.default.removeItem(at: output) }
        return Run(
            containers: tree.containers.count,
            count: tool == .nothing ? 0 : try count(log),
            // The sizes of what knows the clock and the folder are left out.
            bytes: tree.files.reduce(0) { $0 + $1.value.count },
            peakBytes: peak * 1_024
        )
    }

    /// What `plan` says of the peak of the same run.
    func predictedBytes(_ workload: GateWorkload, inner: Int) throws -> Int {
        let config = try workload.write(to: folder, inner: inner, bars: nil)
        let words = [stripped.path, "plan", config.path, "--jobs", "1", "--no-cache", "--json"]
        let outcome = try Program.shell(words.map { "'\($0)'" }.joined(separator: " "), in: folder)
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        guard let estimates = object?["estimates"] as? [String: Any],
            let bytes = estimates["memory_bytes"] as? Int
        else { throw GateProblem(text: "plan has no estimate: \(outcome)") }
        return bytes
    }

    /// The total that a tool of valgrind leaves in its log.
    private func count(_ log: URL) throws -> Int {
        let text = try String(contentsOf: log, encoding: .utf8)
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.contains("Collected :"), let number = words.last.flatMap({ Int($0) }) { return number }
            if line.contains("total heap usage:"), let place = words.firstIndex(of: "usage:") {
                let digits = words[place + 1].filter(\.isNumber)
                if let number = Int(digits) { return number }
            }
        }
        throw GateProblem(text: "valgrind counted nothing:\n\(text)")
    }
}

/// A run that could not be measured.
struct GateProblem: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}
