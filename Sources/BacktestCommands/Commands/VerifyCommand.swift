import BacktestConfiguration
import BacktestModel
import BacktestReports
import BacktestResults
import BacktestSweep
import BacktestTracing

/// `admf verify`.
package struct VerifyCommand: Command {
    private static let sample = Option(
        "sample",
        value: "N",
        "containers that run once more and are compared, byte for byte",
        default: "10",
        reader: .wholeNumber(0...Int.max)
    )

    package let grammar = CommandGrammar(
        "verify",
        "prove that a run's results are what its config and data give",
        discussion: [
            "Compares the SHA-256 of config and data and the engine's version with the manifest, holds summary.csv against the"
                + " metrics.json of every container, looks for damage in stored traces and replays the full ones, then runs a seeded"
                + " sample of containers again in a temporary folder. Ends with status 1 at the first difference, naming it."
        ],
        arguments: [RunArgument.run],
        options: [sample, SweepArguments.jobs],
        examples: [
            Example("admf verify results/demo/latest", "a check of everything, 10 containers run again"),
            Example("admf verify results/demo/latest --sample 0", "hashes, summary and traces alone"),
        ],
        statuses: [.success, .unmet, .usage, .badData, .storageFailed, .interrupted, .terminated]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let reader = try RunArgument.open(arguments)
        let verification = try RunVerification(
            reader,
            sample: arguments[VerifyCommand.sample] ?? 10,
            jobs: arguments[SweepArguments.jobs] ?? Machine.usableCores,
            context
        )
        return try verification.run()
    }
}
