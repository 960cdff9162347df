import BacktestMetrics
import BacktestModel
import BacktestReports
import BacktestResults

/// `admf plot`.
package struct PlotCommand: Command {
    private static let path = ValueReader<String>.text
    private static let x = Option(
        "x",
        value: "PATH",
        "the swept parameter across",
        default: "the last that varies",
        reader: path
    )
    private static let y = Option(
        "y",
        value: "PATH",
        "the swept parameter upwards",
        default: "the first that varies",
        reader: path
    )
    private static let color = Option(
        "color",
        value: "METRIC",
        "what the map shows",
        default: "the objective of the run, else sharpe_ratio",
        reader: ValueReader<MetricName>.metric
    )
    private static let histogram = Option(
        "histogram",
        value: "METRIC",
        "draw how often this metric takes which values instead",
        reader: ValueReader<MetricName>.metric
    )
    private static let portfolio = Option(
        "portfolio",
        value: "ID",
        "only the containers of this portfolio",
        reader: path
    )
    private static let ascii = Flag("ascii", "draw with letters alone")

    package let grammar = CommandGrammar(
        "plot",
        "draw a heat map of two parameters, or a histogram, in the terminal",
        discussion: [
            "Containers that differ in other parameters, or in the portfolio, are averaged. Letters alone are used where the"
                + " locale is not UTF-8 or TERM is dumb; colours obey NO_COLOR. 'admf report' has both for a browser."
        ],
        arguments: [RunArgument.run],
        options: [x, y, color, histogram, portfolio, ascii],
        examples: [
            Example("admf plot demo", "the objective over the first and last parameter"),
            Example(
                "admf plot demo --x crossover.fast --y crossover.slow --color max_drawdown",
                "drawdown over two parameters"
            ),
            Example("admf plot demo --histogram total_return", "the spread of the returns"),
        ],
        statuses: [.success, .usage, .storageFailed],
        environment: [EnvironmentVariable("LC_ALL, LC_CTYPE, LANG", "without UTF-8: letters alone")]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let reader = try RunArgument.open(arguments)
        let summary = try chosen(
            RunArgument.read { () throws(RunReadError) in try reader.summary() },
            arguments[PlotCommand.portfolio]
        )
        let isASCII = arguments[PlotCommand.ascii] || context.style.isASCII
        if let metric = arguments[PlotCommand.histogram] {
            guard arguments[PlotCommand.x] == nil, arguments[PlotCommand.y] == nil,
                arguments[PlotCommand.color] == nil
            else {
                throw UsageError.conflict("--histogram contradicts --x, --y and --color").failure(of: "plot")
            }
            let values = summary.rows.compactMap { $0.metrics[metric] }
            guard let histogram = Histogram(values), case .number(let format) = metric.tableKind else {
                throw CommandFailure(.usage, "\(metric.name) is undefined in every container")
            }
            let rest = summary.rows.count - values.count
            context.output.line(
                "\(metric.name) of \(values.count) containers" + (rest > 0 ? ", \(rest) undefined" : "")
            )
            context.output.write(histogram.text(format, style: context.style, isASCII: isASCII))
            return .success
        }
        let metric =
            arguments[PlotCommand.color] ?? reader.manifest.objective.flatMap { MetricName(name: $0.metric) }
            ?? .sharpeRatio
        context.output.write(
            try map(summary, arguments, metric).text(style: context.style, isASCII: isASCII)
        )
        return .success
    }

    private func chosen(_ summary: RunSummary, _ portfolio: String?) throws(CommandFailure) -> RunSummary {
        guard let portfolio else { return summary }
        let rows = summary.rows.filter { $0.portfolioID == portfolio }
        guard rows.isEmpty else { return RunSummary(parameterPaths: summary.parameterPaths, rows: rows) }
        let near = nearestWord(to: portfolio, among: summary.rows.map(\.portfolioID))
        throw CommandFailure(
            .usage,
            "the run has no portfolio '\(portfolio)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
        )
    }

    private func map(
        _ summary: RunSummary,
        _ arguments: ParsedArguments,
        _ metric: MetricName
    ) throws(CommandFailure) -> HeatMap {
        let varied = summary.parameterPaths.indices.filter { index in
            summary.rows.contains { $0.parameters[index] != summary.rows[0].parameters[index] }
        }
        .map { summary.parameterPaths[$0] }
        let (x, y) = (arguments[PlotCommand.x], arguments[PlotCommand.y])
        guard let across = x ?? varied.last(where: { $0 != y }),
            let up = y ?? varied.first(where: { $0 != across })
        else {
            throw CommandFailure(
                .usage,
                "a heat map needs two parameters that vary; the run has \(varied.count)",
                hint: "see 'admf plot --histogram \(metric.name)'"
            )
        }
        do throws(ReportError) {
            return try HeatMap(summary, x: across, y: up, metric: metric)
        } catch {
            throw CommandFailure(.usage, error.message, hint: "see 'admf plot --help'")
        }
    }
}

extension ValueReader where Value == MetricName {
    /// A metric by its name.
    static let metric = ValueReader(completion: .words(MetricName.names)) { text throws(InvalidValue) in
        guard let metric = MetricName(name: text) else {
            throw InvalidValue.notOne(of: MetricName.names, text)
        }
        return metric
    }
}
