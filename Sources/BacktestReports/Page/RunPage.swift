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
    private let board: Leaderboard
    private let chosen: [ContainerPage]
    private let prices: [PriceHistory]
    private let notes: [String]
    private let comparison: ComparisonReport?

    /// Reads a run.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - wanted: Ids of containers to show in full; the best by the objective where empty.
    ///   - prices: Histories of the symbols, where the data could be read.
    ///   - notes: What else the reader of the page should know.
    ///   - comparison: This run held against another, this one being the second; `nil` for none.
    /// - Throws: what of the run cannot be read, an unknown container included.
    public init(
        _ run: RunReader,
        chosen wanted: [String] = [],
        prices: [PriceHistory] = [],
        notes: [String] = [],
        comparison: ComparisonReport? = nil
    ) throws(RunReadError) {
        path = run.path
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
                pages.append(try ContainerPage(run, id))
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
            json.key("facts")
            facts(&json)
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

    private func facts(_ json: inout CompactJSON) {
        var facts: [(String, String)] = [
            ("run", path), ("status", manifest.status.rawValue),
            ("containers", "\(manifest.containers.count)"),
            ("config", manifest.configurationPath), ("config sha256", manifest.configurationHash),
            ("seed", "\(manifest.seed)"),
        ]
        if !manifest.settings.isEmpty {
            facts.append(("settings", manifest.settings.joined(separator: ", ")))
        }
        if let name = manifest.environment { facts.append(("environment", name)) }
        for file in manifest.data {
            facts.append(
                ("data \(file.symbol)", "\(file.path), \(file.barCount) bars, sha256 \(file.sha256)")
            )
        }
        for value in manifest.annualization { facts.append((value.name, Table.shownParameter(value.value))) }
        for value in manifest.counts { facts.append((value.name, "\(value.value)")) }
        for time in manifest.times { facts.append((time.name, time.value)) }
        facts += manifest.timings.map { ("\($0.name) took", ProgressLine.duration($0.value)) }
        facts += manifest.versions.map { ($0.name, $0.value) }
        facts += manifest.host.map { ($0.name, Table.shownParameter($0.value)) }
        json.array { json in
            for fact in facts { json.strings([fact.0, fact.1]) }
        }
    }

    /// Columns rather than rows: a name for every number would double the file.
    private func containers(_ json: inout CompactJSON) {
        let rows = board.rows
        json.key("metrics")
        let metrics = MetricName.allCases.filter { metric in rows.contains { $0.metrics[metric] != nil } }
        json.array { json in
            for metric in metrics {
                json.array { json in
                    json.string(metric.name)
                    json.string(metric.unit.rawValue)
                    json.number(metric.higherIsBetter.map { $0 ? 1 : -1 } ?? 0)
                    json.string(metric.summary)
                }
            }
        }
        json.key("paths")
        json.strings(board.parameterPaths)
        json.key("ids")
        json.strings(rows.map(\.containerID))
        json.key("portfolios")
        json.strings(rows.map(\.portfolioID))
        json.key("failed")
        json.numbers(rows.indices.filter { rows[$0].status == .failed }.map { Double($0) })
        json.key("parameters")
        json.array { json in
            for index in board.parameterPaths.indices {
                json.array { json in
                    for row in rows { json.scalar(row.parameters[index]) }
                }
            }
        }
        json.key("values")
        json.array { json in
            for metric in metrics { json.numbers(rows.map { $0.metrics[metric] }) }
        }
        plateaus(&json, rows)
    }

    private func plateaus(_ json: inout CompactJSON, _ rows: [RunSummary.Row]) {
        guard let metric = MetricName(name: board.query.by) else { return }
        let part = RunSummary(parameterPaths: board.parameterPaths, rows: rows)
        let plateaus = Plateau.all(part, maximize: board.query.maximize ?? true) { $0.metrics[metric] }
        json.key("plateau")
        json.numbers(plateaus.map(\.mean))
        json.key("worstNeighbour")
        json.numbers(plateaus.map(\.worst))
    }

    private func prices(_ json: inout CompactJSON) {
        json.array { json in
            for history in prices where chosen.contains(where: { $0.record.symbols.contains(history.symbol) })
            {
                let kept = CurveSample.indices(history.closes, limit: ContainerPage.pointsMax)
                json.object { json in
                    json.key("symbol")
                    json.string(history.symbol)
                    json.key("t")
                    json.numbers(kept.map { Double(history.times[$0].secondsFloor) })
                    json.key("close")
                    json.numbers(kept.map { history.closes[$0] })
                }
            }
        }
    }
}
