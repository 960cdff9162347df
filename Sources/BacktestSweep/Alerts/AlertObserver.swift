import BacktestEvents
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestResults
import BacktestTracing

/// Holds a container's events and metrics against the alerts of its trace settings.
///
/// Each alert that fires is a line of the container's alerts.jsonl, which is the same for the same run, and is handed to the
/// dispatcher, which tells people at once. A class because the bus and the worker that reuses it both refer to it.
final class AlertObserver: EventObserver {
    /// Name of the file with a line an alert, in the container's folder and, of all containers, in the run's.
    static let fileName = "alerts.jsonl"

    private(set) var interests: EventTypeSet = []

    private struct Rule {
        var alert: TraceAlert
        var condition: AlertCondition
        var types: EventTypeSet
        var firings = 0
    }

    private let dispatcher: AlertDispatcher
    private let strategies: [String]
    private let symbols: [String]
    /// Conditions by text: containers share them.
    private var known: [String: AlertCondition] = [:]
    private var rules: [Rule] = []
    private var context = TraceContext(
        runID: "",
        containerID: "",
        portfolioID: nil,
        strategies: [],
        symbols: []
    )
    private var strategyCodes: [Double] = []
    private var symbolCodes: [Double] = []
    private var times = UnsafeBufferPointer<Int64>(start: nil, count: 0)
    private var trades = RunningTrades()
    private var encoder: TraceEncoder?
    private var lines = BacktestResults.ByteBuffer(capacity: 256)

    init(_ plan: RunPlan, _ dispatcher: AlertDispatcher) {
        self.dispatcher = dispatcher
        strategies = plan.strategies.map(\.id)
        symbols = plan.data.bars.map(\.symbol)
    }

    /// Starts a container.
    func begin(_ alerts: [TraceAlert], _ context: TraceContext, times: UnsafeBufferPointer<Int64>) {
        rules.removeAll(keepingCapacity: true)
        for alert in alerts {
            guard let condition = condition(alert.condition) else { continue }
            var types: EventTypeSet = []
            if case .events(let wanted) = condition.moment { types = wanted }
            rules.append(Rule(alert: alert, condition: condition, types: types))
        }
        interests = rules.reduce(into: []) { $0.formUnion($1.types) }
        // The sums over closed trades are asked for beside any event.
        if !interests.isEmpty { interests.insert(EventTypeSet(.positionClose)) }
        self.context = context
        self.times = times
        strategyCodes = context.strategies.map { AlertVocabulary.code(of: $0) }
        symbolCodes = context.symbols.map { AlertVocabulary.code(of: $0) }
        trades = RunningTrades()
        encoder = nil
        lines.removeAll()
    }

    private func condition(_ text: String) -> AlertCondition? {
        if let condition = known[text] { return condition }
        let condition = try? AlertCondition(text, strategies: strategies, symbols: symbols)
        known[text] = condition
        return condition
    }

    func observe(events: UnsafeBufferPointer<Event>) {
        guard !interests.isEmpty else { return }
        for event in events where interests.contains(type: event.type) {
            if event.type == .positionClose { trades.take(net: event.value1) }
            for index in rules.indices where rules[index].types.contains(type: event.type) {
                guard rules[index].condition.holds({ value(of: $0, event) }) else { continue }
                fire(index, event, nil)
            }
        }
    }

    /// Ends the container: looks at the conditions over its metrics.
    ///
    /// - Returns: The lines of its alerts.jsonl, empty where nothing fired.
    func finish(_ record: ContainerRecord) -> BacktestResults.ByteBuffer {
        defer {
            interests = []
            rules.removeAll(keepingCapacity: true)
        }
        if record.status == .completed {
            for index in rules.indices where rules[index].condition.moment == .end {
                guard rules[index].condition.holds({ value(of: $0, record) }) else { continue }
                fire(index, nil, record)
            }
        }
        for rule in rules {
            let most = rule.alert.repetition == .once ? Int.max : rule.alert.limit
            guard rule.firings > most, rule.alert.channels.contains(.file) else { continue }
            lines.append("{\"alert\":")
            append(rule.alert.name)
            lines.append(",\"container_id\":")
            append(context.containerID)
            lines.append(",\"left_out\":")
            lines.append(rule.firings - most)
            lines.append("}\n")
        }
        return lines
    }

