import Glibc

/// Makes what a workload needs and runs the real program on it.
struct BenchRunner {
    let options: BenchOptions

    private var errors: String { options.folder + "/stderr.txt" }
    private var outputs: String { options.folder + "/out" }

    /// Removes every results tree, unless they are to stay.
    ///
    /// Only before the first and after the last run: ext4 searches longer for a free inode in the seconds after many
    /// were freed, and the next run would be charged for it.
    func removeResults() throws(BenchProblem) {
        if !options.keepsResults { try FileTree.remove(outputs) }
    }

    /// Writes data that is not there yet, and the config.
    func prepare(_ workload: Workload) throws(BenchProblem) {
        try FileTree.makeFolder(options.folder)
        for data in workload.data {
            let path = options.folder + "/" + data.file
            guard access(path, F_OK) != 0 else { continue }
            switch data {
            case .goog:
                let source = options.package + "/Tests/ReferenceEngineTests/Fixtures/trades/goog_daily.csv"
                let bytes = try FileTree.read(source)
                try FileTree.write(path) { write throws(BenchProblem) in try write(bytes) }
            case .walk(let seed, let bars):
                let walk = RandomWalk(seed: seed, count: bars)
                try FileTree.write(path) { write throws(BenchProblem) in try walk.write(to: write) }
            }
        }
        let yaml = Array(workload.yaml.utf8)
        try FileTree.write(config(workload)) { write throws(BenchProblem) in try write(yaml) }
    }

    /// Runs a workload as often as asked, then once more under every tool of valgrind where that is wanted and there.
    func measure(_ workload: Workload, stripped: String?) throws(BenchProblem) -> Measurement {
        var runs: [ChildProcess] = []
        var tree = FileTree.Size()
        for repetition in 1...options.repeats {
            let output = output(workload, "\(repetition)")
            let words = command(options.program, workload, jobs: options.jobs, output)
            let run = try ChildProcess(words, errors: errors)
            try check(run, workload)
            runs.append(run)
            tree = try FileTree.size(of: output)
            guard tree.containers == workload.containers else {
                throw BenchProblem(
                    "\(workload.name): \(tree.containers) containers have metrics, not \(workload.containers)"
                )
            }
        }
        var counts: [Valgrind: Int] = [:]
        if let stripped, workload.isSmall {
            for tool in Valgrind.allCases { counts[tool] = try count(with: tool, workload, stripped) }
        }
        return Measurement(
            workload: workload,
            jobs: options.jobs,
            runs: runs,
            tree: tree,
            instructions: counts[.callgrind],
            allocations: counts[.memcheck]
        )
    }

    /// A copy of the program without debug information, which valgrind 3.19 cannot read in the form that Swift
    /// writes; `nil` where valgrind or strip is missing.
    func strippedProgram() throws(BenchProblem) -> String? {
        guard ChildProcess.isInstalled("valgrind"), ChildProcess.isInstalled("strip") else { return nil }
        try FileTree.makeFolder(options.folder)
        let copy = options.folder + "/admf-stripped"
        let strip = try ChildProcess(["strip", "-o", copy, options.program], errors: errors)
        guard strip.status == 0 else {
            throw BenchProblem("strip: exit status \(strip.status), see \(errors)")
        }
        return copy
    }

    /// One worker, so that waiting is not counted; AVX2 at most, because valgrind knows nothing wider.
    private func count(
        with tool: Valgrind,
        _ workload: Workload,
        _ program: String
    ) throws(BenchProblem) -> Int {
        let log = options.folder + "/valgrind.txt"
        let run = try ChildProcess(
            tool.command(log: log) + command(program, workload, jobs: 1, output(workload, tool.rawValue)),
            errors: errors,
            variables: ["ADMF_VECTORS=avx2"]
        )
        try check(run, workload)
        guard let count = tool.total(in: String(decoding: try FileTree.read(log), as: UTF8.self)) else {
            throw BenchProblem("\(log): \(tool.rawValue) has no total")
        }
        return count
    }

    /// A folder of its own for every run; with the process in it, because kept ones may lie there.
    private func output(_ workload: Workload, _ run: String) -> String {
        "\(outputs)/\(getpid())-\(workload.name)-\(run)"
    }

    private func command(
        _ program: String,
        _ workload: Workload,
        jobs: Int,
        _ output: String
    ) -> [String] {
        [program, "run", config(workload), "--output", output, "--jobs", "\(jobs)", "--quiet"]
    }

    private func config(_ workload: Workload) -> String { "\(options.folder)/\(workload.name).yaml" }

    private func check(_ run: ChildProcess, _ workload: Workload) throws(BenchProblem) {
        guard run.status != 0 else { return }
        let said = try FileTree.read(errors)
        throw BenchProblem(
            "\(workload.name): exit status \(run.status): \(String(decoding: said.suffix(2_000), as: UTF8.self))"
        )
    }
}
