import BacktestEvents
import BacktestModel

/// What has been read of a record so far.
struct RecordDraft {
    // A place for each key: a record is read in less time than a dictionary needs for its hashes.
    private var texts = InlineArray<17, String?>(repeating: nil)
    private var numbers = InlineArray<17, Int64?>(repeating: nil)
    private var names = NameSearch()
    private var payloadStart: Int?
    private var end = 0

    /// The keys of a record that are known, in the order in which they are written.
    enum Key: Int, CaseIterable {
        case eventID
        case type
        case timestamp
        case run
        case correlation
        case causation
        case container
        case portfolio
        case strategy
        case symbol
        case sequence
        case created
        case emitted
        case received
        case processed
        case payload
        case version

        /// The keys as they are written, in the same order.
        static let names = [
            "event_id", "event_type", "timestamp", "run_id", "correlation_id", "causation_id", "container_id",
            "portfolio_id", "strategy_id", "symbol", "sequence", "created_at", "emitted_at", "received_at",
            "processed_at", "payload", "version",
        ]
    }

    /// Reads the value of a key that is known; `false`, and nothing read, where it isn't.
    mutating func take(_ name: String, from cursor: inout JSONCursor) throws(TraceFormatError) -> Bool {
        guard let key = names.find(name, in: Key.names).flatMap(Key.init) else { return false }
        guard texts[key.rawValue] == nil, numbers[key.rawValue] == nil, key != .payload || payloadStart == nil
        else {
            throw cursor.failure("'\(name)' is given twice")
        }
        switch key {
        case .timestamp, .sequence, .created, .emitted, .received, .processed, .version:
            numbers[key.rawValue] = try cursor.integer(Int64.self)
        case .payload:
            cursor.skipSpace()
            payloadStart = cursor.position
            try cursor.skipValue()
        default:
            texts[key.rawValue] = try cursor.string()
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
        guard RecordDraft.number(of: try text(.eventID), after: container, ":") == sequence else {
            throw failure("'event_id' is not '\(container):\(sequence)'")
        }
        let trade = try suffix(of: .correlation, after: container, "/T")
        guard trade != 0 else { throw failure("trades are numbered from 1") }
        return TracedEvent(
            type: type,
            timestamp: Timestamp(nanoseconds: try number(.timestamp)),
            runID: try text(.run),
            trade: trade,
            cause: try suffix(of: .causation, after: container, ":"),
            containerID: container,
            portfolioID: texts[Key.portfolio.rawValue],
            strategyID: texts[Key.strategy.rawValue],
            symbol: texts[Key.symbol.rawValue],
            sequence: sequence,
            stamps: try stamps(),
            numbers: payload
        )
    }

    private func failure(_ message: String) -> TraceFormatError { TraceFormatError(message, column: end + 1) }

    private func text(_ key: Key) throws(TraceFormatError) -> String {
        guard let text = texts[key.rawValue] else { throw lacks(key) }
        return text
    }

    private func number(_ key: Key) throws(TraceFormatError) -> Int64 {
        guard let number = numbers[key.rawValue] else { throw lacks(key) }
        return number
    }

    private func lacks(_ key: Key) -> TraceFormatError {
        failure("the record lacks '\(Key.names[key.rawValue])'")
    }

    private func suffix(
        of key: Key,
        after container: String,
        _ mark: StaticString
    ) throws(TraceFormatError) -> UInt32? {
        guard let text = texts[key.rawValue] else { return nil }
        guard let number = RecordDraft.number(of: text, after: container, mark) else {
            throw failure("'\(Key.names[key.rawValue])' is not '\(container)\(mark)' and a number")
        }
        return number
    }

    /// The number behind a container's id and a mark, `nil` where the text is not just these three.
    private static func number(of text: String, after container: String, _ mark: StaticString) -> UInt32? {
        var rest = text.utf8[...]
        for byte in container.utf8 { guard rest.popFirst() == byte else { return nil } }
        for index in 0..<mark.utf8CodeUnitCount {
            guard rest.popFirst() == mark.utf8Start[index] else { return nil }
        }
        // Written without leading zeros, so that an id has one form.
        guard let first = rest.first, first != 0x30 || rest.count == 1 else { return nil }
        var number: UInt32 = 0
        for byte in rest {
            guard (0x30...0x39).contains(byte) else { return nil }
            let (high, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, more) = high.addingReportingOverflow(UInt32(byte - 0x30))
            guard !overflow, !more else { return nil }
            number = sum
        }
        return number == Event.none32 ? nil : number
    }

    private func stamps() throws(TraceFormatError) -> EventStamps? {
        guard
            [Key.created, .emitted, .received, .processed].contains(where: { numbers[$0.rawValue] != nil })
        else { return nil }
        return EventStamps(
            created: try number(.created),
            emitted: try number(.emitted),
            received: try number(.received),
            processed: try number(.processed)
        )
    }
}
