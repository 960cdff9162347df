import BacktestEvents
import BacktestExpressions
import BacktestReports
import BacktestResults

/// `admf compare`.
package struct CompareCommand: Command {
    private static let first = Argument(
        "A",
        "the run to compare with: a folder, 'latest', the name of a config, or the folder of a container",
        reader: ValueReader<String>.folder
    )
    private static let others = OptionalArgumentList(
        "B",
        "the runs to judge; without any, A is judged against the run before it",
        reader: ValueReader<String>.folder
    )

    package let grammar = CommandGrammar(
        "compare",
        "show what changed between runs, and whether it is better",
        discussion: [
            "Containers are joined on portfolio and parameters. For each metric that differs: both values, the difference"
                + " b - a, the relative difference (b - a) / |a|, and which is better ('admf metrics' tells the direction)."
                + " The summary counts over the containers of both runs and has the median difference, its 95 % bootstrap"
                + " interval (low, high) and the p-value of a paired sign test.",
            "What led to it is listed too: changed keys of the config, changed data files (by hash) and versions. Without"
                + " differences nothing is listed and the status is 0.",
            "verdict.json goes into the folder of B. With several B each is compared with A.",
            "--keep and --drop take regular expressions from the start of a name, as DVC does ('sharpe', 'max_.*|cagr'); a"
                + " pattern of *, ? and plain characters alone is a shell's ('*_ratio').",
            "--events holds the stored traces of containers against each other, whatever they were called, and prints the first"
                + " event at which they part with what led to it on either side. The status is 0 where no event differs, 1 where"
                + " one does, 6 where no container is traced in both.",
        ],
        arguments: [first, others],
        options: CompareOptions.declared,
        examples: [
            Example("admf compare demo", "what changed since the run before"),
            Example("admf compare results/demo/20261120T101500Z-3fa9c1 demo", "what changed since that run"),
            Example(
                "admf compare main branch --fail-on 'relative.sharpe_ratio < -5%' --md",
                "for a pull request: status 1 where a Sharpe ratio fell by more than 5 %"
            ),
            Example(
                "admf compare A B --metrics sharpe_ratio,max_drawdown --sort-by sharpe_ratio --rtol 0.1%",
                "the largest losses of Sharpe ratio first, small changes left out"
            ),
            Example("admf compare A B --drop '.*' --keep 'sharpe|max_'", "nothing but these, as in DVC"),
            Example("admf compare --events A/trend_0003 B/trend_0003", "where two traced containers part"),
        ],
        statuses: [.success, .unmet, .usage, .storageFailed, .cannotCompare]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try CompareOptions.format(arguments)
        if arguments[CompareOptions.sort] != nil, arguments[CompareOptions.sortBy] != nil {
            throw UsageError.conflict("--sort is --sort-by: give one of them").failure(of: grammar.name)
        }
        let named = arguments[CompareCommand.first]
        let others = arguments[CompareCommand.others]
        let a = try ComparedRun(others.isEmpty ? "\(named)~1" : named, context.log)
        let paths = others.isEmpty ? [named] : others
        if arguments[CompareOptions.events] { return try compareEvents(a, paths, arguments, format, context) }
        guard arguments[CompareOptions.type].isEmpty else {
            throw UsageError.conflict("--type is for --events").failure(of: grammar.name)
        }
        var reports: [ComparisonReport] = []
        var worst = ExitStatus.success
        for path in paths {
            let b = try ComparedRun(path, context.log)
            let report = try checked { () throws(ReportError) in
                ComparisonReport?(try self.report(a, b, arguments, format))
            }
            guard let report, report.comparison.matchCount > 0 else {
                throw try incomparable(a, b, arguments, context)
            }
            let conditions = try checked { () throws(ReportError) in
                try requirements(arguments[CompareOptions.failOn], report.comparison)
            }
            let verdict = Verdict(grammar.name, conditions, run: b.reader.path, baseline: a.reader.path)
            try verdict.write(runPath: b.reader.path, alsoTo: arguments[SweepArguments.verdict], context.log)
            GitHubActions.publish(verdict, markdown: report.render(.markdown, top: 20), context.log)
            for requirement in conditions where requirement.outcome != .pass {
                context.log.error("\(requirement.expression): \(requirement.reason)")
            }
            if verdict.status == .unmet || worst == .success { worst = verdict.status }
            reports.append(report)
        }
        CompareCommand.print(reports, format, arguments[CompareOptions.precision], context)
        return worst
    }

    private func checked<Value>(_ body: () throws(ReportError) -> Value) throws(CommandFailure) -> Value {
        do throws(ReportError) {
            return try body()
        } catch {
            throw CommandFailure(.usage, error.message, hint: "see 'admf compare --help'")
        }
    }

    private func report(
        _ a: ComparedRun,
        _ b: ComparedRun,
        _ arguments: ParsedArguments,
        _ format: OutputFormat
    ) throws(ReportError) -> ComparisonReport {
        try ComparedRun.report(
            a,
            b,
            try CompareOptions.tolerance(arguments),
            try CompareOptions.query(arguments, format)
        )
    }

    /// Two runs without a container in common: nothing passes and nothing fails.
    private func incomparable(
        _ a: ComparedRun,
        _ b: ComparedRun,
        _ arguments: ParsedArguments,
        _ context: CommandContext
    ) throws(CommandFailure) -> CommandFailure {
        let reason = "no container of \(b.path) has the portfolio and parameters of one of \(a.path)"
        let unknown = Verdict.Requirement("comparable", .cannotTell, reason: reason)
        let verdict = Verdict(grammar.name, [unknown], run: b.reader.path, baseline: a.reader.path)
        try verdict.write(runPath: b.reader.path, alsoTo: arguments[SweepArguments.verdict], context.log)
        let paths = { (run: ComparedRun) in
            run.summary.parameterPaths.isEmpty ? "none" : run.summary.parameterPaths.joined(separator: ", ")
        }
        return CommandFailure(.cannotCompare, reason, hint: "swept are \(paths(a)) and \(paths(b))")
    }

    private func requirements(
        _ formulas: [Formula],
        _ comparison: RunComparison
    ) throws(ReportError) -> [Verdict.Requirement] {
        var requirements: [Verdict.Requirement] = []
        for formula in formulas {
            let outcome = try ChangeCondition(formula, for: comparison).evaluate(comparison)
            let count = comparison.matchCount
            let (verdict, reason): (Verdict.Outcome, String)
            if let example = outcome.example {
                verdict = .fail
                reason = "holds in \(outcome.holding) of \(count) containers, first in \(example)"
            } else if outcome.undefined > 0 {
                verdict = .cannotTell
                reason =
                    "cannot be told in \(outcome.undefined) of \(count) containers, where a value is undefined"
            } else {
                verdict = .pass
                reason = "holds in none of \(count) containers"
            }
            requirements.append(
                Verdict.Requirement(
                    "fail on \(formula.text)",
                    verdict,
                    observed: outcome.observed,
                    threshold: outcome.threshold,
                    reason: reason
                )
            )
        }
        return requirements
    }

    private static func print(
        _ reports: [ComparisonReport],
        _ format: OutputFormat,
        _ precision: Int?,
        _ context: CommandContext
    ) {
        guard format == .json else {
            for (index, report) in reports.enumerated() {
                if format == .csv {
                    report.writeCSV(precision: precision) { context.output.write($0) }
                    continue
                }
                if index > 0 { context.output.line() }
                context.output.write(report.render(format, style: context.style, precision: precision))
            }
            return
        }
        guard let first = reports.first else { return }
        // A large sweep has more JSON than memory.
        let flush = { (json: inout JSONWriter) in
            guard json.out.count >= 1 << 18 else { return }
            context.output.write(json.out)
            json.out.removeAll()
        }
        var json = JSONWriter()
        first.write(&json, runs: [first.pathA] + reports.map(\.pathB), precision: precision, flush: flush)
        if reports.count > 1 {
            json.key("others")
            json.beginArray()
            for report in reports.dropFirst() {
                json.element()
                report.write(&json, precision: precision, flush: flush)
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
        json.out.append(byte: 0x0A)
        context.output.write(json.out)
    }

    // MARK: - Events

    private func compareEvents(
        _ a: ComparedRun,
        _ paths: [String],
        _ arguments: ParsedArguments,
        _ format: OutputFormat,
        _ context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        if let option = CompareOptions.ofMetrics(arguments) {
            throw UsageError.conflict("\(option) says nothing of events: leave it or --events out").failure(
                of: grammar.name
            )
        }
        var worst = ExitStatus.success
        var json = JSONWriter()
        if format == .json, paths.count > 1 { json.beginArray() }
        for (index, path) in paths.enumerated() {
            let b = try ComparedRun(path, context.log)
            let types = arguments[CompareOptions.type]
            let report = try EventsReport(a, b, types: types.isEmpty ? nil : EventTypeSet(types))
            let verdict = Verdict(
                grammar.name,
                [report.requirement],
                run: b.reader.path,
                baseline: a.reader.path
            )
            try verdict.write(runPath: b.reader.path, alsoTo: arguments[SweepArguments.verdict], context.log)
            func text(_ format: OutputFormat) -> String {
                report.render(
                    format,
                    style: format == .table ? context.style : .plain,
                    precision: arguments[CompareOptions.precision],
                    showsSame: arguments[CompareOptions.all],
                    top: format == .csv ? nil : CompareOptions.rowsMax(arguments)
                )
            }
            GitHubActions.publish(verdict, markdown: text(.markdown), context.log)
            if verdict.status == .unmet { worst = .unmet }
            guard format == .json else {
                if index > 0, format != .csv { context.output.line() }
                context.output.write(text(format))
                continue
            }
            if paths.count > 1 { json.element() }
            report.write(&json, showsSame: arguments[CompareOptions.all])
        }
        guard format == .json else { return worst }
        if paths.count > 1 { json.endArray() }
        json.out.append(byte: 0x0A)
        context.output.write(json.out)
        return worst
    }
}