    // MARK: - Values

    private func value(of source: AlertVocabulary.Source, _ event: Event) -> Double? {
        switch source {
        case .eventType: AlertVocabulary.code(of: event.type)
        case .strategy: AlertObserver.element(strategyCodes, Int(event.strategy))
        case .symbol: AlertObserver.element(symbolCodes, Int(event.symbol))
        case .bar: Double(event.bar)
        case .payload(let fields): fields[event.type]?.number(in: event)
        case .word(let code): code
        case .running(let name): trades.value(of: name)
        case .final: nil
        }
    }

    private func value(of source: AlertVocabulary.Source, _ record: ContainerRecord) -> Double? {
        switch source {
        case .final(let metric): record.metrics[metric]
        case .running(let name): trades.value(of: name)
        case .word(let code): code
        default: nil
        }
    }

    private static func element(_ codes: [Double], _ index: Int) -> Double? {
        codes.indices.contains(index) ? codes[index] : nil
    }

    // MARK: - Telling

    private func fire(_ index: Int, _ event: Event?, _ record: ContainerRecord?) {
        rules[index].firings += 1
        let rule = rules[index]
        guard rule.firings <= (rule.alert.repetition == .once ? 1 : rule.alert.limit) else { return }
        let time = event.flatMap { self.time(ofBar: $0.bar) } ?? record?.period?.end
        let numbers = rule.condition.numbers { source in
            event.map { value(of: source, $0) } ?? record.flatMap { value(of: source, $0) }
        }
        if rule.alert.channels.contains(.file) { write(rule.alert, time, numbers, event) }
        let what = event.map { describe($0) } ?? "its metrics"
        let shown = numbers.map { "\($0.name) = \($0.value.map { "\($0)" } ?? "undefined")" }
        let details = shown.isEmpty ? "" : ", " + shown.joined(separator: ", ")
        let stamp = time?.iso8601 ?? "the end"
        dispatcher.dispatch(
            rule.alert,
            line: "\(rule.alert.name): \(context.containerID) at \(stamp): \(what)\(details)",
            values: [
                Named("alert", rule.alert.name), Named("container", context.containerID),
                Named("event", event.map { "\(context.containerID):\($0.sequence)" } ?? ""),
                Named("time", stamp), Named("when", rule.alert.condition),
            ]
        )
    }

    private func describe(_ event: Event) -> String {
        var text = event.type.name
        if context.symbols.indices.contains(Int(event.symbol)) {
            text += " \(context.symbols[Int(event.symbol)])"
        }
        if event.correlation != 0 { text += " T\(event.correlation)" }
        return text
    }

    private func time(ofBar bar: Int32) -> Timestamp? {
        times.indices.contains(Int(bar)) ? Timestamp(nanoseconds: times[Int(bar)]) : nil
    }

    private func write(
        _ alert: TraceAlert,
        _ time: Timestamp?,
        _ numbers: [(name: String, value: Double?)],
        _ event: Event?
    ) {
        lines.append("{\"alert\":")
        append(alert.name)
        lines.append(",\"container_id\":")
        append(context.containerID)
        lines.append(",\"time\":")
        append(time?.iso8601)
        lines.append(",\"when\":")
        append(alert.condition)
        lines.append(",\"values\":{")
        for (index, number) in numbers.enumerated() {
            if index > 0 { lines.append(",") }
            append(number.name)
            lines.append(":")
            if let value = number.value { lines.append(value) } else { lines.append("null") }
        }
        lines.append("},\"event\":")
        append(event)
        lines.append("}\n")
    }

    private func append(_ event: Event?) {
        guard var event else { return lines.append("null") }
        if encoder == nil { encoder = TraceEncoder(context) }
        var bytes = BacktestTracing.ByteBuffer(capacity: 512)
        withUnsafePointer(to: &event) { pointer in
            encoder?.encode(UnsafeBufferPointer(start: pointer, count: 1), times: times, into: &bytes)
        }
        bytes.withBytes { record in
            // Without the line feed at its end.
            lines.append(bytes: UnsafeBufferPointer(rebasing: record.dropLast()))
        }
    }

    private func append(_ text: String?) {
        var json = JSONWriter(BacktestResults.ByteBuffer(capacity: 64))
        json.optional(text)
        lines.append(bytes: json.out.array)
    }
}
