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
            "Refused where the config (status 2) or its data (status 3) have changed since. A copy of the config in the"
                + " run's folder that is damaged or gone is written again.",
        ],
        arguments: [RunArgument.run],
        options: [
            SweepArguments.jobs, SweepArguments.memory, SweepArguments.noCache, SweepArguments.verdict,
            RankOptions.top,
        ] + FormatOptions.all,
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
        let path = try RecordedInputs.absolute(reader.path)
        try RecordedInputs.enter(reader.manifest, path)
        let plan = try RecordedInputs.plan(reader.manifest, path, context)
        try RecordedInputs.checkData(reader.manifest, path, context.log)
        var options = SweepOptions(jobs: arguments[SweepArguments.jobs] ?? Machine.usableCores)
        options.cache = CacheLocation.chosen(arguments)
        options.memoryBytes = arguments[SweepArguments.memory]
        options.resuming = path
        if let problem = try RecordedInputs.copyProblem(of: plan, reader.manifest, path) {
            context.log.warning("\(problem); it is written again from \(reader.manifest.configurationPath)")
            options.restoresConfiguration = true
        }
        options.only = reader.manifest.only
        options.limit = reader.manifest.limit
        return try runner.run(plan, options)
    }
}
