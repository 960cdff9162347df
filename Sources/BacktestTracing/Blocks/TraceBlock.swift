public import BacktestEvents
import BacktestModel

/// A piece of a file of JSON lines that can be read alone: a gzip member, a zstd frame, or so many lines; and what is in it.
public struct TraceBlock: Sendable, Hashable {
    /// Place of the file in the trace's list of files.
    public var file: Int = 0
    /// First byte in the file.
    public var offset: Int = 0
    /// Bytes in the file.
    public var length: Int = 0
    /// Bytes of the lines.
    public var lineBytes: Int = 0
    /// Events in it, >= 1.
    public var events: Int = 0
    /// Smallest sequence.
    public var firstSequence: UInt32 = .max
    /// Largest sequence.
    public var lastSequence: UInt32 = 0
    /// First market time, in UTC nanoseconds.
    public var firstTime: Int64 = .max
    /// Last market time, in UTC nanoseconds.
    public var lastTime: Int64 = .min
    /// The types that occur.
    public var types: EventTypeSet = []
    /// The trades that occur, ascending.
    public var trades: [UInt32] = []

    /// An empty block.
    public init() {}

    /// Takes note of an event.
    @inline(__always)
    mutating func note(_ event: borrowing Event, at time: Int64) {
        note(event.type, event.sequence, time, trade: event.correlation)
    }

    /// Takes note of an event that was read.
    mutating func note(_ record: TracedEvent) {
        note(record.type, record.sequence, record.timestamp.nanoseconds, trade: record.trade ?? 0)
    }

    @inline(__always)
    private mutating func note(_ type: EventType, _ sequence: UInt32, _ time: Int64, trade: UInt32) {
        events &+= 1
        types.formUnion(EventTypeSet(type))
        firstSequence = min(firstSequence, sequence)
        lastSequence = max(lastSequence, sequence)
        firstTime = min(firstTime, time)
        lastTime = max(lastTime, time)
        if trade != 0, trades.last != trade { trades.append(trade) }
    }

    /// Brings the trades into order.
    mutating func finish() {
        trades.sort()
        var unique: [UInt32] = []
        unique.reserveCapacity(trades.count)
        for trade in trades where unique.last != trade { unique.append(trade) }
        trades = unique
    }

    /// Whether an event that a filter lets pass may be in the block.
    public func mayHold(_ filter: TraceFilter) -> Bool {
        if types.isDisjoint(with: filter.types) { return false }
        if let since = filter.since, lastTime < since.nanoseconds { return false }
        if let until = filter.until, firstTime > until.nanoseconds { return false }
        return filter.trades.isEmpty || filter.trades.contains { holds(trade: $0) }
    }

    /// Whether an event of a trade is in the block.
    func holds(trade: UInt32) -> Bool {
        var low = 0
        var high = trades.count
        while low < high {
            let middle = (low + high) / 2
            if trades[middle] < trade { low = middle + 1 } else { high = middle }
        }
        return low < trades.count && trades[low] == trade
    }
}
