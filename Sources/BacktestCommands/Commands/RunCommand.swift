import BacktestSweep

/// `admf run`.
package struct RunCommand: Command {
    private static let output = Option(
        "output",
        value: "DIR",
        "put results there instead of into the config's results.directory",
        reader: ValueReader<String>.folder
    )

    package let grammar = CommandGrammar(
        "run",
        "run every container of a config and write the results tree",
        discussion: [
            "Results go to <results.directory>/<name>/<run id>/; 'latest' beside it points there. SIGINT and SIGTERM stop"
                + " the run within 2 seconds and leave a tree that resume completes.",
            "make turns every failure into status 2, so the outcome is also in verdict.json in the run's folder.",
        ],
        arguments: [SweepArguments.config],
        options: [
            SweepArguments.set, SweepArguments.environment, SweepArguments.only, SweepArguments.limit,
            SweepArguments.jobs, SweepArguments.memory, SweepArguments.noCache, output,
            SweepArguments.verdict, RankOptions.top,
        ] + FormatOptions.all,
        examples: [
            Example("admf run config.yaml", "runs it on all cores"),
            Example(
                "admf run config.yaml --set execution.slippage.rate=5bps --only 'trend_*' --jobs 2",
                "with another slippage, one portfolio's containers alone, on two cores"
            ),
            Example(
                "admf run config.yaml --json --quiet",
                "for programs: a summary with the best containers"
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
        let plan = try PlanLoading.plan(arguments, context)
        try PlanLoading.checkPatterns(plan, arguments)
        var options = SweepOptions(jobs: arguments[SweepArguments.jobs] ?? Machine.usableCores)
        options.cache = CacheLocation.chosen(arguments)
        options.memoryBytes = arguments[SweepArguments.memory]
        options.only = arguments[SweepArguments.only]
        options.limit = arguments[SweepArguments.limit]
        options.outputDirectory = arguments[RunCommand.output]
        return try runner.run(plan, options)
    }
}
