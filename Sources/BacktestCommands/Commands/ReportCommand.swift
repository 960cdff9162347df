import BacktestReports
import BacktestResults

/// `admf report`.
package struct ReportCommand: Command {
    private static let output = Option(
        "output",
        short: "o",
        value: "FILE",
        "where the page goes; - for standard output",
        default: "report.html in the run's folder",
        reader: ValueReader<String>.file([".html"])
    )
    private static let second = OptionalArgument(
        "OTHER",
        "a second run: the page is about that one, and what changed since RUN",
        reader: ValueReader<String>.folder
    )
    private static let container = OptionList(
        "container",
        value: "ID",
        "show this container in full; may be repeated",
        reader: ValueReader<String>.text
    )
    private static let withoutPrices = Flag("no-prices", "leave out the price chart and buy and hold")

    package let grammar = CommandGrammar(
        "report",
        "write a run as one HTML file that any browser opens",
        discussion: [
            "What ran, a leaderboard that sorts and filters, distributions, a map of the parameters and their plateaus, and"
                + " in full the \(RunPage.chosenDefault) best containers or those of --container: equity and drawdown beside"
                + " buy and hold, trades on the price, returns by month, and breakdowns by strategy, symbol, side, exit reason, period,"
                + " weekday and hour (in data.timezone). The file needs no network.",
            "Curves and trades are there where the run stored them (results.store_equity_curve, results.store_trades);"
                + " prices where the data files still have the bytes that the run read.",
        ],
        arguments: [RunArgument.run, second],
        options: [output, container, withoutPrices],
        examples: [
            Example("admf report results/demo/latest", "writes results/demo/latest/report.html"),
            Example(
                "admf report main branch -o compared.html",
                "the run branch, and what changed since main"
            ),
            Example("admf report demo --output demo.html", "writes demo.html, to send to a colleague"),
        ],
        statuses: [.success, .usage, .storageFailed, .cannotCompare]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let output = arguments[ReportCommand.output]
        if let output, output != "-" { try AtomicFile.check(output) }
        var reader = try RunArgument.open(arguments)
        var comparison: ComparisonReport?
        var baseline: RunReader?
        if let path = arguments[ReportCommand.second] {
            let (a, b) = (
                try ComparedRun(arguments[RunArgument.run], context.log), try ComparedRun(path, context.log)
            )
            do throws(ReportError) {
                comparison = try ComparedRun.report(a, b, ComparisonTolerance(), ComparisonQuery())
            } catch {
                throw CommandFailure(.usage, error.message)
            }
            guard comparison?.comparison.matchCount ?? 0 > 0 else {
                throw CommandFailure(
                    .cannotCompare,
                    "no container of \(path) has the portfolio and parameters of one of \(a.path)"
                )
            }
            (reader, baseline) = (b.reader, a.reader)
        }
        var notes: [String] = []
        if reader.manifest.status != .completed {
            notes.append("The run is \(reader.manifest.status.rawValue): not all containers are in it.")
        }
        var prices: [PriceHistory] = []
        if !arguments[ReportCommand.withoutPrices] {
            switch StoredPrices.read(reader.manifest) {
            case .success(let found): prices = found
            case .failure(let reason): notes.append("No price chart and no buy and hold: \(reason.text).")
            }
        }
        var chosen = arguments[ReportCommand.container]
        if chosen.isEmpty, let id = reader.containerID { chosen = [id] }
        let page = try RunArgument.read { () throws(RunReadError) in
            try RunPage(
                reader,
                chosen: chosen,
                prices: prices,
                notes: notes,
                clock: StoredZone.clock(of: reader),
                comparison: comparison,
                baseline: baseline
            )
        }
        let place = output ?? "\(reader.path)/report.html"
        if place == "-" {
            context.output.write(page.html)
        } else {
            try AtomicFile.write(Array(page.html.utf8), to: place)
            context.output.line(place)
        }
        return .success
    }
}
