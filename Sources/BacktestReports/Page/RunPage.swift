import BacktestMetrics
import BacktestModel
public import BacktestResults

/// A run as one HTML file that needs nothing else: no network, no other file.
public struct RunPage: Sendable {
    /// Most containers that the page lists; of a larger run the best by the objective.
    public static let containersMax = 20_000
    /// Containers of which curves, trades and breakdowns are shown unless the user says which.
    public static let chosenDefault = 6

    private let path: String
    private let manifest: Manifest
    private let summary: RunSummary
    let board: Leaderboard
    let chosen: [ContainerPage]
    let prices: [PriceHistory]
    private let notes: [String]
    private let clock: PageClock
    private let comparison: ComparisonReport?
    private let baseline: RunReader?

    /// Reads a run.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - wanted: Ids of containers to show in full; the best by the objective where empty.
    ///   - prices: Histories of the symbols, where the data could be read.
    ///   - notes: What else the reader of the page should know.
    ///   - clock: The zone of hours, weekdays and months.
    ///   - comparison: This run held against another, this one being the second; `nil` for none.
    ///   - baseline: That other run, for its equity curves and facts.
    /// - Throws: what of the run cannot be read, an unknown container included.
    public init(
        _ run: RunReader,
        chosen wanted: [String] = [],
        prices: [PriceHistory] = [],
        notes: [String] = [],
        clock: PageClock = .utc,
        comparison: ComparisonReport? = nil,
        baseline: RunReader? = nil
    ) throws(RunReadError) {
        path = run.path
        self.clock = clock
        self.baseline = baseline
        self.comparison = comparison
        manifest = run.manifest
        summary = try run.summary()
        self.prices = prices
        var notes = notes
        let objective = run.manifest.objective
        var query = Leaderboard.Query(
            by: objective?.metric ?? MetricName.sharpeRatio.name,
            maximize: objective?.maximize,
            top: RunPage.containersMax
        )
        do throws(ReportError) {
            board = try Leaderboard(summary, query)
        } catch {
            throw RunReadError(
                .damaged,
                run.path,
                error.message,
                remedy: "`admf resume` the run to write it again"
            )
        }
        if summary.rows.count > board.rows.count {
            notes.append("The page has the best \(board.rows.count) of \(summary.rows.count) containers.")
        }
        var ids = wanted
        if ids.isEmpty {
            query.top = RunPage.chosenDefault
            if let text = objective?.condition {
                query.condition = try? Leaderboard.condition(text, for: summary)
            }
            let best = (try? Leaderboard(summary, query))?.rows ?? []
            ids = (best.isEmpty ? Array(board.rows.prefix(RunPage.chosenDefault)) : best).map(\.containerID)
        }
        var pages: [ContainerPage] = []
        for id in ids {
            do throws(RunReadError) {
                var page = try ContainerPage(run, id, clock: clock)
                page.before = try RunPage.before(id, comparison, baseline)
                pages.append(page)
            } catch {
                // A saved baseline has its summary and no containers; what the user asks for by name must be there.
                guard wanted.isEmpty, error.code == .notFound else { throw error }
            }
        }
        if pages.isEmpty { notes.append("The run's folder has no containers to show in full.") }
        chosen = pages
        if !pages.isEmpty, pages.allSatisfy({ $0.equity == nil }) {
            notes.append("No equity curves are stored: set results.store_equity_curve to have them here.")
        }
        if !pages.isEmpty, pages.allSatisfy({ $0.trades == nil }) {
            notes.append("No trades are stored: set results.store_trades to have them here.")
        }
        self.notes = notes
    }

    /// The whole file.
    public var html: String {
        var json = CompactJSON()
        write(&json)
        let title = RunPage.escaped("\(manifest.name) \(manifest.runID)")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" \
            content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <style>
            \(PageStyle.text)</style>
            </head>
            <body>
            \(PageBody.text)<script type="application/json" id="data">\(json.out.text)</script>
            <script>
            \(PageScript.text)</script>
            </body>
            </html>

            """
    }

    /// The equity of a container's counterpart; `nil` where the other run has or stored none.
    private static func before(
        _ containerID: String,
        _ comparison: ComparisonReport?,
        _ baseline: RunReader?
    ) throws(RunReadError) -> [(time: Timestamp, equity: Double)]? {
        guard let baseline,
            let pair = comparison?.comparison.pairs.first(where: { $0.b?.containerID == containerID }),
            let other = pair.a?.containerID
        else { return nil }
        return try baseline.equity(other)
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            default: result.append(character)
            }
        }
    }

    private func write(_ json: inout CompactJSON) {
        json.object { json in
            json.key("name")
            json.string(manifest.name)
            json.key("runID")
            json.string(manifest.runID)
            json.key("zone")
            json.string(clock.name)
            json.key("facts")
            RunPage.write(
                RunPage.facts(path, manifest),
                baseline.map { RunPage.facts($0.path, $0.manifest) },
                &json
            )
            json.key("warnings")
            json.strings(manifest.warnings + notes)
            json.key("failures")
            json.strings(manifest.failures.map { "\($0.containerID): \($0.error)" })
            json.key("objective")
            json.object { json in
                json.key("metric")
                json.string(board.query.by)
                json.key("maximize")
                json.number(board.query.maximize == false ? 0 : 1)
                json.key("condition")
                json.string(manifest.objective?.condition ?? "")
            }
            json.key("shown")
            json.strings(Leaderboard.shownMetrics.map(\.name))
            containers(&json)
            if let comparison {
                let key = MetricName(name: board.query.by).map { [$0] } ?? []
                let metrics = key + Leaderboard.shownMetrics.filter { !key.contains($0) }
                RunPage.write(comparison, board.rows, metrics, &json)
            }
            json.key("chosen")
            json.array { json in
                for page in chosen { page.write(&json, prices: prices) }
            }
            json.key("prices")
            prices(&json)
        }
    }
}
