import BacktestMarketData
import BacktestModel
import BacktestReports
import BacktestSweep

/// `admf plan`.
package struct PlanCommand: Command {
    package let grammar = CommandGrammar(
        "plan",
        "print what a config would run, and write nothing",
        discussion: [
            "Prints the data, which container hears which strategy, the expanded lists of the sweep, the containers and"
                + " an estimate of time and memory. The text lists the first 10 containers; --format json, csv and"
                + " markdown list all of them."
        ],
        arguments: [SweepArguments.config],
        options: [
            SweepArguments.set, SweepArguments.environment, SweepArguments.only, SweepArguments.limit,
            SweepArguments.jobs, SweepArguments.memory, SweepArguments.noCache,
        ] + FormatOptions.all,
        examples: [
            Example("admf plan config.yaml", "what would run"),
            Example(
                "admf plan config.yaml --only 'trend_*' --limit 5 --json",
                "five containers of it for programs"
            ),
        ],
        statuses: [.success, .usage, .badData]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let plan = try PlanLoading.plan(arguments, context)
        let selected = try PlanLoading.select(plan, arguments)
        let jobs = arguments[SweepArguments.jobs] ?? Machine.usableCores
        let tape = try PlanLoading.tape(plan, jobs: jobs, cache: CacheLocation.chosen(arguments), context)
        let memory = try memory(plan, tape, selected, jobs: jobs, arguments, context)
        let calendar = RunCalendar(plan, tape)
        for warning in calendar.warnings { context.log.warning(warning) }
        let document = PlanDocument(
            plan: plan,
            tape: tape,
            selected: selected,
            estimate: PlanEstimate(plan: plan, tape: tape, selected: selected, jobs: jobs, memory: memory),
            calendar: calendar
        )
        switch format {
        case .json: context.output.write(document.json())
        case .csv, .markdown: context.print(document.containerTable(limit: selected.count), as: format)
        case .table: print(document, to: context)
        }
        return .success
    }

    /// The memory that the run would take, or what `run` would refuse it for.
    private func memory(
        _ plan: RunPlan,
        _ tape: LoadedTape,
        _ selected: [Int],
        jobs: Int,
        _ arguments: ParsedArguments,
        _ context: CommandContext
    ) throws(CommandFailure) -> RunMemory {
        do throws(SweepError) {
            let limit = arguments[SweepArguments.memory]
            return try RunMemory(plan, tape, jobs: jobs, limit: limit, selected: selected)
        } catch {
            switch error {
            case .configuration(let message): throw CommandFailure(.usage, message)
            case .data(let messages):
                for message in messages { context.log.error(message) }
                throw .reported(.badData)
            case .storage(let error): throw CommandFailure(error)
            }
        }
    }

    private func print(_ document: PlanDocument, to context: CommandContext) {
        let output = context.output
        output.line(document.head())
        context.print(document.dataTable(), as: .table)
        output.line()
        context.print(document.subscriptionTable(), as: .table)
        output.line()
        if document.plan.sweep.isSweep {
            context.print(document.parameterTable(), as: .table)
            output.line()
        }
        context.print(document.containerTable(limit: PlanDocument.listedMax), as: .table)
        let rest = document.selected.count - PlanDocument.listedMax
        if rest > 0 { output.line("... and \(QuantityText.count(rest)) more") }
        output.line()
        output.write(document.years())
        output.write(document.sizes())
        output.write(document.totals())
    }
}
