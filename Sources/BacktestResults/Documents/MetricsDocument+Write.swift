import BacktestMetrics
import BacktestModel

extension MetricsDocument {
    /// Adds the whole document, with a line feed at its end, to `buffer`.
    public static func write(_ record: ContainerRecord, into buffer: inout ByteBuffer) {
        // The writer owns its buffer; swapping lends it the caller's memory without a copy.
        var json = JSONWriter(ByteBuffer(capacity: 64))
        swap(&json.out, &buffer)
        write(record, to: &json)
        json.out.append(byte: 0x0A)
        swap(&json.out, &buffer)
    }

    private static func write(_ record: ContainerRecord, to json: inout JSONWriter) {
        json.beginObject()
        writeHead(record, to: &json)
        json.key("parameters")
        json.beginObject()
        for parameter in record.parameters {
            json.key(text: parameter.path)
            json.scalar(parameter.value)
        }
        json.endObject()
        json.key("strategies")
        json.array(record.strategies)
        json.key("symbols")
        json.array(record.symbols)
        writePeriod(record, to: &json)
        json.key("metrics")
        json.beginObject()
        for name in MetricName.allCases {
            json.key(text: name.name)
            json.number(record.metrics[name])
        }
        json.endObject()
        json.key("by_strategy")
        writeAttributions(record.byStrategy, to: &json)
        json.key("by_symbol")
        writeAttributions(record.bySymbol, to: &json)
        json.key("events")
        json.beginObject()
        for event in record.events where event.count != 0 {
            json.key(text: event.name)
            json.integer(event.count)
        }
        json.endObject()
        writeOddities(record, to: &json)
        writeMemory(record, to: &json)
        writeObservers(record, to: &json)
        json.endObject()
    }

    private static func writeHead(_ record: ContainerRecord, to json: inout JSONWriter) {
        json.key("schema_version")
        json.integer(schemaVersion)
        json.key("container_id")
        json.string(record.containerID)
        json.key("portfolio_id")
        json.string(record.portfolioID)
        json.key("run_id")
        json.string(record.runHash)
        json.key("status")
        json.string(record.status.rawValue)
        json.key("halted")
        if let halt = record.halted {
            json.beginObject()
            json.key("reason")
            json.string(halt.reason)
            json.key("time")
            json.time(halt.time)
            json.endObject()
        } else {
            json.null()
        }
        guard let error = record.error else { return }
        json.key("error")
        json.string(error)
    }

    private static func writePeriod(_ record: ContainerRecord, to json: inout JSONWriter) {
        json.key("period")
        guard let period = record.period else { return json.null() }
        json.beginObject()
        json.key("start")
        json.time(period.start)
        json.key("end")
        json.time(period.end)
        json.key("bars")
        json.integer(period.bars)
        json.endObject()
    }

    private static func writeAttributions(_ rows: [Attribution], to json: inout JSONWriter) {
        json.beginObject()
        for row in rows {
            json.key(text: row.key)
            json.beginObject()
            json.key("total_trades")
            json.integer(row.totalTrades)
            json.key("net_pnl")
            json.number(row.netProfit)
            json.key("win_rate")
            json.number(row.winRate)
            json.key("signals")
            json.integer(row.signals)
            json.endObject()
        }
        json.endObject()
    }

    /// Only where there is something to say.
    private static func writeOddities(_ record: ContainerRecord, to json: inout JSONWriter) {
        if !record.rejections.isEmpty {
            json.key("rejections")
            json.object(record.rejections) { $0.integer($1) }
        }
        writeFills("fills_at_zero", record.fillsAtZero, to: &json)
        writeFills("fills_beyond_volume", record.fillsBeyondVolume, to: &json)
    }

    private static func writeFills(
        _ key: StaticString,
        _ fills: (count: Int, first: Timestamp)?,
        to json: inout JSONWriter
    ) {
        guard let fills else { return }
        json.key(key)
        json.beginObject()
        json.key("count")
        json.integer(fills.count)
        json.key("first")
        json.time(fills.first)
        json.endObject()
    }

    /// Only where an observer was asked for: other containers' files stay as they are.
    private static func writeObservers(_ record: ContainerRecord, to json: inout JSONWriter) {
        guard !record.observers.isEmpty else { return }
        json.key("observers")
        json.beginObject()
        for observer in record.observers {
            json.key(text: observer.name)
            json.beginObject()
            for found in observer.value {
                json.key(text: found.name)
                json.scalar(found.value)
            }
            json.endObject()
        }
        json.endObject()
    }

    private static func writeMemory(_ record: ContainerRecord, to json: inout JSONWriter) {
        json.key("memory")
        json.beginObject()
        json.key("events_in_memory")
        json.integer(record.memory.events)
        json.key("peak_events_in_memory")
        json.integer(record.memory.peak)
        json.key("events_pruned")
        json.integer(record.memory.pruned)
        json.key("events_dropped")
        json.integer(record.memory.dropped)
        json.endObject()
    }
}
