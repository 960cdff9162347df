import BacktestConfiguration
import BacktestMarketData
import BacktestSweep

/// From a config file and the command line to a plan and its data, every problem said.
enum PlanLoading {
    /// What the command line adds to a config.
    static func options(_ arguments: ParsedArguments) -> ConfigurationLoader.Options {
        options(
            environment: arguments[SweepArguments.environment],
            settings: arguments[SweepArguments.set],
            only: arguments[SweepArguments.only],
            limit: arguments[SweepArguments.limit]
        )
    }

    /// What a command line adds to a config, now or when a run that is resumed or verified began.
    ///
    /// A limit leaves all but the first sets out of the plan. With `--only` it must not, as it then counts containers that
    /// match: every set is looked at, and a sweep that is too large for that is refused.
    static func options(
        environment: String?,
        settings: [String],
        only: [String],
        limit: Int?
    ) -> ConfigurationLoader.Options {
        ConfigurationLoader.Options(
            environment: environment,
            settings: settings,
            containerLimit: only.isEmpty ? limit : nil
        )
    }

    /// Reads the config that the command line names.
    static func plan(
        _ arguments: ParsedArguments,
        _ context: CommandContext
    ) throws(CommandFailure) -> RunPlan {
        let path = arguments[SweepArguments.config]
        return try plan(ConfigurationLoader.load(path: path, options: options(arguments)), context)
    }

    /// Reads a config with an environment and settings alone.
    static func plan(
        _ path: String,
        environment: String?,
        settings: [String],
        _ context: CommandContext
    ) throws(CommandFailure) -> RunPlan {
        let options = ConfigurationLoader.Options(environment: environment, settings: settings)
        return try plan(ConfigurationLoader.load(path: path, options: options), context)
    }

    /// The plan, if there is one; every diagnostic is said.
    static func plan(
        _ outcome: ConfigurationOutcome,
        _ context: CommandContext
    ) throws(CommandFailure) -> RunPlan {
        report(outcome.diagnostics, context)
        guard let plan = outcome.plan else {
            throw .reported(outcome.hasConfigurationErrors ? .usage : .badData)
        }
        return plan
    }

    /// Says what is wrong or doubtful, each at its own level.
    static func report(_ diagnostics: [ConfigurationDiagnostic], _ context: CommandContext) {
        for diagnostic in diagnostics {
            let text = diagnostic.rendered(color: context.log.terminal.hasColor)
            context.log.text(text, level: diagnostic.severity == .error ? .error : .warning)
        }
    }

    /// Positions of the containers that `--only` and `--limit` leave; a pattern that fits none is refused.
    static func select(_ plan: RunPlan, _ arguments: ParsedArguments) throws(CommandFailure) -> [Int] {
        try checkPatterns(plan, arguments)
        return plan.containers(
            matching: arguments[SweepArguments.only],
            limit: arguments[SweepArguments.limit]
        )
    }

    /// Refuses a pattern of `--only` that fits no container: most likely a slip.
    static func checkPatterns(_ plan: RunPlan, _ arguments: ParsedArguments) throws(CommandFailure) {
        for pattern in arguments[SweepArguments.only]
        where plan.containers(matching: [pattern], limit: 1).isEmpty {
            let first = plan.container(at: 0).id
            let last = plan.container(at: plan.containerCount - 1).id
            throw CommandFailure(
                .usage,
                "--only '\(pattern)' matches no container",
                hint: "the containers are \(first)\(first == last ? "" : " to \(last)"); see 'admf plan'"
            )
        }
    }

    /// Reads the bars; says every problem of every file.
    static func tape(
        _ plan: RunPlan,
        jobs: Int,
        cache: BarCache?,
        _ context: CommandContext
    ) throws(CommandFailure) -> LoadedTape {
        do throws(MarketDataError) {
            let loaded = try TapeLoader.load(plan.data, jobs: jobs, cache: cache)
            for file in loaded.files {
                for warning in file.warnings { context.log.warning(warning.description) }
            }
            return loaded
        } catch {
            for problem in error.problems { context.log.error(problem.description) }
            throw .reported(.badData)
        }
    }
}
