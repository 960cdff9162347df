import BacktestModel
import BacktestReports
import BacktestResults
import BacktestSweep
import BacktestTracing

extension EventsReport {
    /// The document of `compare --events --json`, an object; events stand in it as they are stored.
    func write(_ json: inout JSONWriter, showsSame: Bool) {
        json.beginObject()
        json.key("schema_version")
        json.integer(1)
        json.key("runs")
        json.array([pathA, pathB])
        json.key("changes")
        ComparisonReport.write(changes, &json)
        json.key("containers")
        json.beginArray()
        for row in rows where showsSame || row.verdict != "same" {
            json.element()
            write(row, &json)
        }
        json.endArray()
        json.key("counts")
        json.beginObject()
        let counts = [
            ("matched", matchCount), ("parted", parted.count), ("only_a", rows.count { $0.pair.b == nil }),
            ("only_b", rows.count { $0.pair.a == nil }),
        ]
        for (name, count) in counts {
            json.key(text: name)
            json.integer(count)
        }
        json.endObject()
        json.endObject()
    }

    private func write(_ row: Row, _ json: inout JSONWriter) {
        json.beginObject()
        json.key("container_id")
        EventsReport.sides(row.pair.a, row.pair.b, &json) { $1.string($0.index.containerID) }
        json.key("verdict")
        json.string(row.verdict)
        json.key("events")
        EventsReport.sides(row.pair.a, row.pair.b, &json) { $1.integer($0.index.counts.stored) }
        json.key("same_until")
        if let comparison = row.comparison { json.integer(comparison.equalCount) } else { json.null() }
        json.key("passed_over")
        json.array(row.comparison?.passedOver ?? [])
        json.key("has_gaps")
        json.boolean(row.comparison?.hasGaps ?? false)
        json.key("parting")
        if let parting = row.comparison?.parting { write(parting, of: row, &json) } else { json.null() }
        json.endObject()
    }

    private func write(_ parting: EventComparison.Parting, of row: Row, _ json: inout JSONWriter) {
        json.beginObject()
        json.key("sequence")
        json.integer(Int(parting.sequence))
        json.key("time")
        json.optional(parting.time?.iso8601)
        json.key("fields")
        json.beginArray()
        for field in parting.fields {
            json.element()
            json.beginObject()
            json.key("field")
            json.string(field.name)
            json.key("a")
            json.scalar(field.a)
            json.key("b")
            json.scalar(field.b)
            json.endObject()
        }
        json.endArray()
        for (side, event, causes, trace) in [
            ("a", parting.a, row.causesA, row.pair.a), ("b", parting.b, row.causesB, row.pair.b),
        ] {
            json.key(text: side)
            guard let trace else { json.null(); continue }
            let text = EventText(trace)
            json.beginObject()
            json.key("event")
            // Already JSON, on one line.
            if let event { json.out.append(text: text.json(event)) } else { json.null() }
            json.key("causes")
            json.beginArray()
            for cause in causes {
                json.element()
                json.out.append(text: text.json(cause))
            }
            json.endArray()
            json.endObject()
        }
        json.endObject()
    }

    private static func sides(
        _ a: StoredTrace?,
        _ b: StoredTrace?,
        _ json: inout JSONWriter,
        _ write: (StoredTrace, inout JSONWriter) -> Void
    ) {
        json.beginObject()
        for (name, trace) in [("a", a), ("b", b)] {
            guard let trace else { continue }
            json.key(text: name)
            write(trace, &json)
        }
        json.endObject()
    }
}
