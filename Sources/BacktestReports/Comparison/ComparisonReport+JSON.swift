import BacktestMetrics
import BacktestModel
public import BacktestResults

extension ComparisonReport {
    /// The document of `compare --json` without its end, so that a caller may add keys: the object stays open.
    ///
    /// Written straight into the buffer: a tree of values of a large sweep would take ten times its memory.
    ///
    /// - Parameters:
    ///   - json: Where it goes.
    ///   - runs: What stands under `runs`; the paths of both where `nil`.
    ///   - precision: Decimals to which numbers are rounded, `nil` for all digits.
    ///   - flush: Called after every container; it may take what has been written out of the buffer.
    public func write(
        _ json: inout JSONWriter,
        runs: [String]? = nil,
        precision: Int? = nil,
        flush: (inout JSONWriter) -> Void = { _ in }
    ) {
        json.beginObject()
        json.key("schema_version")
        json.integer(1)
        json.key("runs")
        json.array(runs ?? [pathA, pathB])
        json.key("changes")
        ComparisonReport.write(changes, &json)
        json.key("containers")
        json.beginArray()
        for pair in shown {
            json.element()
            write(pair, precision, &json)
            flush(&json)
        }
        json.endArray()
        json.key("summary")
        json.beginObject()
        for distribution in distributions {
            json.key(text: distribution.metric.name)
            ComparisonReport.write(distribution, precision, &json)
        }
        json.endObject()
        json.key("counts")
        json.beginObject()
        json.key("matched")
        json.integer(comparison.matchCount)
        json.key("only_a")
        json.integer(comparison.pairs.count { $0.b == nil })
        json.key("only_b")
        json.integer(comparison.pairs.count { $0.a == nil })
        json.endObject()
    }

    /// What differs besides the results, as an object.
    public static func write(_ changes: RunChanges, _ json: inout JSONWriter) {
        json.beginObject()
        json.key("config")
        json.beginArray()
        for change in changes.config {
            json.element()
            json.beginObject()
            json.key("path")
            json.string(change.path)
            json.key("a")
            json.scalar(change.a ?? .null)
            json.key("b")
            json.scalar(change.b ?? .null)
            json.endObject()
        }
        json.endArray()
        json.key("data")
        write(changes.data, called: "file", &json)
        json.key("engine")
        if let engine = changes.engine {
            json.beginObject()
            json.key("a")
            json.optional(engine.a)
            json.key("b")
            json.optional(engine.b)
            json.endObject()
        } else {
            json.null()
        }
        json.key("versions")
        write(changes.versions, called: "name", &json)
        json.endObject()
    }

    private static func write(
        _ entries: [RunChanges.Entry],
        called name: StaticString,
        _ json: inout JSONWriter
    ) {
        json.beginArray()
        for entry in entries {
            json.element()
            json.beginObject()
            json.key(name)
            json.string(entry.name)
            json.key("a")
            json.optional(entry.a)
            json.key("b")
            json.optional(entry.b)
            json.endObject()
        }
        json.endArray()
    }

    private func write(_ pair: RunComparison.Pair, _ precision: Int?, _ json: inout JSONWriter) {
        json.beginObject()
        json.key("parameters")
        json.beginObject()
        for (path, value) in zip(comparison.parameterPaths, pair.parameters) where value != .null {
            json.key(text: path)
            json.scalar(value)
        }
        json.endObject()
        json.key("portfolio_id")
        json.string(pair.portfolioID)
        json.key("container_id")
        json.beginObject()
        if let a = pair.a {
            json.key("a")
            json.string(a.containerID)
        }
        if let b = pair.b {
            json.key("b")
            json.string(b.containerID)
        }
        json.endObject()
        json.key("in")
        json.array((pair.a == nil ? [] : ["a"]) + (pair.b == nil ? [] : ["b"]))
        json.key("metrics")
        json.beginObject()
        for metric in query.metrics {
            let change = comparison.change(pair, metric)
            guard query.showsUnchanged || !pair.isMatched || change.verdict != .same else { continue }
            json.key(text: metric.name)
            write(change, isMatched: pair.isMatched, precision, &json)
        }
        json.endObject()
        json.endObject()
    }

    private func write(
        _ change: MetricChange,
        isMatched: Bool,
        _ precision: Int?,
        _ json: inout JSONWriter
    ) {
        func number(_ value: Double?) {
            json.number(value.map { NumberFormat.rounded($0, to: precision) })
        }
        json.beginObject()
        json.key("a")
        number(change.a)
        json.key("b")
        number(change.b)
        json.key("delta")
        number(change.delta)
        json.key("relative")
        number(change.relative)
        json.key("verdict")
        // What only one run has is neither better nor worse.
        json.optional(isMatched ? change.verdict.rawValue : nil)
        json.endObject()
    }

    private static func write(_ row: MetricDistribution, _ precision: Int?, _ json: inout JSONWriter) {
        func number(_ value: Double?) {
            json.number(value.map { NumberFormat.rounded($0, to: precision) })
        }
        json.beginObject()
        for (name, count) in [
            ("better", row.better), ("worse", row.worse), ("same", row.same), ("changed", row.changed),
        ] {
            json.key(text: name)
            json.integer(count)
        }
        json.key("median_delta")
        number(row.medianDelta)
        json.key("interval")
        if let low = row.intervalLow, let high = row.intervalHigh {
            json.beginArray()
            for limit in [low, high] {
                json.element()
                number(limit)
            }
            json.endArray()
        } else {
            json.null()
        }
        json.key("p_value")
        number(row.pValue)
        json.key("share_improved")
        number(row.shareImproved)
        json.key("quantiles")
        json.beginObject()
        for (probability, value) in zip(MetricDistribution.probabilities, row.quantiles ?? []) {
            json.key(text: NumberFormat.raw(probability))
            number(value)
        }
        json.endObject()
        json.endObject()
    }
}
