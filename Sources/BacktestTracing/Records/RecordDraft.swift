import BacktestEvents
import BacktestModel

/// What has been read of a record so far.
struct RecordDraft {
    private var texts: [Key: String] = [:]
    private var numbers: [Key: Int64] = [:]
    private var payloadStart: Int?
    private var end = 0

    /// The keys of a record that are known, in the order in which they are written.
    enum Key: String, CaseIterable {
        case eventID = "event_id"
        case type = "event_type"
        case timestamp
        case run = "run_id"
        case correlation = "correlation_id"
        case causation = "causation_id"
        case container = "container_id"
        case portfolio = "portfolio_id"
        case strategy = "strategy_id"
        case symbol
        case sequence
        case created = "created_at"
        case emitted = "emitted_at"
        case received = "received_at"
        case processed = "processed_at"
        case payload
        case version
    }

    /// Reads the value of a key that is known; `false`, and nothing read, where it isn't.
    mutating func take(_ name: String, from cursor: inout JSONCursor) throws(TraceFormatError) -> Bool {
        guard let key = Key(rawValue: name) else { return false }
        guard texts[key] == nil, numbers[key] == nil, key != .payload || payloadStart == nil else {
            throw cursor.failure("'\(name)' is given twice")
        }
        switch key {
        case .timestamp, .sequence, .created, .emitted, .received, .processed, .version:
            numbers[key] = try cursor.integer(Int64.self)
        case .payload:
            cursor.skipSpace()
            payloadStart = cursor.position
            try cursor.skipValue()
        default:
            texts[key] = try cursor.string()
        }
        end = cursor.position
        return true
    }

    /// The type, and where the payload begins: it can be read only once the type is known.
    func payloadPlace(_ missing: TraceFormatError) throws(TraceFormatError) -> (EventType, Int) {
        let version = try number(.version)
        guard version == Int64(TraceEncoder.version) else {
            throw failure("version \(version) of the record is not known, only \(TraceEncoder.version)")
        }
        let name = try text(.type)
        guard let type = EventType(name: name) else { throw failure("'\(name)' is no event type") }
        guard let payloadStart else { throw missing }
        return (type, payloadStart)
    }

    /// The record, after its ids have been checked against each other.
    func finish(_ payload: EventNumbers, _ type: EventType) throws(TraceFormatError) -> TracedEvent {
        let container = try text(.container)
        guard let sequence = UInt32(exactly: try number(.sequence)), sequence != Event.none32 else {
            throw failure("'sequence' is out of range")
        }
        guard try text(.eventID) == "\(container):\(sequence)" else {
            throw failure("'event_id' is not '\(container):\(sequence)'")
        }
        let trade = try suffix(of: .correlation, after: "\(container)/T")
        guard trade != 0 else { throw failure("trades are numbered from 1") }
        return TracedEvent(
            type: type,
            timestamp: Timestamp(nanoseconds: try number(.timestamp)),
            runID: try text(.run),
            trade: trade,
            cause: try suffix(of: .causation, after: "\(container):"),
            containerID: container,
            portfolioID: texts[.portfolio],
            strategyID: texts[.strategy],
            symbol: texts[.symbol],
            sequence: sequence,
            stamps: try stamps(),
            numbers: payload
        )
    }

    private func failure(_ message: String) -> TraceFormatError { TraceFormatError(message, column: end + 1) }

    private func text(_ key: Key) throws(TraceFormatError) -> String {
        guard let text = texts[key] else { throw failure("the record lacks '\(key.rawValue)'") }
        return text
    }

    private func number(_ key: Key) throws(TraceFormatError) -> Int64 {
        guard let number = numbers[key] else { throw failure("the record lacks '\(key.rawValue)'") }
        return number
    }

    private func suffix(of key: Key, after prefix: String) throws(TraceFormatError) -> UInt32? {
        guard let text = texts[key] else { return nil }
        let digits = text.dropFirst(prefix.count)
        guard text.hasPrefix(prefix), let number = UInt32(digits), "\(number)" == digits,
            number != Event.none32
        else { throw failure("'\(key.rawValue)' is not '\(prefix)' and a number") }
        return number
    }

    private func stamps() throws(TraceFormatError) -> EventStamps? {
        guard
            numbers[.created] != nil || numbers[.emitted] != nil || numbers[.received] != nil
                || numbers[.processed] != nil
        else { return nil }
        return EventStamps(
            created: try number(.created),
            emitted: try number(.emitted),
            received: try number(.received),
            processed: try number(.processed)
        )
    }
}
