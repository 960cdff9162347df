public import BacktestEvents
import BacktestModel

/// Damage in a container's trace.
public struct TraceDamage: Sendable, Hashable {
    /// The kinds of damage.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Sequences that are not there.
        case gap
        /// A sequence that is there twice, or stands before a smaller one.
        case duplicate
        /// A cause that is not in the trace, or not before its effect.
        case orphan
        /// A market time before that of the event before.
        case clock
        /// An event of another container or run.
        case stranger
        /// A number of events that contradicts metrics.json or the index.
        case count
        /// A file that is missing, cut short, unreadable, or not the one that was written.
        case file
    }

    /// The kind.
    public var kind: Kind
    /// Sequence of the event where it was noticed, `nil` where it belongs to none.
    public var sequence: UInt32?
    /// One sentence.
    public var message: String

    /// Makes a piece of damage.
    public init(_ kind: Kind, at sequence: UInt32? = nil, _ message: String) {
        self.kind = kind
        self.sequence = sequence
        self.message = message
    }
}

/// Looks at every event of a container's trace once, in the order stored, and notes what cannot be right.
public struct TraceIntegrity: Sendable {
    /// Damage so far, at most `damageMax`.
    public private(set) var damage: [TraceDamage] = []
    /// All damage so far, listed or not.
    public private(set) var damageCount = 0
    /// Events so far.
    public private(set) var eventCount = 0
    /// Damage beyond that is counted and not listed.
    public static let damageMax = 100

    private let containerID: String
    private let runID: String
    /// Whether every event of the container should be there.
    private let isFull: Bool
    private var counts = [Int](repeating: 0, count: EventType.allCases.count)
    private var next: UInt32 = 0
    private var time = Int64.min
    private var seen = SequenceSet()

    /// Begins a trace; `isFull` says that neither a filter nor sampling has taken any event out of it.
    public init(containerID: String, runID: String, isFull: Bool) {
        self.containerID = containerID
        self.runID = runID
        self.isFull = isFull
    }

    /// Events of a type so far.
    public func count(of type: EventType) -> Int { counts[Int(type.rawValue)] }

    /// Takes the next event.
    public mutating func take(_ event: TracedEvent) {
        eventCount += 1
        counts[Int(event.type.rawValue)] += 1
        if event.containerID != containerID || event.runID != runID {
            note(.stranger, event, "it belongs to \(event.containerID) of run \(event.runID)")
        }
        if event.sequence < next {
            let again = seen.contains(event.sequence)
            note(.duplicate, event, again ? "it is there twice" : "it stands behind event \(next - 1)")
        } else {
            if isFull, event.sequence > next {
                let count = event.sequence - next
                note(.gap, event, "\(count) event\(count == 1 ? " is" : "s are") missing before it")
            }
            next = event.sequence &+ 1
        }
        if let cause = event.cause {
            if cause >= event.sequence {
                note(.orphan, event, "its cause \(cause) is not older than itself")
            } else if isFull, !seen.contains(cause) {
                note(.orphan, event, "its cause \(cause) is not there")
            }
        }
        if event.timestamp.nanoseconds < time {
            note(.clock, event, "its time \(event.timestamp.iso8601) is before that of the event before")
        }
        time = max(time, event.timestamp.nanoseconds)
        seen.insert(event.sequence)
    }

    /// Notes damage that shows outside the events.
    public mutating func note(_ found: TraceDamage) {
        damageCount += 1
        if damage.count < TraceIntegrity.damageMax { damage.append(found) }
    }

    private mutating func note(_ kind: TraceDamage.Kind, _ event: TracedEvent, _ message: String) {
        note(TraceDamage(kind, at: event.sequence, "\(event.type.name) \(event.sequence): \(message)"))
    }
}

/// Sequences that have been seen, a bit each.
private struct SequenceSet: Sendable {
    private var words: [UInt64] = []
    /// A damaged sequence must not ask for half a gigabyte.
    private static let sequenceMax: UInt32 = 1 << 30

    func contains(_ sequence: UInt32) -> Bool {
        let word = Int(sequence / 64)
        return word < words.count && words[word] & (1 << UInt64(sequence % 64)) != 0
    }

    mutating func insert(_ sequence: UInt32) {
        guard sequence < SequenceSet.sequenceMax else { return }
        let word = Int(sequence / 64)
        if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
        words[word] |= 1 << UInt64(sequence % 64)
    }
}
