import BacktestExpressions
import BacktestMetrics
import BacktestReports
import BacktestResults

/// The options of every command that prints a leaderboard.
package enum RankOptions {
    /// `--top`.
    package static let top = Option(
        "top",
        value: "N",
        "list the first N containers",
        default: "\(topDefault)",
        reader: .wholeNumber(1...Int.max)
    )
    /// What holds without `--top`.
    package static let topDefault = 10
}

/// `admf rank`.
package struct RankCommand: Command {
    private static let by = Option(
        "by",
        value: "NAMES",
        "order by this metric or swept parameter, ties by the next: sharpe_ratio,total_return",
        default: "the objective of the run, else sharpe_ratio",
        reader: ValueReader<String>(completion: .words(MetricName.names)) { text throws(InvalidValue) in
            guard !text.isEmpty else {
                throw InvalidValue(expected: "the name of a metric or swept parameter")
            }
            return text
        }
    )
    private static let condition = Option<Formula>(
        "where",
        value: "CONDITION",
        "list only containers for which this holds, such as 'total_trades >= 30'",
        default: "that of the run's objective where --by is not given",
        reader: ValueReader<Formula>.condition
    )
    private static let ascending = Flag("ascending", "the lowest values first, whatever is better")
    private static let descending = Flag("descending", "the highest values first, whatever is better")
    private static let all = Flag("all", "list all containers")
    private static let metrics = OptionList(
        "metrics",
        value: "NAMES",
        "show these metrics, separated by commas; default: six in tables, all in JSON and CSV",
        reader: ValueReader<String>(completion: .words(MetricName.names)) { text throws(InvalidValue) in text
        }
    )
    private static let pareto = OptionList(
        "pareto",
        value: "METRICS",
        "list only containers that no other beats in all of these: sharpe_ratio,max_drawdown",
        reader: ValueReader<String>(completion: .words(MetricName.names)) { text throws(InvalidValue) in
            guard !text.isEmpty else { throw InvalidValue(expected: "metrics, separated by commas") }
            return text
        }
    )
    private static let select = Option(
        "select",
        value: "HOW",
        "argmax: by the value; plateau: by its mean over the container and its neighbours in the grid",
        default: "argmax",
        reader: ValueReader<String>.word(["argmax", "plateau"])
    )

    package let grammar = CommandGrammar(
        "rank",
        "list the containers of a run, the best first",
        discussion: [
            "Which direction is better is the metric's own (see 'admf metrics'). Containers in which the value is"
                + " undefined come last. --format json and csv print every metric.",
            "A neighbour is one step up or down in one swept parameter, all others equal. A high value whose neighbours are"
                + " low is luck more often than skill: --select plateau shows the mean and the worst neighbour.",
        ],
        arguments: [RunArgument.run],
        options: [by, RankOptions.top, all, condition, metrics, pareto, select, ascending, descending]
            + FormatOptions.all,
        examples: [
            Example("admf rank results/demo/latest", "the 10 best by the objective of the run"),
            Example(
                "admf rank results/demo/latest --by sharpe_ratio --top 20 --where 'total_trades >= 30'",
                "the 20 best Sharpe ratios of containers that traded enough"
            ),
            Example(
                "admf rank demo --pareto sharpe_ratio,max_drawdown",
                "what cannot have more return for its risk without a deeper drawdown"
            ),
            Example("admf rank demo --select plateau", "parameters whose neighbours do well too"),
            Example(
                "admf rank results/demo/latest --all --format csv > ranks.csv",
                "all of them for a spreadsheet"
            ),
        ],
        statuses: [.success, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let query = try query(arguments)
        let reader = try RunArgument.open(arguments)
        let summary = try RunArgument.read { () throws(RunReadError) in try reader.summary() }
        if reader.manifest.status != .completed {
            context.log.warning(
                "the run is \(reader.manifest.status.rawValue): \(summary.rows.count) containers are whole so far"
            )
        }
        let board = try RankCommand.board(summary, query, of: reader.manifest)
        context.output.write(board.render(format, style: context.style, metrics: try shown(arguments)))
        return .success
    }

    private func shown(_ arguments: ParsedArguments) throws(CommandFailure) -> [MetricName]? {
        guard !arguments[RankCommand.metrics].isEmpty else { return nil }
        do throws(ReportError) {
            return try ComparisonQuery.metrics(only: arguments[RankCommand.metrics])
        } catch {
            throw CommandFailure(.usage, error.message, hint: "see 'admf rank --help'")
        }
    }

    /// The leaderboard of a run; what the query leaves open is the objective's.
    static func board(
        _ summary: RunSummary,
        _ wanted: Leaderboard.Query,
        of manifest: Manifest
    ) throws(CommandFailure) -> Leaderboard {
        var query = wanted
        if query.by.isEmpty {
            query.by = manifest.objective?.metric ?? MetricName.sharpeRatio.name
            if query.maximize == nil { query.maximize = manifest.objective?.maximize }
            if query.condition == nil, let text = manifest.objective?.condition {
                query.condition = try? Formula.parse(text)
            }
        }
        do throws(ReportError) {
            return try Leaderboard(summary, query)
        } catch {
            throw CommandFailure(.usage, error.message, hint: "see 'admf rank --help'")
        }
    }

    private func query(_ arguments: ParsedArguments) throws(CommandFailure) -> Leaderboard.Query {
        let (ascending, descending) = (arguments[RankCommand.ascending], arguments[RankCommand.descending])
        if ascending, descending { throw conflict("--ascending contradicts --descending") }
        if arguments[RankCommand.all], arguments[RankOptions.top] != nil {
            throw conflict("--all contradicts --top")
        }
        let names = (arguments[RankCommand.by] ?? "").split(separator: ",").map(String.init)
        var query = Leaderboard.Query(
            by: names.first ?? "",
            maximize: ascending ? false : descending ? true : nil,
            top: arguments[RankCommand.all] ? nil : arguments[RankOptions.top] ?? RankOptions.topDefault,
            condition: arguments[RankCommand.condition]
        )
        query.thenBy = Array(names.dropFirst())
        query.selectsPlateau = arguments[RankCommand.select] == "plateau"
        let front = arguments[RankCommand.pareto]
        guard !front.isEmpty else { return query }
        do throws(ReportError) {
            query.pareto = try ComparisonQuery.metrics(only: front)
        } catch {
            throw CommandFailure(.usage, error.message, hint: "see 'admf rank --help'")
        }
        // A front is read along its first metric.
        if names.isEmpty, let first = query.pareto.first { query.by = first.name }
        return query
    }

    private func conflict(_ message: String) -> CommandFailure {
        UsageError.conflict(message).failure(of: grammar.name)
    }
}

extension ValueReader where Value == Formula {
    /// A condition over metrics and swept parameters.
    static let condition = ValueReader { text throws(InvalidValue) in
        let formula: Formula
        do throws(ExpressionDiagnostic) {
            formula = try Formula.parse(text)
        } catch {
            let hint = error.hint.map { "; \($0)" } ?? ""
            throw InvalidValue(expected: "a condition (column \(error.offset + 1): \(error.message)\(hint))")
        }
        guard formula.isBoolean else {
            throw InvalidValue(expected: "a condition such as 'total_trades >= 30', not a number")
        }
        return formula
    }
}
