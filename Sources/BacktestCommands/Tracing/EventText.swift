import BacktestEvents
import BacktestModel
import BacktestReports
import BacktestResults
import BacktestSweep
import BacktestTracing

/// Prints the events of one container: as the JSON they are stored as, and as rows and lines for people.
struct EventText {
    private let encoder: TraceEncoder
    private let context: TraceContext
    private let features: [String: [String]]

    init(_ trace: StoredTrace) {
        context = trace.context
        encoder = TraceEncoder(trace.context)
        features = Dictionary(trace.index.features.map { ($0.name, $0.value) }) { first, _ in first }
    }

    /// The event as one line of JSON, without its line feed; empty where it is not of the container.
    func json(_ event: TracedEvent) -> String {
        guard let plain = event.event(in: context) else { return "" }
        var buffer = BacktestTracing.ByteBuffer()
        let times = [event.timestamp.nanoseconds]
        let stamps = event.stamps.map { [$0] } ?? []
        times.withUnsafeBufferPointer { times in
            withUnsafePointer(to: plain) { plain in
                stamps.withUnsafeBufferPointer { stamps in
                    encoder.encode(
                        UnsafeBufferPointer(start: plain, count: 1),
                        times: times,
                        stamps: stamps.isEmpty ? nil : stamps,
                        into: &buffer
                    )
                }
            }
        }
        return String(decoding: buffer.bytes.dropLast(), as: UTF8.self)
    }

    /// The payload's keys and values in order, the bar left out; features under the texts that they come from.
    func payload(_ event: TracedEvent) -> [(name: String, value: Scalar)] {
        guard let json = try? JSONValue.parse(Array(json(event).utf8)), let payload = json["payload"] else {
            return []
        }
        let texts = event.type == .features ? event.strategyID.flatMap { features[$0] } ?? [] : []
        var rows: [(name: String, value: Scalar)] = []
        for row in payload.rows where row.name != "bar" {
            rows.append((row.name, EventText.scalar(row.value)))
        }
        guard event.type == .features else { return rows }
        let numbers = event.numbers
        let values = [numbers.value0, numbers.value1, numbers.value2, numbers.value3]
        rows.removeAll { $0.name.hasPrefix("value") }
        for (text, value) in zip(texts, values) { rows.append((text, value.isNaN ? .null : .number(value))) }
        return rows
    }

    private static func scalar(_ value: JSONValue) -> Scalar {
        switch value {
        case .boolean(let flag): .boolean(flag)
        case .text(let text): .text(text)
        case .number, .unsigned: value.number.map { .number($0) } ?? .null
        case .null, .array, .object: .null
        }
    }

    /// `price=104.5 quantity=10 at_open`, for people.
    ///
    /// Numbers are rounded for the eye unless every digit is asked for.
    func details(_ event: TracedEvent, _ numbers: NumberFormat = .general) -> String {
        payload(event).compactMap { name, value in
            switch value {
            case .null:
                name == "level" || name == "stop" || name == "target" || name == "quantity"
                    ? nil : "\(name)=-"
            case .boolean: name
            case .number(let number): "\(name)=\(numbers.text(number))"
            case .text(let text): text == "none" ? nil : "\(name)=\(text)"
            }
        }.joined(separator: " ")
    }

    /// One line about an event: sequence, time, type, strategy, symbol, payload.
    func line(_ event: TracedEvent) -> String {
        var parts = ["#\(event.sequence)", event.timestamp.iso8601, event.type.name]
        if let strategy = event.strategyID { parts.append(strategy) }
        if let symbol = event.symbol { parts.append(symbol) }
        if let trade = event.trade { parts.append("T\(trade)") }
        let details = details(event)
        if !details.isEmpty { parts.append(details) }
        return parts.joined(separator: " ")
    }

    /// The columns of a table of events.
    static let columns = [
        Table.Column("event_id"), Table.Column("event_type"), Table.Column("time"), Table.Column("timestamp"),
        Table.Column("correlation_id"), Table.Column("causation_id"), Table.Column("container_id"),
        Table.Column("strategy_id"), Table.Column("symbol"), Table.Column("payload"),
    ]

    /// The row of an event; only a table on the terminal is rounded, what may be read by a program has every digit.
    func row(_ event: TracedEvent, for format: OutputFormat) -> [Scalar] {
        let numbers: NumberFormat = format == .table ? .general : .exact
        func text(_ value: String?) -> Scalar { value.map { .text($0) } ?? .null }
        return [
            .text(event.eventID), .text(event.type.name), .text(event.timestamp.iso8601),
            // As text: a double does not hold 64-bit nanoseconds.
            .text(String(event.timestamp.nanoseconds)), text(event.correlationID), text(event.causationID),
            .text(event.containerID), text(event.strategyID), text(event.symbol),
            .text(details(event, numbers)),
        ]
    }
}
