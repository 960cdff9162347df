import BacktestConfiguration
import BacktestMarketData
import BacktestReports
import BacktestSweep

/// `admf validate`.
package struct ValidateCommand: Command {
    private static let configs = ArgumentList(
        "CONFIG",
        "YAML files",
        reader: ValueReader<String>.file([".yaml", ".yml"])
    )
    private static let data = Flag(
        "data",
        "read and check the bars and signal files too, not only that they are there"
    )

    package let grammar = CommandGrammar(
        "validate",
        "check configs, and say every error with its place",
        discussion: [
            "Errors go to standard error as file:line:column with the offending line; --format json, csv and markdown"
                + " print them on standard output instead. Reads exactly what run reads.",
            "With --data the first and the last bar of every symbol are printed, and from when to when all of them have bars.",
        ],
        arguments: [configs],
        options: [data, SweepArguments.set, SweepArguments.environment, SweepArguments.noCache]
            + FormatOptions.all,
        examples: [
            Example("admf validate config.yaml", "every error of a config"),
            Example(
                "admf validate --data configs/a.yaml configs/b.yaml",
                "of two configs, and of their data"
            ),
            Example("admf validate config.yaml --json", "the errors for programs and editors"),
        ],
        statuses: [.success, .usage, .badData]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        var all: [Complaint] = []
        var status = ExitStatus.success
        for path in arguments[ValidateCommand.configs] {
            let checked = check(path, arguments)
            all += checked.complaints
            // A wrong config outweighs bad data.
            if checked.status == .usage || status == .success { status = checked.status }
            guard format == .table else { continue }
            for complaint in checked.complaints { complaint.report(to: context.log) }
            if let plan = checked.plan { context.output.line(ValidateCommand.praise(path, plan)) }
            if let tape = checked.tape { context.output.write(SymbolSpans(tape).text()) }
        }
        if format != .table { context.print(Complaint.table(all), as: format) }
        return status
    }

    private func check(
        _ path: String,
        _ arguments: ParsedArguments
    ) -> (plan: RunPlan?, complaints: [Complaint], status: ExitStatus, tape: LoadedTape?) {
        let outcome = ConfigurationLoader.load(path: path, options: PlanLoading.options(arguments))
        let complaints = outcome.diagnostics.map { Complaint.configuration($0) }
        guard let plan = outcome.plan else {
            return (nil, complaints, outcome.hasConfigurationErrors ? .usage : .badData, nil)
        }
        // What is valid here must run.
        guard arguments[ValidateCommand.data] || plan.isDecidedByData else {
            return (plan, complaints, .success, nil)
        }
        let found = DataCheck.check(plan, cache: CacheLocation.chosen(arguments))
        let isFine = found.status == .success
        return (isFine ? plan : nil, complaints + found.complaints, found.status, found.tape)
    }

    private static func praise(_ path: String, _ plan: RunPlan) -> String {
        let count = plan.containerCount
        return "\(path): valid, \(QuantityText.count(count)) container\(count == 1 ? "" : "s")"
    }
}
