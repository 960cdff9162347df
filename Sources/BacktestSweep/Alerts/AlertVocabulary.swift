import BacktestEvents
import BacktestMetrics
import BacktestModel
import BacktestTracing

/// The names that the condition of an alert may use, and where their values come from.
struct AlertVocabulary {
    /// Where a name's value comes from.
    enum Source: Sendable {
        /// The type of the event, a word.
        case eventType
        /// The strategy, a word, by its index in the container.
        case strategy
        /// The symbol, a word, by its index in the container.
        case symbol
        /// Index of the bar.
        case bar
        /// Fields of payloads of one name, by event type.
        case payload([EventType: PayloadField])
        /// A word, as the number that stands for it.
        case word(Double)
        /// A sum over the closed trades so far.
        case running(String)
        /// A metric of the container that has ended.
        case final(MetricName)

        /// Whether the value is a word.
        var isWord: Bool {
            switch self {
            case .eventType, .strategy, .symbol, .word: true
            case .bar, .running, .final: false
            case .payload(let fields): fields.values.contains { $0.isText }
            }
        }

        /// The payload fields of the name, `nil` where it is no field.
        var fields: [EventType: PayloadField]? {
            guard case .payload(let fields) = self else { return nil }
            return fields
        }
    }

    /// Every name with its source.
    private(set) var sources: [String: Source] = [:]
    /// Every name, in a fixed order.
    private(set) var names: [String] = []

    /// The names of a run; a field takes precedence over a strategy or symbol of the same name.
    init(strategies: [String], symbols: [String]) {
        add("event_type", .eventType)
        add("strategy", .strategy)
        add("symbol", .symbol)
        add("bar", .bar)
        addFields()
        for metric in DynamicTraceRule.metricNames { add("metrics.\(metric)", .running(metric)) }
        for metric in MetricName.allCases {
            add("metrics.\(metric.name)", .final(metric))
            add("final.\(metric.name)", .final(metric))
        }
        let words =
            EventType.allCases.map(\.name) + ExitReason.allCases.map(\.name) + Side.allCases.map(\.name)
            + SignalAction.allCases.map(\.name) + LifecycleStage.allCases.map(\.name)
            + PayloadSchema.rejectionReasons.filter { !$0.contains(" ") }
        for word in words + strategies + symbols { add(word, .word(AlertVocabulary.code(of: word))) }
    }

    private mutating func addFields() {
        var fields: [String: [EventType: PayloadField]] = [:]
        var order: [String] = []
        for type in EventType.allCases {
            for field in PayloadSchema.standard[type] where !field.isChoiceOfBits {
                if fields[field.name] == nil { order.append(field.name) }
                fields[field.name, default: [:]][type] = field
            }
        }
        for name in order { add(name, .payload(fields[name] ?? [:])) }
    }

    private mutating func add(_ name: String, _ source: Source) {
        guard sources[name] == nil else { return }
        sources[name] = source
        names.append(name)
    }

    /// The number that stands for a word: equal words, equal numbers (FNV-1a, 53 bits, so that a double holds it).
    static func code(of word: String) -> Double {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Double(hash >> 11)
    }

    /// The number that stands for a type of event.
    static func code(of type: EventType) -> Double { code(of: type.name) }
}

extension PayloadField {
    /// Whether the value is a word.
    var isText: Bool {
        if case .text = form { return true }
        return false
    }

    /// Whether the value is one of several words in the flags; left out, as its words are names of numbers.
    fileprivate var isChoiceOfBits: Bool {
        if case .bits = form { return true }
        return false
    }

    /// What an event says under this field, as a number; `nil` where it says nothing.
    func number(in event: Event) -> Double? {
        guard event.flags & conditionMask == conditionValue else { return nil }
        switch form {
        case .number(let slot):
            let value = event[slot]
            return value.isFinite ? value : nil
        case .text(let slot, let words):
            let index = Int(event[slot])
            return words.indices.contains(index) ? AlertVocabulary.code(of: words[index]) : nil
        case .bit(let mask): return event.flags & mask != 0 ? 1 : 0
        case .bits: return nil
        }
    }
}
