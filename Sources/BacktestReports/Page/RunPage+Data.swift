import BacktestMetrics
import BacktestModel
import BacktestResults

extension RunPage {
    /// Columns rather than rows: a name for every number would double the file.
    func containers(_ json: inout CompactJSON) {
        let rows = board.rows
        json.key("metrics")
        let metrics = MetricName.allCases.filter { metric in rows.contains { $0.metrics[metric] != nil } }
        let columns = metrics.map { metric in (metric, rows.map { $0.metrics[metric] }) }
        let scales = Dictionary(uniqueKeysWithValues: columns.map { ($0, RunPage.scale($0, $1)) })
        json.array { json in
            for metric in metrics {
                json.array { json in
                    json.string(metric.name)
                    json.string(metric.unit.rawValue)
                    json.number(metric.higherIsBetter.map { $0 ? 1 : -1 } ?? 0)
                    json.string(metric.summary)
                    json.number(scales[metric] ?? 1)
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
        json.key("insolvent")
        json.numbers(rows.indices.filter { rows[$0].metrics.isInsolvent }.map { Double($0) })
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
            for (metric, values) in columns { json.scaled(values, by: scales[metric] ?? 1) }
        }
        plateaus(&json, rows)
    }

    /// The power of ten with which a metric's values become whole numbers that say more than a screen shows.
    ///
    /// Ten thousand containers are five megabytes with seven digits a number, and three so.
    private static func scale(_ metric: MetricName, _ values: [Double?]) -> Double {
        switch metric.unit {
        case .fraction: return 1_000_000
        case .ratio: return 100_000
        case .count: return 1
        case .bars: return 100
        case .currency:
            let largest = values.reduce(0.0) { max($0, abs($1 ?? 0)) }
            var scale = 100.0
            // Small sums, as in bitcoin, need more decimals than dollars.
            while largest > 0, largest * scale < 100_000, scale < 1e12 { scale *= 10 }
            return scale
        }
    }

    private func plateaus(_ json: inout CompactJSON, _ rows: [RunSummary.Row]) {
        guard let metric = MetricName(name: board.query.by) else { return }
        let part = RunSummary(parameterPaths: board.parameterPaths, rows: rows)
        let plateaus = Plateau.all(part, maximize: board.query.maximize ?? true) { $0.metrics[metric] }
        let scale = RunPage.scale(metric, rows.map { $0.metrics[metric] })
        json.key("plateauScale")
        json.number(scale)
        json.key("plateau")
        json.scaled(plateaus.map(\.mean), by: scale)
        json.key("worstNeighbour")
        json.scaled(plateaus.map(\.worst), by: scale)
    }

    func prices(_ json: inout CompactJSON) {
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

    /// What ran, in order.
    static func facts(_ path: String, _ manifest: Manifest) -> [(String, String)] {
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
        return facts
    }

    /// Rows of name and value, and the value of the other run where there is one.
    static func write(
        _ facts: [(String, String)],
        _ others: [(String, String)]?,
        _ json: inout CompactJSON
    ) {
        let old = Dictionary(others ?? [], uniquingKeysWith: { first, _ in first })
        let names =
            facts.map(\.0) + (others ?? []).map(\.0).filter { name in !facts.contains { $0.0 == name } }
        let new = Dictionary(facts, uniquingKeysWith: { first, _ in first })
        json.array { json in
            for name in names {
                json.strings([name, new[name] ?? ""] + (others == nil ? [] : [old[name] ?? ""]))
            }
        }
    }
}
