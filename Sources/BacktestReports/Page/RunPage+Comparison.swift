import BacktestMetrics
import BacktestModel
import BacktestResults

extension RunPage {
    /// What changed since another run: a table, and columns that sort, filter and colour like any other.
    static func write(
        _ report: ComparisonReport,
        _ rows: [RunSummary.Row],
        _ metrics: [MetricName],
        _ json: inout CompactJSON
    ) {
        json.key("baseline")
        json.object { json in
            json.key("path")
            json.string(report.pathA)
            json.key("matched")
            json.number(Double(report.comparison.matchCount))
            json.key("changes")
            changes(report.changes, &json)
            json.key("summary")
            json.array { json in
                for row in report.distributions where row.isChanged { write(row, &json) }
            }
            json.key("columns")
            columns(report.comparison, rows, metrics, &json)
        }
    }

    private static func write(_ row: MetricDistribution, _ json: inout CompactJSON) {
        json.array { json in
            json.string(row.metric.name)
            for count in [row.better, row.worse, row.same, row.changed] { json.number(Double(count)) }
            for value in [row.medianDelta, row.intervalLow, row.intervalHigh, row.pValue] {
                json.number(value)
            }
        }
    }

    private static func changes(_ changes: RunChanges, _ json: inout CompactJSON) {
        json.array { json in
            func row(_ what: String, _ place: String, _ a: Scalar?, _ b: Scalar?) {
                json.array { json in
                    json.string(what)
                    json.string(place)
                    json.scalar(a ?? .null)
                    json.scalar(b ?? .null)
                }
            }
            for change in changes.config { row("config", change.path, change.a, change.b) }
            for change in changes.data {
                row("data", change.name, change.a.map { .text($0) }, change.b.map { .text($0) })
            }
            for change in (changes.engine.map { [$0] } ?? []) + changes.versions {
                row("version", change.name, change.a.map { .text($0) }, change.b.map { .text($0) })
            }
        }
    }

    /// Per metric the other run's value and the change, in the order of the page's containers.
    private static func columns(
        _ comparison: RunComparison,
        _ rows: [RunSummary.Row],
        _ metrics: [MetricName],
        _ json: inout CompactJSON
    ) {
        var places: [String: Int] = [:]
        for (index, pair) in comparison.pairs.enumerated() {
            if let b = pair.b, pair.a != nil { places[b.containerID] = index }
        }
        let pairs = rows.map { row in places[row.containerID].map { comparison.pairs[$0] } }
        json.array { json in
            for metric in metrics {
                let old = pairs.map { $0?.a?.metrics[metric] }
                let change = pairs.map { pair in pair.flatMap { comparison.change($0, metric).delta } }
                json.array { json in
                    json.string(metric.name)
                    json.string(metric.unit.rawValue)
                    json.number(metric.higherIsBetter.map { $0 ? 1 : -1 } ?? 0)
                    // The page has the value now, so the change is enough for the value before.
                    json.numbers(change.map { $0.map { CompactJSON.rounded($0, digits: 5) } })
                    json.object { json in
                        for index in rows.indices where change[index] == nil {
                            guard let value = old[index] else { continue }
                            json.key(String(index))
                            json.number(value)
                        }
                    }
                }
            }
        }
    }
}
