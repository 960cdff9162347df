import BacktestConfiguration
import BacktestHashing
import BacktestModel
import BacktestResults
import BacktestSweep
import Glibc

/// `admf resume`.
package struct ResumeCommand: Command {
    package let grammar = CommandGrammar(
        "resume",
        "complete a run that was interrupted",
        discussion: [
            "Containers that are whole are kept, the others run; the tree is then the same, byte for byte, as without the"
                + " interruption. The config, its --set and --environment, --only and --limit are those of the run.",
            "Refused where the config (status 2) or its data (status 3) have changed since.",
        ],
        arguments: [RunArgument.run],
        options: [SweepArguments.jobs, SweepArguments.verdict, RankOptions.top] + FormatOptions.all,
        examples: [
            Example("admf resume results/demo/latest", "completes the last run of demo"),
            Example(
                "admf resume results/demo/20261120T101500Z-3fa9c1 --jobs 1",
                "completes that run on one core"
            ),
        ],
        statuses: [
            .success, .usage, .badData, .containersFailed, .storageFailed, .interrupted, .terminated,
        ]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let runner = try SweepRunner(command: grammar.name, arguments, in: context)
        let reader = try RunArgument.open(arguments)
        let path = try ResumeCommand.absolute(reader.path)
        try ResumeCommand.enter(reader.manifest, path)
        let plan = try ResumeCommand.plan(reader.manifest, path, context)
        try ResumeCommand.checkData(reader.manifest, path, context.log)
        var options = SweepOptions(jobs: arguments[SweepArguments.jobs] ?? Machine.usableCores)
        options.resuming = path
        options.only = reader.manifest.only
        options.limit = reader.manifest.limit
        return try runner.run(plan, options)
    }

    /// The run's paths are relative to the folder in which it began.
    private static func enter(_ manifest: Manifest, _ path: String) throws(CommandFailure) {
        guard !manifest.workingDirectory.isEmpty, chdir(manifest.workingDirectory) != 0 else { return }
        throw CommandFailure(
            .usage,
            "\(path) was begun in \(manifest.workingDirectory), which cannot be entered: \(systemMessage(errno))",
            hint: "run the config again"
        )
    }

    private static func plan(
        _ manifest: Manifest,
        _ path: String,
        _ context: CommandContext
    ) throws(CommandFailure) -> RunPlan {
        let options = ConfigurationLoader.Options(
            environment: manifest.environment,
            settings: manifest.settings,
            containerLimit: manifest.only.isEmpty ? manifest.limit : nil
        )
        let outcome = ConfigurationLoader.load(path: manifest.configurationPath, options: options)
        let plan = try PlanLoading.plan(outcome, context)
        guard plan.configurationHash == manifest.configurationHash else {
            throw CommandFailure(
                .usage,
                "\(manifest.configurationPath) has changed since \(path) began: SHA-256 \(manifest.configurationHash)"
                    + " then, \(plan.configurationHash) now",
                hint: "the config of the run is in \(path)/config.yaml; to run the new one: admf run"
                    + " \(manifest.configurationPath)"
            )
        }
        return plan
    }

    /// Every data and signal file must have the bytes that the run began with.
    private static func checkData(
        _ manifest: Manifest,
        _ path: String,
        _ log: Log
    ) throws(CommandFailure) {
        var hasChanged = false
        for file in manifest.data {
            do throws(SHA256.FileError) {
                let found = try SHA256.hexadecimal(ofFile: file.path)
                guard found != file.sha256 else { continue }
                log.error(
                    "\(file.path) has changed since \(path) began: SHA-256 \(file.sha256) then, \(found) now"
                )
            } catch {
                log.error("cannot read \(error.description)")
            }
            hasChanged = true
        }
        if hasChanged { throw .reported(.badData) }
    }

    private static func absolute(_ path: String) throws(CommandFailure) -> String {
        guard let real = realpath(path, nil) else {
            throw CommandFailure(.usage, "\(path): \(systemMessage(errno))")
        }
        defer { free(real) }
        return String(cString: real)
    }
}

extension Manifest {
    /// The `--only` patterns of the run; ids have no comma, so neither has a pattern that matched one.
    fileprivate var only: [String] {
        guard case .text(let text) = options.first(where: { $0.name == "only" })?.value else { return [] }
        return text.split(separator: ",").map(String.init)
    }

    /// The `--limit` of the run, `nil` without one.
    fileprivate var limit: Int? {
        guard case .number(let limit) = options.first(where: { $0.name == "limit" })?.value else {
            return nil
        }
        return Int(exactly: limit)
    }
}
