import BacktestConfiguration
import BacktestHashing
import BacktestModel
import BacktestResults
import BacktestSweep
import Glibc

/// What a run was made of, found again by its manifest: its folder, config and data.
enum RecordedInputs {
    /// The run's paths are relative to the folder in which it began.
    static func enter(_ manifest: Manifest, _ path: String) throws(CommandFailure) {
        guard !manifest.workingDirectory.isEmpty, chdir(manifest.workingDirectory) != 0 else { return }
        throw CommandFailure(
            .usage,
            "\(path) was begun in \(manifest.workingDirectory), which cannot be entered: \(systemMessage(errno))",
            hint: "run the config again"
        )
    }

    static func plan(
        _ manifest: Manifest,
        _ path: String,
        _ context: CommandContext
    ) throws(CommandFailure) -> RunPlan {
        let outcome = ConfigurationLoader.load(
            path: manifest.configurationPath,
            options: options(manifest)
        )
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

    /// What is wrong with the copy of the config in the run's folder, `nil` where it asks for what ran.
    ///
    /// Comments may have changed since; what the copy asks for must not.
    static func copyProblem(
        of plan: RunPlan,
        _ manifest: Manifest,
        _ path: String
    ) throws(CommandFailure) -> String? {
        let copy = "\(path)/config.yaml"
        guard let bytes = try InputFile.bytes(copy) else { return "\(copy) is missing" }
        let outcome = ConfigurationLoader.load(
            bytes: bytes,
            path: manifest.configurationPath,
            options: options(manifest)
        )
        if outcome.plan?.configurationHash == plan.configurationHash { return nil }
        return "\(copy) is not the config that ran"
    }

    /// What the command line had added to the config.
    static func options(_ manifest: Manifest) -> ConfigurationLoader.Options {
        PlanLoading.options(
            environment: manifest.environment,
            settings: manifest.settings,
            only: manifest.only,
            limit: manifest.limit
        )
    }

    /// Every data and signal file must have the bytes that the run began with.
    static func checkData(
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

    static func absolute(_ path: String) throws(CommandFailure) -> String {
        guard let real = realpath(path, nil) else {
            throw CommandFailure(.usage, "\(path): \(systemMessage(errno))")
        }
        defer { free(real) }
        return String(cString: real)
    }
}

extension Manifest {
    /// The `--only` patterns of the run; ids have no comma, so neither has a pattern that matched one.
    var only: [String] {
        guard case .text(let text) = options.first(where: { $0.name == "only" })?.value else { return [] }
        return text.split(separator: ",").map(String.init)
    }

    /// The `--limit` of the run, `nil` without one.
    var limit: Int? {
        guard case .number(let limit) = options.first(where: { $0.name == "limit" })?.value else {
            return nil
        }
        return Int(exactly: limit)
    }
}
