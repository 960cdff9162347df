import BacktestExpressions
import BacktestMetrics
import BacktestReports
import BacktestResults

/// `admf check`.
package struct CheckCommand: Command {
    private static let require = OptionList(
        "require",
        value: "CONDITION",
        "what must hold, such as 'max(sharpe_ratio) >= 1' or 'all(max_drawdown) <= 30%'",
        reader: ValueReader<String>.requirement
    )
    private static let baseline = Option(
        "baseline",
        value: "RUN",
        "fail where the run is worse than this one: a run, or a name given to --save-baseline",
        reader: ValueReader<String>.folder
    )
    private static let metrics = OptionList(
        "metrics",
        value: "NAMES",
        "metrics that may not be worse than the baseline's; default: the objective's, else sharpe_ratio",
        reader: ValueReader<String>.text
    )
    private static let noise = Option(
        "noise-threshold",
        value: "SHARE",
        "how much worse than the baseline is put up with, as a share of its median",
        default: "1%",
        reader: ValueReader<Double>.share
    )
    private static let save = Option(
        "save-baseline",
        value: "NAME",
        "where nothing fails, keep the run as a baseline of that name",
        reader: ValueReader<String>.baselineName
    )
    private static let junit = Option(
        "junit",
        value: "FILE",
        "write the outcome as JUnit XML",
        reader: ValueReader<String>.file([".xml"])
    )

    package let grammar = CommandGrammar(
        "check",
        "hold a run against requirements and a baseline, for CI",
        discussion: [
            "A name stands for the value in the best container by the objective of the run. Over all containers:"
                + " max(x), min(x), mean(x), median(x), quantile(x, 0.5), count(condition), share(condition), all(condition),"
                + " any(condition); all(x) <= 0.3 is short for all(x <= 0.3). best(x) is x in the best container."
                + " Metrics, swept parameters, arithmetic, and, or, not and abs, log, exp, sqrt may be used inside.",
            "Each requirement of --require and of the config's checks: passes, fails or cannot be told; what cannot be"
                + " evaluated never passes. The status is 0, 1 or 6; verdict.json in the run's folder has it too, as make"
                + " turns every failure into 2.",
            "Against a baseline, containers are joined on their parameters. A metric fails where the whole 95 % bootstrap"
                + " interval of the median difference is beyond the noise threshold; with fewer than"
                + " \(BaselineCheck.fewPairs) containers, where one of them is.",
        ],
        arguments: [RunArgument.run],
        options: [require, baseline, metrics, noise, save, junit, SweepArguments.verdict] + FormatOptions.all
            + [CompareOptions.markdown],
        examples: [
            Example(
                "admf check demo --require 'max(sharpe_ratio) >= 1' --require 'count(total_trades >= 30) >= 10'",
                "two requirements, and those of the config"
            ),
            Example(
                "admf check demo --baseline main --junit check.xml --md > comment.md",
                "no worse than the run saved as main, for a pull request"
            ),
            Example("admf check demo --save-baseline main", "keeps the run for the line above"),
        ],
        statuses: [.success, .unmet, .usage, .storageFailed, .cannotCompare],
        environment: [
            EnvironmentVariable("GITHUB_ACTIONS", "true: what does not pass is annotated"),
            EnvironmentVariable("GITHUB_STEP_SUMMARY", "a file to which the outcome is added as Markdown"),
        ]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        var format = try FormatOptions.chosen(arguments, command: grammar.name)
        if arguments[CompareOptions.markdown] {
            guard format == .table || format == .markdown else {
                throw UsageError.conflict("--md contradicts --format \(format.rawValue)").failure(
                    of: grammar.name
                )
            }
            format = .markdown
        }
        for path in [arguments[CheckCommand.junit], arguments[SweepArguments.verdict]] {
            if let path { try AtomicFile.check(path) }
        }
        let reader = try RunArgument.open(arguments)
        let summary = try RunArgument.read { () throws(RunReadError) in try reader.summary() }
        let checks = RequirementChecks(reader: reader, summary: summary)
        let texts = checks.configured() + arguments[CheckCommand.require]
        let name = arguments[CheckCommand.baseline]
        guard !texts.isEmpty || name != nil || arguments[CheckCommand.save] != nil else {
            throw CommandFailure(
                .usage,
                "there is nothing to check: no --require, no --baseline, and no checks: in the config",
                hint: "such as --require 'max(sharpe_ratio) >= 1'; see 'admf check --help'"
            )
        }
        var requirements = checks.judge(texts)
        if let name { requirements += try held(reader, summary, against: name, arguments, context) }
        let verdict = Verdict(grammar.name, requirements, run: reader.path, baseline: name)
        try verdict.write(runPath: reader.path, alsoTo: arguments[SweepArguments.verdict], context.log)
        if let path = arguments[CheckCommand.junit] {
            try AtomicFile.write(Array(JUnitReport.text(verdict, name: reader.manifest.name).utf8), to: path)
        }
        GitHubActions.publish(verdict, markdown: verdict.markdown, context.log)
        context.output.write(verdict.render(format, style: context.style))
        if let save = arguments[CheckCommand.save] { try self.save(reader, as: save, verdict, context) }
        return verdict.status
    }

    private func held(
        _ reader: RunReader,
        _ summary: RunSummary,
        against name: String,
        _ arguments: ParsedArguments,
        _ context: CommandContext
    ) throws(CommandFailure) -> [Verdict.Requirement] {
        let usual = reader.manifest.objective.flatMap { MetricName(name: $0.metric) } ?? .sharpeRatio
        let metrics: [MetricName]
        do throws(ReportError) {
            metrics = try ComparisonQuery.metrics(only: arguments[CheckCommand.metrics], default: [usual])
        } catch {
            throw CommandFailure(.usage, error.message, hint: "see 'admf check --help'")
        }
        do throws(RunReadError) {
            let baseline = try Baseline.open(name, for: reader)
            if !RunChanges(baseline.manifest, reader.manifest).data.isEmpty {
                context.log.warning("the baseline ran on other data than the run")
            }
            return try Baseline.judge(
                reader,
                summary,
                against: baseline,
                metrics,
                noise: arguments[CheckCommand.noise] ?? 0.01
            )
        } catch {
            let reason = "\(error.path): \(error.reason)"
            return [Verdict.Requirement("baseline \(name)", .cannotTell, reason: reason)]
        }
    }

    private func save(
        _ reader: RunReader,
        as name: String,
        _ verdict: Verdict,
        _ context: CommandContext
    ) throws(CommandFailure) {
        guard verdict.outcome == .pass, reader.manifest.status == .completed else {
            return context.log.warning("the run is not kept as baseline '\(name)': it does not pass")
        }
        context.log.info("kept as \(try Baseline.save(reader, as: name))")
    }
}

extension ValueReader where Value == String {
    /// A requirement; names are looked up later, when the run's parameters are known.
    static let requirement = ValueReader { text throws(InvalidValue) in
        do throws(ExpressionDiagnostic) {
            return try Requirement.parse(text).text
        } catch {
            let hint = error.hint.map { "; \($0)" } ?? ""
            throw InvalidValue(
                expected: "a requirement (column \(error.offset + 1): \(error.message)\(hint))"
            )
        }
    }

    /// The name of a baseline, which becomes a folder's name.
    static let baselineName = ValueReader { text throws(InvalidValue) in
        let isPlain = text.utf8.allSatisfy { byte in
            (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
                || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || "_.-".utf8.contains(byte)
        }
        guard isPlain, let first = text.first, first != ".", first != "-" else {
            throw InvalidValue(expected: "a name of letters, digits, '_', '.' and '-'")
        }
        return text
    }
}

extension ValueReader where Value == Double {
    /// A share of 0 or more, such as 1%.
    static let share = ValueReader { text throws(InvalidValue) in
        guard let value = ComparisonTolerance.amount(text) else {
            throw InvalidValue(expected: "a share of 0 or more, such as 1%")
        }
        return value
    }
}
